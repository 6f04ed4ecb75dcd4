import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CASES, type NamedCase, wanted } from './cases.ts';
import { MUTANTS } from './mutants.ts';
import { DEFINITION, type Parts } from './reference/parts.ts';
import { expectedOf } from './reference.ts';

/** Whether a definition answers otherwise; one that breaks down does. */
function differs({ expected, ...question }: NamedCase, parts: Parts): boolean {
  try {
    const answer = expectedOf(question, parts);
    const value = answer.variation === null ? expected.value : answer.value;
    return !isDeepStrictEqual({ ...answer, value }, expected.variation === null ? expected : wanted(expected));
  } catch {
    return true;
  }
}

describe('the cases are sharp', () => {
  test('none of them fails where nothing is wrong', () => {
    expect(CASES.filter((one) => differs(one, DEFINITION)).map(({ title }) => title)).toEqual([]);
  });

  test.for(MUTANTS.map(({ name, parts }) => [name, parts] as const))('one of them fails where %s', ([, parts]) => {
    expect(CASES.some((one) => differs(one, { ...DEFINITION, ...parts }))).toBe(true);
  });
});
