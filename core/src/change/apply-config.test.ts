import { describe, expect, test } from 'vitest';
import type { FlagConfig } from '../model/model.ts';
import { aConfig, aFlag, aRule } from '../testing/builders.ts';
import { applyToConfig } from './apply-config.ts';
import type { ChangeFacts } from './facts.ts';
import type { ConfigInstruction } from './instructions.ts';
import type { ChangeProblem } from './problem.ts';

const facts: ChangeFacts = { now: 100, actor: 'member:9', origin: 'api', newId: () => 'new-id' };
const flag = aFlag();

function apply(config: FlagConfig, ...instructions: ConfigInstruction[]): FlagConfig {
  const result = applyToConfig(flag, config, instructions, facts);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.document;
}

function problemsOf(config: FlagConfig, ...instructions: ConfigInstruction[]): readonly ChangeProblem[] {
  const result = applyToConfig(flag, config, instructions, facts);
  return result.kind === 'refused' ? result.problems : [];
}

const quarter: FlagConfig['fallthrough'] = {
  split: {
    weights: { on: 25_000, off: 75_000 },
    allocation: [
      { from: 0, to: 25_000, variation: 'on' },
      { from: 25_000, to: 100_000, variation: 'off' },
    ],
  },
};

describe('a list of instructions', () => {
  test('applies in order', () => {
    const config = apply(aConfig(), { kind: 'turn-off' }, { kind: 'turn-on' }, { kind: 'turn-off' });
    expect(config).toEqual(aConfig({ on: false }));
  });

  test('applies as a whole or not at all, and never alters what it was given', () => {
    const config = aConfig({ rules: [aRule()] });
    const before = structuredClone(config);
    expect(problemsOf(config, { kind: 'turn-off' }, { kind: 'remove-rule', ruleId: 'no-such' })).toMatchObject([
      { code: 'unknown-rule', pointer: '/1/ruleId' },
    ]);
    apply(config, { kind: 'remove-rule', ruleId: 'rule-1' }, { kind: 'turn-off' });
    expect(config).toEqual(before);
  });

  test('is refused on an archived flag, except a kill', () => {
    const archived = aFlag({ archivedAt: 5 });
    expect(applyToConfig(archived, aConfig(), [{ kind: 'turn-off' }], facts)).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'archived', pointer: '/0' }],
    });
    expect(applyToConfig(archived, aConfig(), [{ kind: 'kill', reason: 'fire' }], facts).kind).toBe('applied');
  });
});

describe('a kill', () => {
  test('says when, by whom and why, and leaves the rest as it is', () => {
    const config = aConfig({ fallthrough: quarter, rules: [aRule()] });
    const killed = apply(config, { kind: 'kill', reason: 'fire' });
    expect(killed).toEqual({ ...config, killed: { at: 100, by: 'member:9', reason: 'fire' } });
    expect(apply(killed, { kind: 'restore' })).toEqual(config);
  });

  test('of what is killed keeps the record of the first', () => {
    const killed = aConfig({ killed: { at: 1, by: 'member:1', reason: 'first' } });
    expect(apply(killed, { kind: 'kill', reason: 'second' })).toEqual(killed);
  });
});

