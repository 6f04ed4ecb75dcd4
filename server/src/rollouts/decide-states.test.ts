import type { FlagConfig } from '@glidepath/core';
import { applyToConfig, flagBodyOf } from '@glidepath/core/change';
import { aConfig, aFlag } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { decide, type Facts } from './decide.ts';
import { instructionsOf } from './driven.ts';
import type { ReleasePlan } from './plan.ts';
import type { Rollout, RolloutState } from './rollout.ts';
import { carriedOut, rolledBack } from './transition.ts';
import { aProgress, aRollout, aVerdict, CALM, MINUTE } from './world.contract.ts';

const NOW = 60 * MINUTE;
const cause = { kind: 'person', reason: 'ana' } as const;

const STATES: Readonly<Record<string, RolloutState>> = {
  'waiting for a person': { kind: 'waiting', begunBy: null },
  'waiting, begun': { kind: 'waiting', begunBy: 'ana' },
  running: { kind: 'running', progress: aProgress() },
  'awaiting-approval': { kind: 'awaiting-approval', progress: aProgress() },
  holding: { kind: 'holding', progress: aProgress(), cause },
  paused: { kind: 'paused', progress: aProgress(), cause },
  'rolling-back': { kind: 'rolling-back', stage: 0, cause },
  'rolled-back': { kind: 'rolled-back', at: 0, cause },
  completed: { kind: 'completed', at: 0 },
  aborted: { kind: 'aborted', at: 0, stage: 0, cause },
};

/** Which state follows while a guardrail fails, in a freeze as well. */
function afterHarm(state: RolloutState, onFailure: ReleasePlan['onFailure']): RolloutState['kind'] {
  const rollout: Rollout = { ...aRollout({ onFailure }), state };
  const facts: Facts = { ...CALM, freeze: 'Fridays' };
  return carriedOut(rollout, decide(rollout, [aVerdict('fail', NOW)], facts, NOW), NOW).state.kind;
}

describe('a failing guardrail', () => {
  /** Nothing is released while a rollout waits, so that there is nothing to take back: it does not begin, and that is all. */
  test.for<[state: string, rollBack: RolloutState['kind'], pause: RolloutState['kind']]>([
    ['waiting for a person', 'waiting', 'waiting'],
    ['waiting, begun', 'waiting', 'waiting'],
    ['running', 'rolling-back', 'paused'],
    ['awaiting-approval', 'rolling-back', 'paused'],
    ['holding', 'rolling-back', 'paused'],
    ['paused', 'rolling-back', 'paused'],
    ['rolling-back', 'rolling-back', 'rolling-back'],
    ['rolled-back', 'rolled-back', 'rolled-back'],
    ['completed', 'completed', 'completed'],
    ['aborted', 'aborted', 'aborted'],
  ])('leads from %s to %s where plans roll back, to %s where they pause', ([name, rollBack, pause]) => {
    const state = STATES[name] as RolloutState;
    expect([afterHarm(state, 'roll-back'), afterHarm(state, 'pause')]).toEqual([rollBack, pause]);
  });

  test('keeps a rollout from beginning only as long as it fails', () => {
    const begun: Rollout = { ...aRollout(), state: STATES['waiting, begun'] as RolloutState };
    expect(decide(begun, [aVerdict('fail', NOW)], CALM, NOW)).toMatchObject({ kind: 'hold', cause: { kind: 'gate' } });
    expect(decide(begun, [aVerdict('pass', NOW)], CALM, NOW)).toEqual({ kind: 'advance' });
    // Harm that nobody has confirmed for longer than a verdict holds is no harm of now.
    expect(decide(begun, [aVerdict('fail', NOW - MINUTE)], CALM, NOW)).toEqual({ kind: 'advance' });
  });
});

describe('a kill while what was before is being restored', () => {
  const killed = { reason: 'fire', by: 'member:ana', at: 1 } as const;
  const who = { now: NOW, actor: 'rollout:r1', origin: 'rollout', newId: () => 'new' } as const;

  test.for<[title: string, stopped: Facts['stopped'], off: Partial<FlagConfig>]>([
    ['a kill', { kind: 'kill', reason: 'ana: fire' }, { killed }],
    ['an off switch', { kind: 'turned-off', reason: 'ana' }, { on: false }],
  ])('%s stays in force, and the split behind it is as it was', ([, stopped, off]) => {
    const before = aConfig({ fallthrough: { variation: 'off' } });
    const flag = aFlag();
    const running: Rollout = { ...aRollout(), state: STATES['running'] as RolloutState };
    const released = changed(before, running);
    expect(released.fallthrough).not.toEqual(before.fallthrough);

    const stoppedConfig = { ...released, ...off };
    const goingBack: Rollout = { ...running, state: STATES['rolling-back'] as RolloutState };
    const decision = decide(goingBack, [], { ...CALM, stopped }, NOW);
    expect(decision.kind).toBe('roll-back');
    const restored = changed(stoppedConfig, rolledBack(carriedOut(goingBack, decision, NOW), NOW));
    expect(restored).toMatchObject({ on: stoppedConfig.on, killed: stoppedConfig.killed });
    expect(flagBodyOf(flag, restored)).toEqual(flagBodyOf(flag, { ...before, ...off }));
  });

  function changed(config: FlagConfig, rollout: Rollout) {
    const result = applyToConfig(aFlag(), config, instructionsOf(rollout, aFlag(), config), who);
    if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
    return result.document;
  }
});
