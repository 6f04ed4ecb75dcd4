import type { FlagConfig, Serve } from '@glidepath/core';
import { applyToConfig } from '@glidepath/core/change';
import { aConfig, aFlag, aRule } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { instructionsOf, isAsDriven, isDealtAnew } from './driven.ts';
import type { Stage } from './plan.ts';
import type { Rollout } from './rollout.ts';
import { aProgress, aRollout, aRunning } from './world.contract.ts';

const FLAG = aFlag();
const OFF: Serve = { variation: 'off' };
const HALF = { on: 50_000, off: 50_000 };
const cause = { kind: 'person', reason: 'ana' } as const;
const who = { now: 0, actor: 'rollout:r1', origin: 'rollout', newId: () => 'new' } as const;

/** What the flag serves once it does as the rollout's state says. */
function driven(rollout: Rollout, config: FlagConfig = aConfig({ fallthrough: OFF })): FlagConfig {
  const result = applyToConfig(FLAG, config, instructionsOf(rollout, FLAG, config), who);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.document;
}

const split = (more: object = {}): Serve => {
  const { fallthrough } = driven(aRunning());
  if (!('split' in fallthrough)) throw new Error('nothing is split');
  return { split: { ...fallthrough.split, ...more } };
};

describe('a rollout that waits', () => {
  test('writes nothing, whatever somebody has made of the flag', () => {
    expect(instructionsOf(aRollout(), FLAG, aConfig({ fallthrough: { variation: 'on' } }))).toEqual([]);
  });

  test('sees that somebody has', () => {
    expect(isAsDriven(aRollout(), FLAG, aConfig({ fallthrough: OFF }))).toBe(true);
    expect(isAsDriven(aRollout(), FLAG, aConfig({ fallthrough: { variation: 'on' } }))).toBe(false);
    const onRule = aRollout({ at: 'gone' });
    expect(isAsDriven(onRule, FLAG, aConfig({ fallthrough: OFF }))).toBe(false);
  });
});

describe('a stage in force', () => {
  test.for<[what: string, served: Serve, isDriven: boolean]>([
    ['nothing', split(), true],
    ['whom it hashes by what', split({ by: { contextKind: 'account', attribute: 'key' } }), false],
    ['its salt', split({ salt: 'other' }), false],
    ['its weights', split({ weights: HALF }), false],
    ['its arms', split({ arms: undefined }), false],
    ['the split for one variation', OFF, false],
  ])('is as driven if somebody has changed %s: %s', ([, fallthrough, isDriven]) => {
    expect(isAsDriven(aRunning(), FLAG, aConfig({ fallthrough }))).toBe(isDriven);
  });

  test('for a segment measures nobody, though a split is in force beside it', () => {
    const stages: readonly Stage[] = [
      { kind: 'percent', percent: 10, bakeMinutes: 1 },
      { kind: 'segment', segment: 'staff', bakeMinutes: 1 },
      { kind: 'percent', percent: 100, bakeMinutes: 1 },
    ];
    const first = driven(aRunning({}, { stages }));
    expect(first.fallthrough).toMatchObject({ split: { weights: { on: 10_000 }, arms: { stage: 0 } } });
    const second = driven(aRunning({ stage: 1 }, { stages }), first).fallthrough;
    expect(second).toMatchObject({ split: { weights: { on: 10_000 } } });
    expect('split' in second && second.split.arms).toBeUndefined();
  });

  test('for a segment is asked before every other rule', () => {
    const stages: readonly Stage[] = [
      { kind: 'segment', segment: 'staff', bakeMinutes: 1 },
      { kind: 'percent', percent: 100, bakeMinutes: 1 },
    ];
    const config = aConfig({ fallthrough: OFF, rules: [aRule({ id: 'mine', serve: OFF })] });
    const { rules } = driven(aRunning({}, { stages }), config);
    expect(rules.map(({ id }) => id)).toEqual(['rollout:r1', 'mine']);
  });
});

test.for<[salt: string | undefined, before: Serve, isAnew: boolean]>([
  [FLAG.salt, OFF, false],
  ['another', OFF, true],
  ['another', split(), true],
  ['another', split({ salt: 'its own' }), false],
  [undefined, OFF, false],
])('a rollout that met people by the salt %s, over %j, finds them dealt anew: %s', ([salt, before, isAnew]) => {
  const rollout = { ...aRunning(), before, ...(salt !== undefined && { salt }) };
  expect(isDealtAnew(rollout, FLAG)).toBe(isAnew);
});

describe('a rollout that is aborted', () => {
  const stages: readonly Stage[] = [
    { kind: 'segment', segment: 'staff', bakeMinutes: 1 },
    { kind: 'percent', percent: 40, bakeMinutes: 1 },
    { kind: 'percent', percent: 100, bakeMinutes: 1 },
  ];
  const aborted = (stage: number): Rollout => ({
    ...aRollout({ stages }),
    state: { kind: 'aborted', at: 0, stage, cause },
  });

  test('hands its rule over at its place, and tells nobody any more who is compared', () => {
    const running = { ...aRollout({ stages }), state: { kind: 'running', progress: aProgress({ stage: 1 }) } } as const;
    const config = aConfig({ fallthrough: OFF, rules: [aRule({ id: 'mine', serve: OFF })] });
    const left = driven(aborted(1), driven(running, config));
    expect(left.rules.map(({ id }) => id)).toEqual(['new', 'mine']);
    expect(left.fallthrough).toMatchObject({ split: { weights: { on: 40_000, off: 60_000 } } });
    expect(JSON.stringify(left)).not.toMatch(/rollout:|"arms"/);
  });

  test('leaves a flag alone that is archived', () => {
    const config = driven(aRunning());
    expect(instructionsOf(aborted(0), { ...FLAG, archivedAt: 1 }, config)).toEqual([]);
  });
});