describe('percentages', () => {
  test('get the layout of the variations in order where there were none', () => {
    const config = apply(aConfig(), {
      kind: 'set-fallthrough',
      serve: { split: { weights: { off: 75_000, on: 25_000 } } },
    });
    expect(config.fallthrough).toEqual(quarter);
  });

  test('start from the ranges that are there, whichever instruction writes them', () => {
    const reversed = aConfig({
      fallthrough: {
        split: {
          weights: { on: 10_000, off: 90_000 },
          allocation: [
            { from: 0, to: 90_000, variation: 'off' },
            { from: 90_000, to: 100_000, variation: 'on' },
          ],
        },
      },
    });
    const weights = { on: 5_000, off: 95_000 };
    const bySplit = apply(reversed, { kind: 'set-split', at: 'fallthrough', weights });
    const byServe = apply(reversed, { kind: 'set-fallthrough', serve: { split: { weights } } });
    expect(bySplit).toEqual(byServe);
    const { fallthrough } = bySplit;
    const kept =
      'split' in fallthrough ? fallthrough.split.allocation.filter(({ variation }) => variation === 'on') : [];
    expect(kept.reduce((total, { from, to }) => total + to - from, 0)).toBe(5_000);
    expect(kept.every(({ from }) => from >= 90_000)).toBe(true);
  });

  test('keep whom they hash and their salt until an instruction says otherwise', () => {
    const by = { contextKind: 'org', attribute: 'key' };
    const config = apply(
      aConfig({ rules: [aRule()] }),
      { kind: 'set-split', at: 'rule-1', weights: { on: 100_000 }, by, salt: 'layer' },
      { kind: 'set-split', at: 'rule-1', weights: { on: 1, off: 99_999 } },
    );
    expect(config.rules[0]?.serve).toMatchObject({ split: { weights: { on: 1, off: 99_999 }, by, salt: 'layer' } });
  });

  test('take the exact ranges that are given', () => {
    const allocation = [
      { from: 0, to: 50_000, variation: 'off' },
      { from: 50_000, to: 100_000, variation: 'on' },
    ];
    const weights = { on: 50_000, off: 50_000 };
    const config = apply(aConfig({ fallthrough: quarter }), {
      kind: 'set-split',
      at: 'fallthrough',
      weights,
      allocation,
    });
    expect(config.fallthrough).toEqual({ split: { weights, allocation } });
  });

  test.for<[ConfigInstruction, ChangeProblem['code'], string]>([
    [{ kind: 'set-split', at: 'fallthrough', weights: { on: 99_999 } }, 'weights', '/0/weights'],
    [{ kind: 'set-split', at: 'fallthrough', weights: { on: 100_001, off: -1 } }, 'weights', '/0/weights'],
    [{ kind: 'set-split', at: 'fallthrough', weights: { on: 0.5, off: 99_999.5 } }, 'weights', '/0/weights'],
    [{ kind: 'set-split', at: 'fallthrough', weights: { other: 100_000 } }, 'unknown-variation', '/0/weights'],
    [
      { kind: 'set-split', at: 'fallthrough', weights: JSON.parse('{ "__proto__": 100000 }') },
      'unknown-variation',
      '/0/weights',
    ],
    [{ kind: 'set-split', at: 'nowhere', weights: { on: 100_000 } }, 'unknown-rule', '/0/at'],
    [
      {
        kind: 'set-split',
        at: 'fallthrough',
        weights: { on: 100_000 },
        allocation: [{ from: 0, to: 99_999, variation: 'on' }],
      },
      'allocation',
      '/0/allocation',
    ],
    [{ kind: 'set-fallthrough', serve: { split: { weights: {} } } }, 'weights', '/0/serve/split/weights'],
  ])('%j is refused', ([instruction, code, pointer]) => {
    expect(problemsOf(aConfig(), instruction)[0]).toMatchObject({ code, pointer });
  });
});

describe('arms', () => {
  const arms = { rollout: 'r1', stage: 2, t: [[0, 25_000]], c: [[75_000, 100_000]] } as const;
  const set = { kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 }, arms } as const;
  const measured = (() => {
    const result = applyToConfig(flag, aConfig({ fallthrough: quarter }), [set], { ...facts, origin: 'rollout' });
    if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
    return result.document;
  })();

  test('are written by a rollout only', () => {
    expect(measured.fallthrough).toEqual({ split: { ...('split' in quarter ? quarter.split : {}), arms } });
    expect(problemsOf(aConfig(), set)).toMatchObject([{ code: 'reserved', pointer: '/0/arms' }]);
  });

  test.for<[title: string, instruction: ConfigInstruction]>([
    ['the same percentages again', { kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 } }],
    ['another split', { kind: 'set-fallthrough', serve: { split: { weights: { on: 25_000, off: 75_000 } } } }],
  ])('go with %s', ([, instruction]) => {
    expect(apply(measured, instruction)).toEqual(aConfig({ fallthrough: quarter }));
  });
});

