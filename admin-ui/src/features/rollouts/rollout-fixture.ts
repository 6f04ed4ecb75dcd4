import type { GateView, RolloutView, VerdictView } from '@glidepath/server/api-types';

export const NOW = Date.parse('2026-05-04T03:05:59.000Z');
const MINUTE_MS = 60_000;

export const iso = (at: number): string => new Date(at).toISOString();

/** Of a gate that was asked just before `NOW`. */
export function aVerdict(overrides: Partial<VerdictView> = {}): VerdictView {
  return {
    gate: 'errors',
    at: iso(NOW - 8_000),
    kind: 'pass',
    figures: {
      value: 0.0042,
      limit: 0.01,
      control: 0.004,
      interval: [-0.001, 0.0014],
      samples: { released: 8_120, control: 8_094 },
    },
    ...overrides,
  };
}

export function anErrorGate(verdict: VerdictView | null = aVerdict()): GateView {
  return {
    gate: {
      id: 'errors',
      kind: 'error-rate',
      role: 'guardrail',
      minSamples: 500,
      windowMinutes: 10,
      onNoData: 'hold',
      ceiling: 0.01,
      isCompared: true,
    },
    verdict,
    consequence: null,
  };
}

export function aLatencyGate(verdict: VerdictView | null): GateView {
  return {
    gate: {
      id: 'p95',
      kind: 'latency',
      role: 'guardrail',
      minSamples: 500,
      windowMinutes: 10,
      onNoData: 'hold',
      quantile: 0.95,
      ceilingMs: 500,
      timesControl: 1.2,
    },
    verdict,
    consequence: null,
  };
}

/** `new` instead of `old`, in the second stage of three for 23:19 of 30:00, with one gate that passes. */
export function aRollout(overrides: Partial<RolloutView> = {}): RolloutView {
  return {
    id: 'r1',
    flag: 'payments-retry',
    environment: 'production',
    revision: 7,
    updatedAt: iso(NOW),
    plan: {
      variation: 'new',
      control: 'old',
      at: 'fallthrough',
      stages: [
        { kind: 'percent', percent: 1, bakeMinutes: 10 },
        { kind: 'percent', percent: 10, bakeMinutes: 30 },
        { kind: 'percent', percent: 100, bakeMinutes: 60 },
      ],
      gates: [anErrorGate().gate],
      onFailure: 'roll-back',
      start: { kind: 'manual' },
      requires: [],
      runbook: '',
    },
    state: 'running',
    cause: null,
    stage: 1,
    percent: 10,
    progress: {
      since: iso(NOW - 30 * MINUTE_MS),
      bakedMs: 23 * MINUTE_MS + 19_000,
      countedAt: iso(NOW),
      isBaking: true,
      checked: [],
      approvedBy: null,
    },
    next: { what: '100 %', at: iso(NOW + 6 * MINUTE_MS + 41_000), waitsFor: null },
    gates: [anErrorGate()],
    sampleRatio: null,
    coverage: null,
    startedBy: 'member:ana',
    comment: null,
    startedAt: iso(NOW - 60 * MINUTE_MS),
    endedAt: null,
    incident: null,
    evidence: null,
    sentence: '10 % of everyone else get `new`.',
    ...overrides,
  };
}

/** Taken back by its latency gate while `aRollout()` was in its second stage. */
export function aRolledBack(overrides: Partial<RolloutView> = {}): RolloutView {
  const verdict = aVerdict({
    gate: 'p95',
    kind: 'fail',
    reason: 'p95 is 612 ms, above 500 ms',
    figures: {
      value: 612,
      limit: 500,
      control: null,
      interval: [580, 640],
      samples: { released: 8_120, control: null },
    },
  });
  const cause = { kind: 'gate', reason: 'p95: p95 is 612 ms, above 500 ms' } as const;
  const gates = [anErrorGate(), aLatencyGate(verdict)];
  return aRollout({
    state: 'rolled-back',
    plan: { ...aRollout().plan, gates: gates.map(({ gate }) => gate) },
    gates,
    cause,
    stage: null,
    percent: 0,
    progress: null,
    next: null,
    endedAt: iso(NOW),
    incident: 'INC-31',
    evidence: {
      at: iso(NOW),
      cause,
      stage: 1,
      percent: 10,
      verdicts: [aVerdict(), verdict],
      versions: [{ service: 'shop', version: '4.2.0', instances: 412 }],
      affected: 20_400,
      people: 3_100,
    },
    sentence: 'Everyone is back on `old`.',
    ...overrides,
  });
}
