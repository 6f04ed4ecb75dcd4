import type { Flag, FlagConfig, Rule, Serve } from '@glidepath/core';
import { applyToConfig } from '@glidepath/core/change';
import { aConfig, aFlag, aRule, arbitraryConfig } from '@glidepath/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_CLAUSE } from '../rules/rule-draft.ts';
import { withMoved } from '../rules/rule-order.ts';
import { keysOfTarget, NO_EDITS, ruleDraftsOf, type TargetingDraft, targetId } from './draft.ts';
import { readDraft } from './reading.ts';
import { serveDraftOf } from './serve-draft.ts';

const facts = { now: 0, actor: 'member:1', origin: 'ui', newId: () => 'new' } as const;

const flag = aFlag({
  type: 'string',
  variations: [
    { key: 'a', value: 'A' },
    { key: 'b', value: 'B' },
    { key: 'c', value: 'C' },
  ],
});

/** Every part edited to what another configuration says. */
function draftOf(from: FlagConfig, to: FlagConfig): TargetingDraft {
  const ids = new Set([...from.targets, ...to.targets].map(targetId));
  const names = [...ids].map((id) => {
    const [contextKind = '', variation = ''] = id.split('\t');
    return { contextKind, variation };
  });
  return {
    on: to.on,
    offVariation: to.offVariation,
    prerequisites: to.prerequisites,
    targets: Object.fromEntries(names.map((name) => [targetId(name), keysOfTarget(to, name)])),
    rules: ruleDraftsOf(to, flag),
    fallthrough: serveDraftOf(to.fallthrough, flag),
  };
}

/** Who is in which bucket follows from what was served before, and an attribute that goes without saying may be said. */
function sayingOf(config: FlagConfig) {
  const saysServe = (serve: Serve) =>
    'variation' in serve
      ? serve
      : {
          weights: Object.fromEntries(Object.entries(serve.split.weights).filter(([, weight]) => weight > 0)),
          by: serve.split.by ?? { contextKind: 'user', attribute: 'key' },
          salt: serve.split.salt,
        };
  return {
    ...config,
    targets: Object.fromEntries(config.targets.map((target) => [targetId(target), target.keys])),
    rules: config.rules.map((rule) => ({ ...rule, serve: saysServe(rule.serve) })),
    fallthrough: saysServe(config.fallthrough),
  };
}

/** A rule without conditions can only come from elsewhere. */
const editable = (config: FlagConfig): FlagConfig => ({
  ...config,
  rules: config.rules.filter(({ clauses }) => clauses.length > 0),
});

describe('the instructions of a draft', () => {
  test('lead to exactly what it says, whatever was saved', () => {
    const configs = arbitraryConfig(flag).map(editable);
    fc.assert(
      fc.property(configs, configs, (before, wanted) => {
        const reading = readDraft(flag, before, draftOf(before, wanted));
        if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.problems));
        const after = reading.kind === 'changed' ? reading.after : before;
        const instructions = reading.kind === 'changed' ? reading.instructions : [];
        const applied = applyToConfig(flag, before, instructions, facts);
        expect(applied).toEqual({ kind: 'applied', document: after });
        expect(sayingOf(after)).toEqual(sayingOf({ ...wanted, killed: before.killed }));
      }),
      { numRuns: 300 },
    );
  });

  test('are none when it says what is saved already', () => {
    fc.assert(
      fc.property(arbitraryConfig(flag), (config) => {
        expect(readDraft(flag, config, draftOf(config, config))).toEqual({ kind: 'unchanged' });
      }),
      { numRuns: 300 },
    );
  });

  test('say no more than what changed', () => {
    const config = aConfig({
      fallthrough: { variation: 'a' },
      offVariation: 'b',
      targets: [{ variation: 'a', contextKind: 'user', keys: ['ana', 'radu'] }],
      rules: ['r1', 'r2', 'r3'].map((id) => aRule({ id, serve: { variation: 'a' } })),
    });
    expect(instructionsOf(flag, config, { targets: { 'user\ta': ['ana', 'radu', 'ion'] } })).toEqual([
      { kind: 'add-targets', variation: 'a', contextKind: 'user', keys: ['ion'] },
    ]);
    const drafts = ruleDraftsOf(config, flag);
    expect(instructionsOf(flag, config, { ...NO_EDITS, rules: withMoved(drafts, 2, 0) })).toEqual([
      { kind: 'move-rule', ruleId: 'r3', index: 0 },
    ]);
    const renamed = drafts.map((rule) => (rule.id === 'r2' ? { ...rule, name: 'Staff' } : rule));
    expect(instructionsOf(flag, config, { ...NO_EDITS, rules: renamed })).toEqual([
      { kind: 'update-rule', ruleId: 'r2', name: 'Staff' },
    ]);
  });

  test('ask for a split by its weights and leave the buckets to the server', () => {
    const config = aConfig({ fallthrough: { variation: 'on' } });
    const fallthrough = { kind: 'split', texts: { on: '25', off: '75' } } as const;
    expect(instructionsOf(aFlag(), config, { ...NO_EDITS, fallthrough })).toEqual([
      { kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 } },
    ]);
  });

  test('leave a rule of a rollout where it is', () => {
    const rules: readonly Rule[] = [aRule({ id: 'rollout:7' }), aRule({ id: 'mine' })];
    const drafts = ruleDraftsOf({ rules }, aFlag());
    const edited = [...drafts.slice(0, 1), { ...drafts[1]!, name: 'Mine' }];
    expect(instructionsOf(aFlag(), aConfig({ rules }), { ...NO_EDITS, rules: edited })).toEqual([
      { kind: 'update-rule', ruleId: 'mine', name: 'Mine' },
    ]);
  });
});

describe('a draft that cannot be reviewed', () => {
  const config = aConfig({ rules: [aRule({ id: 'bare', clauses: [] })] });

  test('has percentages that make no sense, whatever else it asks for', () => {
    const fallthrough = { kind: 'split', texts: { on: 'x', off: '' } } as const;
    expect(readDraft(aFlag(), config, { ...NO_EDITS, on: false, fallthrough })).toMatchObject({
      kind: 'invalid',
      problems: [{ place: 'fallthrough', pointer: '/serve/percentages' }],
    });
  });

  test('has a rule with a condition that is empty', () => {
    const rules = [
      ...ruleDraftsOf(config, aFlag()),
      { id: 'new', name: '', clauses: [EMPTY_CLAUSE], serve: { kind: 'variation', variation: 'on' } as const },
    ];
    expect(readDraft(aFlag(), config, { ...NO_EDITS, rules })).toMatchObject({
      kind: 'invalid',
      problems: [
        { place: { rule: 'new' }, pointer: '/clauses/0/attribute' },
        { place: { rule: 'new' }, pointer: '/clauses/0/values' },
      ],
    });
  });

  test('is not to blame for a rule without conditions that was saved elsewhere', () => {
    const rules = ruleDraftsOf(config, aFlag());
    expect(readDraft(aFlag(), config, { ...NO_EDITS, rules })).toEqual({ kind: 'unchanged' });
  });

  test('serves a variation that has gone meanwhile, and says where', () => {
    expect(readDraft(aFlag(), config, { ...NO_EDITS, offVariation: 'gone' })).toMatchObject({
      kind: 'invalid',
      problems: [{ place: 'flag', detail: expect.stringContaining('has no variation `gone`') }],
    });
  });
});

function instructionsOf(of: Flag, config: FlagConfig, draft: TargetingDraft) {
  const reading = readDraft(of, config, draft);
  return reading.kind === 'changed' ? reading.instructions : reading;
}