describe('rules', () => {
  const rules = ['r1', 'r2', 'r3'].map((id) => aRule({ id }));
  const ids = (config: FlagConfig) => config.rules.map((rule) => rule.id);
  const clauses = aRule().clauses;
  const serve = { variation: 'on' };

  test('are put where the index says, or last, under a new id where none is given', () => {
    const config = apply(
      aConfig({ rules }),
      { kind: 'add-rule', rule: { id: 'first', clauses, serve }, index: 0 },
      { kind: 'add-rule', rule: { clauses, serve } },
    );
    expect(ids(config)).toEqual(['first', 'r1', 'r2', 'r3', 'new-id']);
    expect(config.rules.at(-1)).toEqual({ id: 'new-id', name: '', clauses, serve });
  });

  test('move to the place that they have afterwards', () => {
    expect(ids(apply(aConfig({ rules }), { kind: 'move-rule', ruleId: 'r1', index: 2 }))).toEqual(['r2', 'r3', 'r1']);
    expect(ids(apply(aConfig({ rules }), { kind: 'move-rule', ruleId: 'r3', index: 0 }))).toEqual(['r3', 'r1', 'r2']);
  });

  test('change only in what the update names', () => {
    const config = apply(aConfig({ rules }), { kind: 'update-rule', ruleId: 'r2', name: 'Staff' });
    expect(config.rules).toEqual([rules[0], { ...rules[1], name: 'Staff' }, rules[2]]);
  });

  test.for<[ConfigInstruction, ChangeProblem['code'], string]>([
    [{ kind: 'add-rule', rule: { id: 'r1', clauses, serve } }, 'duplicate', '/0/rule/id'],
    [{ kind: 'add-rule', rule: { id: 'fallthrough', clauses, serve } }, 'reserved', '/0/rule/id'],
    [{ kind: 'add-rule', rule: { id: 'rollout:7', clauses, serve } }, 'reserved', '/0/rule/id'],
    [{ kind: 'add-rule', rule: { id: 'no spaces', clauses, serve } }, 'invalid', '/0/rule/id'],
    [{ kind: 'add-rule', rule: { clauses, serve }, index: 4 }, 'invalid', '/0/index'],
    [
      { kind: 'add-rule', rule: { clauses, serve: { variation: 'x' } } },
      'unknown-variation',
      '/0/rule/serve/variation',
    ],
    [
      { kind: 'add-rule', rule: { clauses: [{ attribute: 'a', operator: 'like', values: [1] }], serve } },
      'unknown-operator',
      '/0/rule/clauses/0/operator',
    ],
    [
      { kind: 'update-rule', ruleId: 'r1', clauses: [{ attribute: 'a', operator: 'less-than', values: [1, 'x'] }] },
      'invalid',
      '/0/clauses/0/values/1',
    ],
    [{ kind: 'update-rule', ruleId: 'r1', serve: { variation: 'x' } }, 'unknown-variation', '/0/serve/variation'],
    [{ kind: 'update-rule', ruleId: 'r9' }, 'unknown-rule', '/0/ruleId'],
    [{ kind: 'remove-rule', ruleId: 'rollout:1' }, 'unknown-rule', '/0/ruleId'],
    [{ kind: 'move-rule', ruleId: 'r1', index: 3 }, 'invalid', '/0/index'],
    [{ kind: 'move-rule', ruleId: 'r1', index: -1 }, 'invalid', '/0/index'],
  ])('%j is refused', ([instruction, code, pointer]) => {
    expect(problemsOf(aConfig({ rules }), instruction)[0]).toMatchObject({ code, pointer });
  });

  test('of a release plan are written by its rollout only', () => {
    const planned = aConfig({ rules: [aRule({ id: 'rollout:1' })] });
    const instructions: ConfigInstruction[] = [
      { kind: 'remove-rule', ruleId: 'rollout:1' },
      { kind: 'update-rule', ruleId: 'rollout:1', name: 'x' },
      { kind: 'move-rule', ruleId: 'rollout:1', index: 0 },
      { kind: 'set-split', at: 'rollout:1', weights: { on: 100_000 } },
    ];
    for (const instruction of instructions) {
      expect(problemsOf(planned, instruction)).toMatchObject([{ code: 'reserved' }]);
      expect(applyToConfig(flag, planned, [instruction], { ...facts, origin: 'rollout' }).kind).toBe('applied');
    }
  });

  test('are at most 200', () => {
    const full = aConfig({ rules: Array.from({ length: 200 }, (_, index) => aRule({ id: `r${index}` })) });
    expect(problemsOf(full, { kind: 'add-rule', rule: { clauses, serve } })).toMatchObject([{ code: 'limit' }]);
  });

  test('with a regular expression are tried with the engine at hand', () => {
    const instruction: ConfigInstruction = {
      kind: 'add-rule',
      rule: { clauses: [{ attribute: 'email', operator: 'matches', values: ['('] }], serve },
    };
    const engines = {
      matches(pattern: string) {
        const compiled = new RegExp(pattern);
        return (input: string) => compiled.test(input);
      },
    };
    expect(problemsOf(aConfig(), instruction)).toEqual([]);
    expect(applyToConfig(flag, aConfig(), [instruction], { ...facts, engines })).toMatchObject({
      problems: [{ code: 'invalid', pointer: '/0/rule/clauses/0/values/0' }],
    });
  });
});

