import { describe, expect, test } from 'vitest';
import { DEFAULT_GATES, gateSchema, SAMPLE_RATIO } from './gate-schemas.ts';

const common = { role: 'guardrail', minSamples: 500, windowMinutes: 10, onNoData: 'hold' };

describe('a gate as somebody writes it', () => {
  test.for<[input: object, settings: object]>([
    [{ kind: 'error-rate' }, { ceiling: 0.01, isCompared: true }],
    [{ kind: 'latency' }, { quantile: 0.95, ceilingMs: 500, timesControl: 1.2 }],
    [
      { kind: 'metric', metric: 'cart.abandoned', threshold: 3 },
      { failsWhen: 'above', per: 'value' },
    ],
    [{ kind: 'prometheus', query: 'up', failsWhen: 'below', threshold: 1 }, {}],
    [{ kind: 'webhook', url: 'https://gate.example/ask' }, {}],
    [{ kind: 'fleet' }, { deployed: 1, applied: 0.99 }],
    [{ kind: 'incident' }, { severities: ['SEV1', 'SEV2'] }],
  ])('%j is filled in', ([input, settings]) => {
    expect(gateSchema.parse({ id: 'g', ...input })).toEqual({ id: 'g', ...common, ...input, ...settings });
  });

  test.for<[wrong: object, at: string]>([
    [{ kind: 'error-rate', ceiling: 2 }, 'ceiling'],
    [{ kind: 'latency', timesControl: 0 }, 'timesControl'],
    [{ kind: 'metric', metric: 'm', threshold: Number.NaN }, 'threshold'],
    [{ kind: 'prometheus', threshold: 1 }, 'query'],
    [{ kind: 'incident', severities: [] }, 'severities'],
    [{ kind: 'horoscope' }, 'kind'],
    [{ kind: 'incident', id: SAMPLE_RATIO }, 'id'],
    [{ kind: 'incident', windowMinutes: 0 }, 'windowMinutes'],
  ])('%j is refused at its place', ([wrong, at]) => {
    const { error } = gateSchema.safeParse({ id: 'g', ...wrong });
    expect(error?.issues.map(({ path }) => path[0])).toEqual([at]);
  });

  test('holds nothing that is not known', () => {
    expect(gateSchema.safeParse({ id: 'g', kind: 'incident', colour: 'red' }).success).toBe(false);
  });

  test('is not needed: a plan that names none watches errors and durations', () => {
    expect(DEFAULT_GATES.map(({ id, kind }) => [id, kind])).toEqual([
      ['errors', 'error-rate'],
      ['p95', 'latency'],
    ]);
  });
});
