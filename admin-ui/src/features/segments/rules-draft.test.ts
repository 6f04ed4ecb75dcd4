import type { SegmentRule } from '@glidepath/core';
import { applyToSegmentConfig } from '@glidepath/core/change';
import { describe, expect, test } from 'vitest';
import {
  ALL,
  BY_USER_KEY,
  problemsOfRule,
  readRules,
  ruleDraftsOf,
  type SegmentRuleDraft,
  TENTH,
} from './rules-draft.ts';

const europe: SegmentRule = {
  id: 'europe',
  name: 'Europe',
  clauses: [{ attribute: 'country', operator: 'in', values: ['RO', 'DE'] }],
};
const tenth: SegmentRule = {
  id: 'tenth',
  name: '',
  clauses: [],
  share: 12_345,
  by: { contextKind: 'org', attribute: 'key' },
  salt: 's',
};

const [europeDraft] = ruleDraftsOf([europe]) as [SegmentRuleDraft];

describe('drafts of rules', () => {
  test('that nobody touched ask for nothing', () => {
    expect(readRules([europe, tenth], ruleDraftsOf([europe, tenth]))).toEqual({ kind: 'unchanged' });
  });

  test.for<[string, readonly SegmentRuleDraft[], readonly string[]]>([
    ['a rule more', [...ruleDraftsOf([europe, tenth]), { ...europeDraft, id: 'new' }], ['add-rule']],
    ['a rule less', ruleDraftsOf([tenth]), ['remove-rule']],
    ['another order', ruleDraftsOf([tenth, europe]), ['move-rule']],
    ['a share', [{ ...europeDraft, serve: TENTH }, ...ruleDraftsOf([tenth])], ['update-rule']],
  ])('with %s ask for just that, and lead to it', ([, drafts, kinds]) => {
    const read = readRules([europe, tenth], drafts);
    if (read.kind !== 'changed') throw new Error(`it is ${read.kind}`);
    expect(read.instructions.map(({ kind }) => kind)).toEqual(kinds);
    const facts = { now: 0, actor: 'member:1', origin: 'ui', newId: () => 'made' } as const;
    const before = { included: [], excluded: [], rules: [europe, tenth] };
    expect(applyToSegmentConfig(before, read.instructions, facts)).toEqual({
      kind: 'applied',
      document: { ...before, rules: read.rules },
    });
  });

  test('with a percentage that is none, or without anything to go by, cannot be saved', () => {
    const serve = { kind: 'share', text: '10', by: BY_USER_KEY, salt: '' } as const;
    expect(readRules([], [{ ...europeDraft, serve: { ...serve, text: '10 %' } }])).toEqual({ kind: 'invalid' });
    expect(
      readRules([], [{ ...europeDraft, serve: { ...serve, by: { contextKind: 'user', attribute: '' } } }]),
    ).toEqual({
      kind: 'invalid',
    });
  });

  test('need a condition, unless they take a share of everyone', () => {
    expect(problemsOfRule({ ...europeDraft, clauses: [], serve: ALL })).toMatchObject([{ pointer: '/clauses' }]);
    expect(problemsOfRule({ ...europeDraft, clauses: [], serve: TENTH })).toEqual([]);
  });
});
