import { describe, expect, test } from 'vitest';
import { describeMembership } from './describe-membership.ts';

const NOBODY = { included: [], excluded: [], rules: [] };

describe('who belongs to a segment', () => {
  test('is nobody where nothing is defined', () => {
    expect(describeMembership(NOBODY)).toEqual(['Nobody belongs to it.']);
  });

  test('is said in the order in which it is decided: never, always, then the rules', () => {
    const germans = { attribute: 'country', operator: 'in', values: ['DE'] };
    expect(
      describeMembership({
        included: [
          { contextKind: 'user', count: 12_000 },
          { contextKind: 'org', count: 1 },
        ],
        excluded: [{ contextKind: 'user', count: 2 }],
        rules: [
          { id: 'a', name: 'Germans', clauses: [germans] },
          { id: 'b', name: '', clauses: [], share: 12_500, by: { contextKind: 'org', attribute: 'key' } },
        ],
      }),
    ).toEqual([
      'Never, by name: 2 user keys.',
      'Always, by name: 12,000 user keys and 1 org key.',
      'Rule 1 (Germans): takes everyone if `country` is one of `DE`.',
      'Rule 2: takes 12.5 % of everyone, split by `key` of the org.',
    ]);
  });
});
