import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { merged, quantileOf, Sketch, type SketchBody } from './sketch.ts';

const QUANTILES = [0, 0.5, 0.95, 0.99, 1];

function sketchOf(durations: readonly number[]): SketchBody {
  const sketch = new Sketch();
  for (const ms of durations) sketch.add(ms);
  return sketch.body();
}

function exactQuantile(durations: readonly number[], q: number): number {
  const sorted = [...durations].sort((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
}

/** From a microsecond to an hour, every magnitude as likely. */
const arbitraryDuration = fc.double({ min: -3, max: 6.5, noNaN: true }).map((exponent) => 10 ** exponent);

describe('a sketch of durations', () => {
  test('knows every quantile within 2 %', () => {
    fc.assert(
      fc.property(fc.array(arbitraryDuration, { minLength: 1, maxLength: 200 }), (durations) => {
        const sketch = sketchOf(durations);
        for (const q of QUANTILES) {
          const exact = exactQuantile(durations, q);
          expect(Math.abs((quantileOf(sketch, q) ?? 0) / exact - 1)).toBeLessThanOrEqual(0.020_001);
        }
      }),
    );
  });

  test('merged with another is the sketch of all durations, in whatever order', () => {
    const durations = fc.array(arbitraryDuration, { maxLength: 50 });
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const both = sketchOf([...a, ...b]);
        expect(merged(sketchOf(a), sketchOf(b))).toEqual(both);
        expect(merged(sketchOf(b), sketchOf(a))).toEqual(both);
      }),
    );
  });

  test('holds nothing but its buckets: what is empty at the ends is not sent', () => {
    expect(sketchOf([])).toEqual({ g: 1.0408, o: 0, c: [] });
    expect(sketchOf([11, 11, 12])).toEqual({ g: 1.0408, o: 60, c: [2, 0, 0, 1] });
    expect(quantileOf(sketchOf([]), 0.5)).toBeNull();
  });

  test('takes what no clock should say into its first and last bucket, so that it stays small', () => {
    const sketch = new Sketch();
    for (const ms of [0, -5, Number.NaN, Number.NEGATIVE_INFINITY, 1e300, Number.POSITIVE_INFINITY]) sketch.add(ms);
    const { c } = sketch.body();
    expect([c[0], c.at(-1)]).toEqual([4, 2]);
    expect(sketch.bytes).toBeLessThan(2_400);
  });
});
