import type { GateView, RolloutView } from '@glidepath/server/api-types';

/** A rollout of `new-checkout` in production, at the second of three stages; `given` is what matters. */
export function aRollout(given: Partial<RolloutView> = {}): RolloutView {
  return {
    id: 'r-1',
    flag: 'new-checkout',
    environment: 'production',
    plan: {
      variation: 'on',
      control: 'off',
      at: 'fallthrough',
      stages: [
        { kind: 'percent', percent: 1, bakeMinutes: 10 },
        { kind: 'percent', percent: 25, bakeMinutes: 20 },
        { kind: 'percent', percent: 100, bakeMinutes: 30 },
      ],
      gates: [],
      onFailure: 'roll-back',
      start: { kind: 'manual' },
      requires: [],
      runbook: '',
    },
    state: 'running',
    cause: null,
    stage: 1,
    percent: 25,
    progress: {
      since: '2026-01-05T09:00:00.000Z',
      bakedMs: 600_000,
      countedAt: '2026-01-05T09:10:00.000Z',
      isBaking: true,
      checked: [],
      approvedBy: null,
    },
    next: { what: '100 %', at: '2026-01-05T09:20:00.000Z', waitsFor: null },
    gates: [],
    sampleRatio: null,
    coverage: null,
    startedBy: 'Ann',
    comment: null,
    startedAt: '2026-01-05T08:45:00.000Z',
    endedAt: null,
    incident: null,
    evidence: null,
    sentence: 'on of new-checkout in production is being released: 25 % has it.',
    revision: 4,
    updatedAt: '2026-01-05T09:10:00.000Z',
    ...given,
  };
}

const COMMON = { role: 'guardrail', minSamples: 500, windowMinutes: 10, onNoData: 'hold' } as const;

/** Errors, compared: the released variation is a little worse, and how much lies around the control. */
export function errorsGate(given: Partial<GateView> = {}): GateView {
  return {
    gate: { ...COMMON, id: 'errors', kind: 'error-rate', ceiling: 0.01, isCompared: true },
    verdict: {
      gate: 'errors',
      at: '2026-01-05T09:10:00.000Z',
      kind: 'pass',
      figures: {
        value: 0.0042,
        limit: 0.01,
        control: 0.004,
        interval: [-0.001, 0.0014],
        samples: { released: 12_000, control: 11_900 },
      },
    },
    consequence: null,
    ...given,
  };
}

/** The p95 of durations, whose interval is of the ratio to the control. */
export function latencyGate(): GateView {
  return {
    gate: { ...COMMON, id: 'p95', kind: 'latency', quantile: 0.95, ceilingMs: 500, timesControl: 1.2 },
    verdict: {
      gate: 'p95',
      at: '2026-01-05T09:10:00.000Z',
      kind: 'inconclusive',
      reason: 'too few people',
      figures: {
        value: 220,
        limit: 500,
        control: 200,
        interval: [0.9, 1.3],
        samples: { released: 12_000, control: 11_900 },
      },
    },
    consequence: null,
  };
}
