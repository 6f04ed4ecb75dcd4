import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundOf, bucketOf, quantileOf } from './sketch.ts';

test('a duration lies within 5 % below the bound of its bucket', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 1e7, noNaN: true }), (ms) => {
      const bound = boundOf(bucketOf(ms));
      expect(bound).toBeGreaterThanOrEqual(ms * (1 - 1e-9));
      expect(bound).toBeLessThanOrEqual(ms * 1.05);
    }),
  );
});

test('figures are those of the durations, at most 5 % above', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 1e5, noNaN: true }), { minLength: 1 }), (all) => {
      const sketch: Record<string, number> = {};
      for (const ms of all) sketch[bucketOf(ms)] = (sketch[bucketOf(ms)] ?? 0) + 1;
      const sorted = all.toSorted((a, b) => a - b);
      for (const q of [0.5, 0.99, 1]) {
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
        const figure = quantileOf(sketch, q) ?? 0;
        expect(figure).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(figure).toBeLessThanOrEqual(exact * 1.05);
      }
    }),
  );
});

test('nothing counted has no figures', () => {
  expect(quantileOf({}, 0.5)).toBeNull();
});
