import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import type { Clause, FlagConfig, Rule } from '../model/model.ts';
import { aConfig, aFlag, aRule } from '../testing/builders.ts';
import { arbitraryConfig } from '../testing/change-arbitraries.ts';
import { applyToConfig } from './apply-config.ts';
import type { ChangeFacts } from './facts.ts';
import type { ConfigInstruction } from './instructions.ts';
import { flagBodyOf } from './item.ts';
import { movesTowardSafe } from './toward-safe.ts';

const facts: ChangeFacts = { now: 100, actor: 'member:9', origin: 'api', newId: () => 'new-id' };
const flag = aFlag();
const german: readonly Clause[] = [{ attribute: 'country', operator: 'in', values: ['DE'] }];
const split = (on: number): ConfigInstruction => ({
  kind: 'set-split',
  at: 'fallthrough',
  weights: { on, off: 100_000 - on },
});

function after(config: FlagConfig, instructions: readonly ConfigInstruction[]): FlagConfig {
  const result = applyToConfig(flag, config, instructions, facts);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.document;
}

const half = after(aConfig(), [split(50_000)]);
const killed = after(aConfig(), [{ kind: 'kill', reason: '' }]);
const withRule = (rule: Partial<Rule>, config: Partial<FlagConfig> = {}) =>
  aConfig({ rules: [aRule(rule)], ...config });
const withTarget = (variation: string) => aConfig({ targets: [{ variation, contextKind: 'user', keys: ['u1'] }] });
const toOff = { fallthrough: { variation: 'off' } };

test.for<[string, boolean, FlagConfig, ConfigInstruction[]]>([
  ['nothing', true, half, []],
  ['a kill', true, half, [{ kind: 'kill', reason: '' }]],
  ['a restore', false, killed, [{ kind: 'restore' }]],
  ['turning off', true, half, [{ kind: 'turn-off' }]],
  ['turning on', false, aConfig({ on: false }), [{ kind: 'turn-on' }]],
  ['lowering a percentage', true, half, [split(10_000)]],
  ['raising a percentage', false, half, [split(50_001)]],
  ['a percentage instead of everyone', true, aConfig(), [split(50_000)]],
  ['everyone instead of a percentage', false, half, [{ kind: 'set-fallthrough', serve: { variation: 'on' } }]],
  ['nobody instead of a percentage', true, half, [{ kind: 'set-fallthrough', serve: { variation: 'off' } }]],
  ['a lower percentage under another salt', false, half, [{ ...split(10_000), salt: 'other' } as ConfigInstruction]],
  [
    'the same percentage under the salt that is used anyway',
    true,
    half,
    [{ ...split(50_000), salt: flag.salt } as ConfigInstruction],
  ],
  ['another off variation', false, half, [{ kind: 'set-off-variation', variation: 'on' }]],
  [
    'one more prerequisite',
    true,
    aConfig(),
    [{ kind: 'set-prerequisites', prerequisites: [{ flag: 'a', variations: ['on'] }] }],
  ],
  [
    'one prerequisite less',
    false,
    aConfig({ prerequisites: [{ flag: 'a', variations: ['on'] }] }),
    [{ kind: 'set-prerequisites', prerequisites: [] }],
  ],
  [
    'a wider prerequisite',
    false,
    aConfig({ prerequisites: [{ flag: 'a', variations: ['on'] }] }),
    [{ kind: 'set-prerequisites', prerequisites: [{ flag: 'a', variations: ['on', 'off'] }] }],
  ],
  [
    'a target of the off variation',
    true,
    aConfig(),
    [{ kind: 'add-targets', variation: 'off', contextKind: 'user', keys: ['u1'] }],
  ],
  [
    'a target of another variation',
    false,
    aConfig(toOff),
    [{ kind: 'add-targets', variation: 'on', contextKind: 'user', keys: ['u1'] }],
  ],
  [
    'a target less, where everyone gets the same',
    true,
    withTarget('on'),
    [{ kind: 'remove-targets', variation: 'on', contextKind: 'user', keys: ['u1'] }],
  ],
  [
    'a target of the off variation less',
    false,
    withTarget('off'),
    [{ kind: 'remove-targets', variation: 'off', contextKind: 'user', keys: ['u1'] }],
  ],
  [
    'a rule that serves off',
    true,
    aConfig(),
    [{ kind: 'add-rule', rule: { clauses: german, serve: { variation: 'off' } } }],
  ],
  [
    'a rule that serves on',
    false,
    aConfig(toOff),
    [{ kind: 'add-rule', rule: { clauses: german, serve: { variation: 'on' } } }],
  ],
  ['a rule less, whose people fall to off', true, withRule({}, toOff), [{ kind: 'remove-rule', ruleId: 'rule-1' }]],
  [
    'a rule less, whose people fall to on',
    false,
    withRule({ serve: { variation: 'off' } }),
    [{ kind: 'remove-rule', ruleId: 'rule-1' }],
  ],
  ['a rule under another name', true, withRule({}), [{ kind: 'update-rule', ruleId: 'rule-1', name: 'Staff' }]],
  ['a rule for other people', false, withRule({}, toOff), [{ kind: 'update-rule', ruleId: 'rule-1', clauses: [] }]],
  [
    'a rule for off that moves up',
    true,
    aConfig({ rules: [aRule(), aRule({ id: 'r2', serve: { variation: 'off' } })] }),
    [{ kind: 'move-rule', ruleId: 'r2', index: 0 }],
  ],
  [
    'a rule for on that moves up',
    false,
    aConfig({ rules: [aRule({ serve: { variation: 'off' } }), aRule({ id: 'r2' })] }),
    [{ kind: 'move-rule', ruleId: 'r2', index: 0 }],
  ],
  ['a higher percentage while off', false, { ...half, on: false }, [split(60_000)]],
])('%s is toward safe: %s', ([, isSafe, before, instructions]) => {
  expect(movesTowardSafe(flag, before, after(before, instructions))).toBe(isSafe);
});

