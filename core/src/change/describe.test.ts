import { describe, expect, test } from 'vitest';
import type { FlagConfig } from '../model/model.ts';
import { aConfig, aFlag, aRule } from '../testing/builders.ts';
import { describeInstruction } from './describe.ts';
import { describeServing } from './describe-serving.ts';
import type { Instruction } from './instructions.ts';
import { stateOf } from './state.ts';
import { percent } from './words.ts';

const german = { attribute: 'country', operator: 'in', values: ['DE', 'AT'] };
const split = (on: number): FlagConfig['fallthrough'] => ({
  split: {
    weights: { off: 100_000 - on, on },
    allocation: [
      { from: 0, to: on, variation: 'on' },
      { from: on, to: 100_000, variation: 'off' },
    ],
  },
});

test.for<[Instruction, string]>([
  [{ kind: 'turn-on' }, 'turned on in production'],
  [{ kind: 'turn-off' }, 'turned off in production'],
  [{ kind: 'kill', reason: 'INC-31' }, 'killed in production: INC-31'],
  [{ kind: 'kill', reason: '' }, 'killed in production'],
  [{ kind: 'restore' }, 'restored in production'],
  [{ kind: 'set-off-variation', variation: 'off' }, 'serves `off` when off or killed in production'],
  [{ kind: 'set-fallthrough', serve: { variation: 'on' } }, 'serves `on` to everyone else in production'],
  [
    { kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 } },
    'serves `on` to 25 % and `off` to 75 % of everyone else in production',
  ],
  [
    { kind: 'set-split', at: 'rule-1', weights: { on: 1, off: 99_999 }, salt: 'layer', allocation: [] },
    'serves `on` to 0.001 % and `off` to 99.999 % of those who match rule “Staff” in production, dealt by the salt `layer`, with the exact buckets given',
  ],
  [
    {
      kind: 'set-fallthrough',
      serve: { split: { weights: { on: 100_000 }, by: { contextKind: 'org', attribute: 'key' } } },
    },
    'serves `on` to 100 % of everyone else in production, split by `key` of the org',
  ],
  [
    { kind: 'add-rule', rule: { clauses: [german], serve: { variation: 'on' } }, index: 1 },
    'added a rule at place 2 in production: `on` if `country` is one of `DE` or `AT`',
  ],
  [
    { kind: 'add-rule', rule: { name: 'Everybody', clauses: [], serve: { variation: 'on' } } },
    'added rule “Everybody” in production: `on` for everyone',
  ],
  [
    { kind: 'add-rule', rule: { clauses: [{ attribute: 'plan', operator: 'exists', values: [] }], share: 500 } },
    'added a rule in production: takes 0.5 % of everyone if `plan` exists',
  ],
  [
    {
      kind: 'update-rule',
      ruleId: 'rule-1',
      name: 'Team',
      clauses: [{ attribute: '', operator: 'in-segment', values: ['staff'], negate: true }],
      serve: { variation: 'off' },
    },
    'changed rule “Staff” in production: named “Team”; applies if the user is not in segment `staff`; serves `off`',
  ],
  [{ kind: 'update-rule', ruleId: 'r9', share: null }, 'changed rule `r9` in production: takes all who match'],
  [{ kind: 'remove-rule', ruleId: 'rule-1' }, 'removed rule “Staff” in production'],
  [{ kind: 'move-rule', ruleId: 'r9', index: 0 }, 'moved rule `r9` to place 1 in production'],
  [
    { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: ['u1'] },
    'serves `on` only to user `u1` by name in production',
  ],
  [
    { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: [] },
    'serves `on` to no user by name in production',
  ],
  [
    { kind: 'add-targets', variation: 'on', contextKind: 'user', keys: ['u1', 'u2', 'u3', 'u4', 'u5'] },
    'serves `on` to user `u1`, `u2`, `u3` and 2 more by name in production',
  ],
  [
    { kind: 'remove-targets', variation: 'on', contextKind: 'org', keys: ['acme'] },
    'no longer serves `on` to org `acme` by name in production',
  ],
  [{ kind: 'set-prerequisites', prerequisites: [] }, 'removed all prerequisites in production'],
  [
    { kind: 'set-prerequisites', prerequisites: [{ flag: 'payments', variations: ['on', 'beta'] }] },
    'needs flag `payments` to serve `on` or `beta` in production',
  ],
  [
    { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['u1', 'u2'] },
    'added user `u1` and `u2` to the included keys in production',
  ],
  [
    { kind: 'remove-members', list: 'excluded', contextKind: 'user', keys: ['u1'] },
    'removed user `u1` from the excluded keys in production',
  ],
  [
    { kind: 'set-members', list: 'excluded', contextKind: 'user', keys: [] },
    'emptied the excluded user keys in production',
  ],
])('%j reads “%s”', ([instruction, sentence]) => {
  const config = aConfig({ rules: [aRule({ name: 'Staff' })] });
  expect(describeInstruction(instruction, { environment: 'production', config })).toBe(sentence);
});

