import { Sketch } from '@glidepath/core/sdk';
import { describe, expect, test } from 'vitest';
import type { Gate } from './gate.ts';
import { DEFAULT_GATES, gateSchema } from './gate-schemas.ts';
import { errorStanding, latencyStanding, precisionOf } from './harm.ts';

const PRECISION = { alpha: 0.005, smallSample: 500 };

/** 500 executions in each shard, of which about this share are errors. */
function shardsOf(rate: number) {
  const n = Array<number>(32).fill(500);
  return { n, sum: n.map((count, i) => Math.round(count * rate * (0.8 + (0.4 * i) / 31))) };
}

/** Eight groups whose durations lie around this median, up to 1.5 times as long. */
function sketchesOf(median: number) {
  return Array.from({ length: 8 }, (_, group) => {
    const sketch = new Sketch();
    for (let i = 0; i < 500; i += 1) sketch.add(median * (0.98 + group / 200) * (0.5 + i / 500));
    return sketch.body();
  });
}

describe('a rollout that may be wrong once in twenty', () => {
  const compared = DEFAULT_GATES;
  const alone: Gate = gateSchema.parse({ id: 'alone', kind: 'error-rate', isCompared: false });
  const absolute: Gate = gateSchema.parse({ id: 'absolute', kind: 'latency', timesControl: null });
  const signal: Gate = gateSchema.parse({ id: 'signal', kind: 'latency', role: 'signal' });
  const incident: Gate = gateSchema.parse({ id: 'calm', kind: 'incident' });

  test.for<[string, readonly Gate[], stages: number, alpha: number]>([
    ['two comparisons in five stages', compared, 5, 0.005],
    ['two comparisons in one stage', compared, 1, 0.025],
    ['those that stop it, not signals', [...compared, signal], 5, 0.005],
    ['comparisons, not ceilings', [...compared, alone, absolute, incident], 5, 0.005],
    ['itself where there is none', [alone, incident], 5, 0.05],
    ['itself where there are no arms', compared, 0, 0.05],
  ])('divides that by %s', ([, gates, stages, alpha]) => {
    expect(precisionOf(gates, stages).alpha).toBeCloseTo(alpha, 12);
  });
});

describe('errors', () => {
  const settings = { ceiling: 0.05, isCompared: true };

  test.for<[string, treatment: number, control: number | null, isCompared: boolean, isHarm: boolean]>([
    ['as many as the control has', 0.01, 0.01, true, false],
    ['fewer than the control has', 0.01, 0.03, true, false],
    ['more than the control has', 0.03, 0.01, true, true],
    ['more than a control that is not compared', 0.03, 0.01, false, false],
    ['more than some, without a control', 0.03, null, true, false],
    ['above the ceiling, without a control', 0.08, null, true, true],
    ['above the ceiling, as the control', 0.08, 0.08, true, true],
    ['just above the ceiling, by chance', 0.051, 0.051, true, false],
  ])('are %s', ([, treatment, control, isCompared, isHarm]) => {
    const measured = { treatment: shardsOf(treatment), control: control === null ? null : shardsOf(control) };
    const standing = errorStanding(measured, { ...settings, isCompared }, PRECISION);
    expect(standing).toMatchObject({ isHarm });
    expect([standing.value === null, standing.compared === null]).toEqual([false, control === null || !isCompared]);
  });
});

describe('durations', () => {
  const settings = { quantile: 0.95, ceilingMs: 500, timesControl: 1.2 };

  test.for<[string, treatment: number, control: number | null, timesControl: number | null, isHarm: boolean]>([
    ['as long as those of the control', 100, 100, 1.2, false],
    ['shorter than those of the control', 100, 140, 1.2, false],
    ['longer than those of the control by more than the limit', 130, 100, 1.2, true],
    ['longer for certain, but within the limit', 112, 100, 1.2, false],
    ['longer for certain, where that is the limit', 112, 100, 1, true],
    ['longer than a control that is not compared', 130, 100, null, false],
    ['long, without a control', 300, null, 1.2, false],
    ['above the ceiling, without a control', 400, null, 1.2, true],
  ])('are %s', ([, treatment, control, timesControl, isHarm]) => {
    const measured = { treatment: sketchesOf(treatment), control: control === null ? null : sketchesOf(control) };
    expect(latencyStanding(measured, { ...settings, timesControl }, PRECISION)).toMatchObject({ isHarm });
  });

  test('much longer by chance, since groups differ as much among themselves, are no harm', () => {
    const wild = [60, 400, 70, 300, 50, 350, 80, 90].flatMap((median) => sketchesOf(median).slice(0, 1));
    const standing = latencyStanding(
      { treatment: wild, control: sketchesOf(90) },
      { ...settings, ceilingMs: 5_000 },
      PRECISION,
    );
    expect(standing.compared?.value).toBeGreaterThan(settings.timesControl);
    expect(standing.isHarm).toBe(false);
  });

  test('that nobody has measured are no harm', () => {
    const none = { treatment: Array(8).fill(new Sketch().body()), control: sketchesOf(100) };
    expect(latencyStanding(none, settings, PRECISION)).toEqual({ value: null, compared: null, isHarm: false });
    const nobody = { treatment: { n: Array(32).fill(0), sum: Array(32).fill(0) }, control: shardsOf(0.5) };
    expect(errorStanding(nobody, { ceiling: 0, isCompared: true }, PRECISION).isHarm).toBe(false);
  });
});