const variation = fc.constantFrom('on', 'off');
const clauses = fc.constantFrom<(readonly Clause[])[]>(
  german,
  [],
  [{ kind: 'org', attribute: 'key', operator: 'in', values: ['acme'] }],
);
const ruleId = fc.constantFrom('r1', 'r2', 'r3');
const weights = fc.constantFrom(0, 1_000, 50_000, 99_000, 100_000).map((on) => ({ on, off: 100_000 - on }));
const keyed = fc.record({
  variation,
  contextKind: fc.constantFrom('user', 'org'),
  keys: fc.subarray(['u1', 'u2', 'u3']),
});
const serve = fc.oneof(
  variation.map((key) => ({ variation: key })),
  weights.map((shares) => ({ split: { weights: shares } })),
);

const instruction: fc.Arbitrary<ConfigInstruction> = fc.oneof(
  fc.constantFrom<ConfigInstruction[]>(
    { kind: 'turn-off' },
    { kind: 'turn-on' },
    { kind: 'kill', reason: '' },
    { kind: 'restore' },
  ),
  serve.map((served) => ({ kind: 'set-fallthrough' as const, serve: served })),
  fc.record({ kind: fc.constant('set-split' as const), at: fc.oneof(ruleId, fc.constant('fallthrough')), weights }),
  fc
    .record({ rule: fc.record({ clauses, serve }), index: fc.nat(2) })
    .map((input) => ({ kind: 'add-rule' as const, ...input })),
  fc.record({ kind: fc.constant('update-rule' as const), ruleId, clauses }),
  fc.record({ kind: fc.constant('remove-rule' as const), ruleId }),
  fc.record({ kind: fc.constant('move-rule' as const), ruleId, index: fc.nat(2) }),
  keyed.map((target) => ({ kind: 'add-targets' as const, ...target })),
  keyed.map((target) => ({ kind: 'remove-targets' as const, ...target })),
  fc
    .constantFrom([], [{ flag: 'a', variations: ['on'] }], [{ flag: 'b', variations: ['on'] }])
    .map((prerequisites) => ({ kind: 'set-prerequisites' as const, prerequisites })),
);

const contexts = ['DE', 'AT', 'FR'].flatMap((country) => [
  { country },
  ...Array.from({ length: 12 }, (_, i) => ({ key: `u${i}`, country })),
  ...['acme', 'u1'].map((key) => ({
    kind: 'multi' as const,
    user: { key: 'u2', country },
    org: { key, country, plan: 'pro' },
  })),
]);

function served(config: FlagConfig): readonly (string | null)[] {
  const item = (key: string, shown: FlagConfig) =>
    ({ kind: 'flag', key, rev: 1, body: flagBodyOf(aFlag({ key, salt: flag.salt }), shown) }) as const;
  const environment = openEnvironment([item('f', config), item('a', aConfig()), item('b', aConfig(toOff))], {});
  return contexts.map((context) => environment.evaluate<boolean | null>('f', context, null).variation);
}

describe('a change that counts as toward safe', () => {
  test('moves nobody but to the off variation, whatever it consists of', () => {
    let safe = 0;
    fc.assert(
      fc.property(
        arbitraryConfig(flag),
        fc.array(instruction, { minLength: 1, maxLength: 3 }),
        (before, instructions) => {
          const result = applyToConfig(flag, before, instructions, facts);
          if (result.kind === 'refused' || !movesTowardSafe(flag, before, result.document)) return;
          safe += 1;
          const was = served(before);
          for (const [index, is] of served(result.document).entries())
            if (is !== was[index]) expect(is).toBe(before.offVariation);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(safe).toBeGreaterThan(100);
  });
});