test.for<[Instruction, string]>([
  [{ kind: 'rename', name: 'New' }, 'renamed to “New”'],
  [{ kind: 'describe', description: 'Why' }, 'changed the description'],
  [{ kind: 'set-owner', owner: null }, 'removed the owner'],
  [{ kind: 'set-owner', owner: 'm1' }, 'made `m1` the owner'],
  [{ kind: 'set-tags', tags: ['web', 'payments'] }, 'set the tags to `web` and `payments`'],
  [{ kind: 'set-links', links: [{ kind: 'doc', url: 'https://example.com' }] }, 'set 1 link'],
  [{ kind: 'set-metadata', metadata: { team: 'a', tier: 1 } }, 'set the metadata to `team=a` and `tier=1`'],
  [{ kind: 'set-purpose', purpose: 'kill-switch' }, 'set the purpose to kill switch'],
  [{ kind: 'set-lifetime', lifetimeDays: null }, 'made permanent'],
  [{ kind: 'set-lifetime', lifetimeDays: 1 }, 'set the expected lifetime to 1 day'],
  [{ kind: 'set-client-side', clientSide: true }, 'made available to browsers'],
  [{ kind: 'set-json-schema', jsonSchema: null }, 'removed the JSON Schema'],
  [{ kind: 'add-variation', variation: { key: 'c', value: 'C' } }, 'added variation `c` with the value `"C"`'],
  [
    { kind: 'update-variation', variation: 'c', name: 'See', value: 'x'.repeat(99) },
    `changed variation \`c\`: value \`"${'x'.repeat(58)}…\`, name “See”`,
  ],
  [{ kind: 'remove-variation', variation: 'c' }, 'removed variation `c`'],
  [{ kind: 'set-salt', salt: 's' }, 'set the salt to `s`: everybody is dealt anew'],
  [{ kind: 'archive' }, 'archived'],
  [{ kind: 'unarchive' }, 'unarchived'],
])('%j reads “%s” for what environments share', ([instruction, sentence]) => {
  expect(describeInstruction(instruction)).toBe(sentence);
});

describe('who gets what', () => {
  test.for<[Partial<FlagConfig>, string[]]>([
    [{ killed: { at: 1, by: 'm', reason: 'fire' } }, ['Killed: everyone gets `off`.']],
    [{ on: false }, ['Off: everyone gets `off`.']],
    [{}, ['Everyone gets `on`.']],
    [{ fallthrough: split(12_345) }, ['Everyone: `on` to 12.345 % and `off` to 87.655 %.']],
    [
      {
        prerequisites: [{ flag: 'payments', variations: ['on'] }],
        targets: [{ variation: 'on', contextKind: 'user', keys: ['u1', 'u2'] }],
        rules: [aRule({ name: 'German', clauses: [german] }), aRule({ id: 'r2', clauses: [], serve: split(100) })],
        fallthrough: { variation: 'off' },
      },
      [
        'Needs flag `payments` to serve `on`; else everyone gets `off`.',
        'By name: `on` for user `u1` and `u2`.',
        'Rule 1 (German): `on` if `country` is one of `DE` or `AT`.',
        'Rule 2: `on` to 0.1 % and `off` to 99.9 % for everyone.',
        'Everyone else gets `off`.',
      ],
    ],
  ])('%j is told in order', ([config, sentences]) => {
    expect(describeServing(aFlag(), aConfig(config))).toEqual(sentences);
  });
});

describe('the state of a flag', () => {
  test.for<[Partial<FlagConfig>, ReturnType<typeof stateOf>]>([
    [{ killed: { at: 1, by: 'm', reason: '' } }, { state: 'killed', share: null, label: 'Killed' }],
    [{ on: false }, { state: 'off', share: null, label: 'Off' }],
    [{}, { state: 'on', share: null, label: 'On' }],
    [{ fallthrough: split(25_000) }, { state: 'partial', share: 25_000, label: '25 %' }],
    [{ fallthrough: split(0) }, { state: 'partial', share: 0, label: '0 %' }],
    [{ fallthrough: split(100_000) }, { state: 'on', share: 100_000, label: 'On' }],
    [{ rules: [aRule({ serve: { variation: 'off' } })] }, { state: 'partial', share: null, label: 'Partial' }],
    [
      { targets: [{ variation: 'off', contextKind: 'user', keys: ['u1'] }] },
      { state: 'partial', share: null, label: 'Partial' },
    ],
  ])('%j is %j', ([config, state]) => {
    expect(stateOf(aFlag(), aConfig(config))).toEqual(state);
  });

  test('counts the first variation that is not the off variation', () => {
    const variations = ['a', 'b', 'c'].map((key) => ({ key, value: key }));
    const config = aConfig({
      offVariation: 'a',
      fallthrough: { split: { weights: { a: 50_000, b: 0, c: 50_000 }, allocation: [] } },
    });
    expect(stateOf(aFlag({ type: 'string', variations }), config).label).toBe('50 %');
  });
});

test.for<[number, string]>([
  [0, '0 %'],
  [1, '0.001 %'],
  [10, '0.01 %'],
  [12_340, '12.34 %'],
  [25_000, '25 %'],
  [100_000, '100 %'],
])('%i buckets are %s', ([buckets, words]) => {
  expect(percent(buckets)).toBe(words);
});
