import { describe, expect, test } from 'vitest';
import { EMPTY_CLAUSE } from '../rules/rule-draft.ts';
import type { FlagRuleDraft } from './draft.ts';
import { unreachableOf } from './never-reached.tsx';

const aRule = (id: string, ...countries: readonly string[]): FlagRuleDraft => ({
  id,
  name: '',
  clauses: [{ ...EMPTY_CLAUSE, attribute: 'country', values: countries }],
  serve: { kind: 'variation', variation: 'on' },
});

const placesOf = (...rules: readonly FlagRuleDraft[]) =>
  unreachableOf(rules).map(({ ruleId, because }) => [ruleId, because.map(({ ruleIndex }) => ruleIndex)]);

describe('a rule that is edited', () => {
  test('is never reached when an earlier one, or several together, serve all of it', () => {
    expect(placesOf(aRule('a', 'RO', 'DE'), aRule('b', 'RO'))).toEqual([['b', [0]]]);
    expect(placesOf(aRule('a', 'RO'), aRule('b', 'DE'), aRule('c', 'RO', 'DE'))).toEqual([['c', [0, 1]]]);
    expect(placesOf(aRule('a', 'RO'), aRule('b', 'RO', 'DE'))).toEqual([]);
  });

  test('is not judged before it is complete, and takes nobody from the others', () => {
    expect(placesOf(aRule('a', 'RO'), aRule('b'), aRule('c', 'RO'))).toEqual([['c', [0]]]);
    expect(placesOf({ ...aRule('a'), clauses: [] }, aRule('b', 'RO'))).toEqual([]);
  });
});
