import type { Gate, GateBase, Verdict } from '../gates/gate.ts';
import type { Facts } from './decide.ts';
import type { ReleasePlan } from './plan.ts';
import type { Progress, Rollout } from './rollout.ts';
import { openRollout } from './transition.ts';

export const MINUTE = 60_000;

/** A guardrail on errors. */
export function aGate(overrides: Partial<GateBase> = {}): Gate {
  return {
    id: 'errors',
    kind: 'error-rate',
    role: 'guardrail',
    minSamples: 500,
    windowMinutes: 10,
    onNoData: 'hold',
    ceiling: 0.01,
    isCompared: true,
    ...overrides,
  };
}

/** `on` instead of `off`, to 10 % and then to everybody, ten minutes each, begun by hand. */
export function aPlan(overrides: Partial<ReleasePlan> = {}): ReleasePlan {
  return {
    variation: 'on',
    control: 'off',
    at: 'fallthrough',
    stages: [
      { kind: 'percent', percent: 10, bakeMinutes: 10 },
      { kind: 'percent', percent: 100, bakeMinutes: 10 },
    ],
    gates: [aGate()],
    onFailure: 'roll-back',
    start: { kind: 'manual' },
    requires: [],
    runbook: '',
    ...overrides,
  };
}

/** A rollout of `aPlan()` that waits. */
export function aRollout(plan: Partial<ReleasePlan> = {}): Rollout {
  return openRollout('r1', aPlan(plan), { variation: 'off' });
}

/** In force since time 0, counted until `countedAt`; nothing baked. */
export function aProgress(overrides: Partial<Progress> = {}): Progress {
  return {
    stage: 0,
    since: 0,
    bakedMs: 0,
    countedAt: 0,
    silentMs: {},
    checked: [],
    approvedBy: null,
    ...overrides,
  };
}

export function aRunning(progress: Partial<Progress> = {}, plan: Partial<ReleasePlan> = {}): Rollout {
  return { ...aRollout(plan), state: { kind: 'running', progress: aProgress(progress) } };
}

/** With a thousand executions in each arm. */
export function aVerdict(kind: Verdict['kind'], at: number, gate = 'errors', samples = 1_000): Verdict {
  const figures = {
    value: null,
    limit: null,
    control: null,
    interval: null,
    samples: { released: samples, control: samples },
  };
  const said = { gate, at, figures };
  return kind === 'pass' ? { ...said, kind } : { ...said, kind, reason: kind };
}

/** Nothing stands in the way. */
export const CALM: Facts = {
  stopped: null,
  mismatch: null,
  freeze: null,
  incidents: [],
  unmet: [],
  coveredSince: null,
};