describe('targets', () => {
  test('give a key one variation per kind of context', () => {
    const config = apply(
      aConfig(),
      { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: ['u1', 'u2', 'u1'] },
      { kind: 'set-targets', variation: 'on', contextKind: 'org', keys: ['u2'] },
      { kind: 'add-targets', variation: 'off', contextKind: 'user', keys: ['u2', 'u3'] },
    );
    expect(config.targets).toEqual([
      { variation: 'on', contextKind: 'user', keys: ['u1'] },
      { variation: 'on', contextKind: 'org', keys: ['u2'] },
      { variation: 'off', contextKind: 'user', keys: ['u2', 'u3'] },
    ]);
  });

  test('go when their last key goes', () => {
    const config = aConfig({ targets: [{ variation: 'on', contextKind: 'user', keys: ['u1'] }] });
    expect(apply(config, { kind: 'remove-targets', variation: 'on', contextKind: 'user', keys: ['u1'] })).toEqual(
      aConfig(),
    );
    expect(apply(config, { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: [] })).toEqual(aConfig());
  });

  test.for<[ConfigInstruction, ChangeProblem['code'], string]>([
    [{ kind: 'set-targets', variation: 'x', contextKind: 'user', keys: ['u'] }, 'unknown-variation', '/0/variation'],
    [{ kind: 'add-targets', variation: 'on', contextKind: 'kind', keys: ['u'] }, 'invalid', '/0/contextKind'],
    [{ kind: 'remove-targets', variation: 'on', contextKind: 'a b', keys: ['u'] }, 'invalid', '/0/contextKind'],
  ])('%j is refused', ([instruction, code, pointer]) => {
    expect(problemsOf(aConfig(), instruction)).toMatchObject([{ code, pointer }]);
  });
});

test('restoring what is not killed is refused', () => {
  expect(problemsOf(aConfig(), { kind: 'restore' })).toMatchObject([{ code: 'not-killed', pointer: '/0' }]);
});

test('a refusal says what is wrong and how to mend it', () => {
  expect(problemsOf(aConfig(), { kind: 'set-off-variation', variation: 'of' })).toEqual([
    {
      code: 'unknown-variation',
      pointer: '/0/variation',
      detail: 'Flag `new-checkout` has no variation `of`. Use `on` or `off`.',
    },
  ]);
});

test('prerequisites and the off variation are replaced', () => {
  const prerequisites = [{ flag: 'payments', variations: ['on'] }];
  expect(
    apply(aConfig(), { kind: 'set-prerequisites', prerequisites }, { kind: 'set-off-variation', variation: 'on' }),
  ).toEqual(aConfig({ prerequisites, offVariation: 'on' }));
});
