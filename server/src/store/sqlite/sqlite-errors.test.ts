import { describe, expect, test } from 'vitest';
import { sqliteErrorOf } from './sqlite-errors.ts';

const coded = (code: string) => new Error('Failed query', { cause: Object.assign(new Error('told'), { code }) });

describe('an error of SQLite', () => {
  test.for([
    ['SQLITE_FULL', 'storage-full'],
    ['SQLITE_BUSY', 'unavailable'],
    ['SQLITE_BUSY_SNAPSHOT', 'unavailable'],
    ['SQLITE_LOCKED', 'unavailable'],
  ] as const)('%s means %s', ([code, refusal]) => {
    expect(sqliteErrorOf(coded(code))).toMatchObject({ refusal: { code: refusal } });
  });

  test('that is a mistake of ours stays what it is', () => {
    const mistake = coded('SQLITE_CONSTRAINT_UNIQUE');
    expect(sqliteErrorOf(mistake)).toBe(mistake);
  });
});
