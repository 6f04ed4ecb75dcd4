import { expect, test } from 'vitest';
import { launchDarkly } from './launchdarkly.ts';
import { settled } from './settle.ts';
import { verify } from './verify.ts';

const FLAG = {
  key: 'new-checkout',
  name: 'New checkout',
  kind: 'boolean',
  temporary: true,
  tags: ['shop'],
  variations: [
    { _id: 'a', value: true },
    { _id: 'b', value: false },
  ],
  environments: {
    production: {
      on: true,
      salt: 's',
      offVariation: 1,
      targets: [{ values: ['u-1', 'u-2'], variation: 0 }],
      contextTargets: [],
      rules: [
        {
          _id: 'r1',
          description: 'Beta',
          clauses: [{ attribute: 'plan', op: 'in', values: ['pro'], contextKind: 'org', negate: false }],
          rollout: {
            variations: [
              { variation: 0, weight: 30_000 },
              { variation: 1, weight: 70_000 },
            ],
          },
        },
      ],
      fallthrough: { variation: 1 },
      prerequisites: [],
    },
  },
};

const NAMES = new Map([['production', 'production']]);

test('a flag of the API becomes a definition', () => {
  const { flags, notes } = launchDarkly.read([{ items: [FLAG] }]).translate(NAMES);
  expect(notes).toEqual([]);
  expect(flags).toEqual([
    {
      key: 'new-checkout',
      name: 'New checkout',
      tags: ['shop'],
      type: 'boolean',
      variations: [
        { key: 'on', value: true },
        { key: 'off', value: false },
      ],
      environments: {
        production: {
          on: true,
          offVariation: 'off',
          targets: [{ variation: 'on', contextKind: 'user', keys: ['u-1', 'u-2'] }],
          rules: [
            {
              id: 'r1-keyless',
              name: 'Beta: nothing to be dealt by',
              clauses: [
                { kind: 'org', attribute: 'plan', operator: 'in', values: ['pro'] },
                { attribute: 'key', operator: 'exists', values: [], negate: true },
              ],
              serve: { variation: 'on' },
            },
            {
              id: 'r1',
              name: 'Beta',
              clauses: [{ kind: 'org', attribute: 'plan', operator: 'in', values: ['pro'] }],
              serve: { split: { weights: { on: 30_000, off: 70_000 } } },
            },
          ],
          fallthrough: { variation: 'off' },
        },
      },
    },
  ]);
});

const withRule = (clauses: readonly unknown[], on = true) => ({
  ...FLAG,
  environments: { production: { ...FLAG.environments.production, on, rules: [{ _id: 'r1', clauses, variation: 0 }] } },
});

test('a flag with a rule that cannot be said here is off, and that is told', () => {
  const lookAhead = { attribute: 'email', op: 'matches', values: ['^(?!test)'], contextKind: 'user' };
  const given = launchDarkly.read([{ items: [withRule([lookAhead])] }]);
  const imported = settled(given.translate(NAMES), ['production']);
  expect(imported.flags[0]?.environments?.['production']?.on).toBe(false);
  expect(imported.notes).toMatchObject([
    { severity: 'turned-off', key: 'new-checkout', environment: 'production', place: 'rule 1' },
  ]);
  const verified = verify(given, imported, NAMES, [{ kind: 'user', key: 'x', email: 'ann@shop.test' }]);
  expect(verified).toMatchObject({ evaluations: 1, told: 1, unexplained: 0 });
});

test('of a flag that is off there, what cannot be said is left out', () => {
  const strange = { attribute: 'email', op: 'soundsLike', values: ['x'], contextKind: 'user' };
  const { notes } = launchDarkly.read([{ items: [withRule([strange], false)] }]).translate(NAMES);
  expect(notes).toMatchObject([{ severity: 'changed', reason: 'there is no operator like soundsLike here' }]);
});

test('who is dealt anew is told apart from what differs without a reason', () => {
  const given = launchDarkly.read([{ items: [FLAG] }]);
  const imported = settled(given.translate(NAMES), ['production']);
  const contexts = Array.from({ length: 200 }, (_, index) => ({
    kind: 'multi',
    user: { key: `k-${index}` },
    org: { key: 'o', plan: 'pro' },
  }));
  const verified = verify(given, imported, NAMES, contexts);
  expect(verified.unexplained).toBe(0);
  expect(verified.dealtAnew).toBeGreaterThan(40);
  const wrong = imported.flags.map((flag) => ({ ...flag, salt: 'x', environments: {} }));
  const without = verify(given, { ...imported, flags: wrong }, NAMES, [{ kind: 'user', key: 'u-1' }]);
  expect(without).toMatchObject({ unexplained: 1, differences: [{ flag: 'new-checkout', theirs: true, ours: false }] });
});

test('big segments and what asks for them are put aside, and said', () => {
  const big = {
    key: 'all-paying',
    unbounded: true,
    _links: { self: { href: '/api/v2/segments/p/production/all-paying' } },
  };
  const asking = withRule([{ attribute: '', op: 'segmentMatch', values: ['all-paying'], negate: false }]);
  const imported = settled(launchDarkly.read([{ items: [asking] }, { items: [big] }]).translate(NAMES), ['production']);
  expect(imported.notes.map(({ kind, severity }) => [kind, severity])).toEqual([
    ['segment', 'left-out'],
    ['flag', 'turned-off'],
  ]);
});

test('somebody who is included in one kind and excluded in another is in the segment, as there', () => {
  const segment = {
    key: 'beta',
    included: [],
    includedContexts: [{ contextKind: 'org', values: ['o-1'] }],
    excluded: ['u-1'],
    _links: { self: { href: '/api/v2/segments/p/production/beta' } },
  };
  const asking = withRule([{ attribute: '', op: 'segmentMatch', values: ['beta'], negate: false }]);
  const given = launchDarkly.read([{ items: [asking] }, { items: [segment] }]);
  const imported = settled(given.translate(NAMES), ['production']);
  const both = { kind: 'multi', user: { key: 'u-1' }, org: { key: 'o-1' } };
  expect(verify(given, imported, NAMES, [both, { kind: 'user', key: 'u-9' }])).toMatchObject({ same: 2 });
});
