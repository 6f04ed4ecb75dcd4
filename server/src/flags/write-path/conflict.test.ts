import { describe, expect, test } from 'vitest';
import { conflictsOf } from './conflict.ts';

const rule = (id: string, name = '') => ({ id, name });

describe('conflicts between two changes of one document', () => {
  test.for<[string, object, object, object, string[]]>([
    ['different fields', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 }, []],
    ['the same field to the same value', { a: 1 }, { a: 2 }, { a: 2 }, []],
    ['the same field to different values', { a: 1 }, { a: 2 }, { a: 3 }, ['/a']],
    ['a field that one side took away', { a: 1 }, {}, { a: 2 }, ['/a']],
    [
      'different rules',
      { rules: [rule('x'), rule('y')] },
      { rules: [rule('x', 'theirs'), rule('y')] },
      { rules: [rule('x'), rule('y', 'mine')] },
      [],
    ],
    [
      'the same rule',
      { rules: [rule('x')] },
      { rules: [rule('x', 'theirs')] },
      { rules: [rule('x', 'mine')] },
      ['/rules/x'],
    ],
    [
      'a rule that one removes and the other edits',
      { rules: [rule('x'), rule('y'), rule('z')] },
      { rules: [rule('y'), rule('z')] },
      { rules: [rule('x', 'mine'), rule('y'), rule('z')] },
      ['/rules/x'],
    ],
    [
      'the order of rules',
      { rules: [rule('x'), rule('y'), rule('z')] },
      { rules: [rule('y'), rule('x'), rule('z')] },
      { rules: [rule('x'), rule('z'), rule('y')] },
      ['/rules'],
    ],
  ])('%s', ([, base, current, wanted, paths]) => {
    expect(conflictsOf(base, current, wanted).map(({ path }) => path)).toEqual(paths);
  });
});
