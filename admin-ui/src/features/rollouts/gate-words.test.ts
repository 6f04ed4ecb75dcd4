import { describe, expect, test } from 'vitest';
import { backSentence } from './evidence-words.ts';
import { type Gate, limitWords, VERDICT_MARKS, valueWords, verdictWords } from './gate-words.ts';
import { aLatencyGate, anErrorGate, aRolledBack, aRollout, aVerdict } from './rollout-fixture.ts';

const { gate: errors } = anErrorGate();
const { gate: p95 } = aLatencyGate(null);
const base = { id: 'x', role: 'guardrail', minSamples: 0, windowMinutes: 1, onNoData: 'hold' } as const;

describe('the words of a gate', () => {
  test.for<[Gate, limit: string]>([
    [errors, '≤ 1 %, not above the control'],
    [p95, '≤ 500 ms, ≤ 1.2 × control'],
    [{ ...base, kind: 'latency', quantile: 0.99, ceilingMs: 250, timesControl: null }, '≤ 250 ms'],
    [{ ...base, kind: 'metric', metric: 'carts', per: 'value', failsWhen: 'below', threshold: 12_500 }, '≥ 12,500'],
    [{ ...base, kind: 'prometheus', query: 'up', failsWhen: 'above', threshold: 0.25 }, '≤ 0.25'],
    [{ ...base, kind: 'webhook', url: 'https://go.test' }, 'answers 2xx'],
    [{ ...base, kind: 'fleet', deployed: 1, applied: 0.99 }, '100 % deployed, 99 % applied'],
    [{ ...base, kind: 'incident', severities: ['SEV1', 'SEV2'] }, 'no SEV1 or SEV2'],
  ])('%o: %s', ([gate, limit]) => {
    expect(limitWords(gate)).toBe(limit);
  });

  test('say the value, how far it is from the control, and between what that difference lies', () => {
    expect(verdictWords(errors, aVerdict())).toBe(
      'errors 0.42 %, +0.02 pp to the control’s 0.4 %, range −0.1 pp … +0.14 pp, limit 1 %',
    );
  });

  test('say how many times as long as the control it takes, where that is what is limited', () => {
    const figures = { value: 300, limit: 500, control: 200, interval: [1.2, 1.75], samples: null } as const;
    expect(verdictWords(p95, aVerdict({ gate: 'p95', figures }))).toBe(
      'p95 300 ms, 1.5 × the control’s 200 ms, range 1.2 × … 1.75 ×, limit 500 ms',
    );
  });

  test('say the range of the value itself, where the control is only shown', () => {
    const gate = { ...p95, kind: 'latency', timesControl: null, quantile: 0.95, ceilingMs: 500 } as const;
    const figures = { value: 300, limit: 500, control: 200, interval: [280, 330], samples: null } as const;
    expect(verdictWords(gate, aVerdict({ gate: 'p95', figures }))).toBe(
      'p95 300 ms, +100 ms to the control’s 200 ms, range 280 ms … 330 ms, limit 500 ms',
    );
  });

  test('say why, where there is no figure', () => {
    const figures = { value: null, limit: null, control: null, interval: null, samples: null };
    expect(verdictWords(errors, aVerdict({ kind: 'no-data', reason: 'nothing was heard', figures }))).toBe(
      'nothing was heard',
    );
  });
});

test('what is rounded to zero has no sign', () => {
  expect(valueWords(p95, -0.001)).toBe('0 ms');
});

test('of five verdicts only one looks like passing', () => {
  expect(Object.entries(VERDICT_MARKS).filter(([, mark]) => mark === 'done')).toEqual([['pass', 'done']]);
});

describe('the sentence about a roll-back', () => {
  test('names metric, value, range, limit, what was affected, what people have now, and the stage', () => {
    expect(backSentence(aRolledBack())).toBe(
      'Rolled back at 03:05:59 UTC: p95 612 ms, range 580 ms … 640 ms, limit 500 ms. 3,100 people affected in 20,400 guarded executions, everybody is back on `old`. It was in stage 2 (10 %).',
    );
  });

  test('says that it is not known what was affected, and the cause where no gate failed', () => {
    const { evidence } = aRolledBack();
    const rollout = aRolledBack({
      evidence: evidence && {
        ...evidence,
        affected: null,
        verdicts: [],
        cause: { kind: 'no-data', reason: 'errors: nothing was heard' },
      },
    });
    expect(backSentence(rollout)).toBe(
      'Rolled back at 03:05:59 UTC: errors: nothing was heard. How often it was used is not known; everybody is back on `old`. It was in stage 2 (10 %).',
    );
  });

  test('names the person who did it by hand', () => {
    const rollout = aRollout({
      state: 'rolled-back',
      endedAt: '2026-05-04T03:00:00.000Z',
      cause: { kind: 'person', reason: 'Radu: looks odd' },
    });
    expect(backSentence(rollout)).toBe('Rolled back at 03:00:00 UTC: Radu: looks odd.');
  });
});
