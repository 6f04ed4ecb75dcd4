import type { Outcome } from '@glidepath/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CountedPart, type Counts, createCounts } from './counts.ts';

const ROOMY = { maxSeries: 10_000, maxBytes: 1_048_576 };

function served(n: number, more: Partial<Outcome> = {}): Outcome {
  return {
    value: true,
    variation: 'on',
    variationIndex: 0,
    flagVersion: 7,
    reason: { kind: 'FALLTHROUGH' },
    by: null,
    n,
    ...more,
  };
}

const totalOf = (part: CountedPart | null): number =>
  (part?.evals ?? []).reduce((sum, { n }) => sum + n, 0) + (part?.missing ?? []).reduce((sum, [, , n]) => sum + n, 0);

describe('counts', () => {
  test('are summed up by flag, version, variation, kind of reason and rule', () => {
    const counts = createCounts(ROOMY);
    counts.evaluated('f', served(2));
    counts.evaluated('f', served(3));
    counts.evaluated('f', served(1, { flagVersion: 8 }));
    counts.evaluated('f', served(4, { reason: { kind: 'RULE_MATCH', ruleId: 'r1', ruleIndex: 0 } }));
    counts.missed('chekout', 'FLAG_NOT_FOUND');
    counts.missed('chekout', 'FLAG_NOT_FOUND');
    expect(counts.take()).toEqual({
      evals: [
        { flag: 'f', fv: 7, var: 'on', reason: 'FALLTHROUGH', n: 5 },
        { flag: 'f', fv: 8, var: 'on', reason: 'FALLTHROUGH', n: 1 },
        { flag: 'f', fv: 7, var: 'on', reason: 'RULE_MATCH', rule: 'r1', n: 4 },
      ],
      missing: [['chekout', 'FLAG_NOT_FOUND', 2]],
      dropped: 0,
    });
  });

  test('are handed over once', () => {
    const counts = createCounts(ROOMY);
    counts.evaluated('f', served(2));
    expect(totalOf(counts.take())).toBe(2);
    counts.settled('arrived');
    expect(counts.take()).toBeNull();
    expect([counts.sent, counts.open, counts.series]).toEqual([2, 0, 0]);
  });

  test('beyond the limit of series are dropped, counted, and told of with the next report', () => {
    const counts = createCounts({ ...ROOMY, maxSeries: 2 });
    counts.evaluated('a', served(1));
    counts.missed('b', 'FLAG_NOT_FOUND');
    counts.evaluated('c', served(5));
    counts.missed('d', 'FLAG_NOT_FOUND');
    counts.evaluated('a', served(1));
    expect([counts.series, counts.dropped, counts.open]).toEqual([2, 6, 3]);
    expect(counts.take()?.dropped).toBe(6);
    counts.evaluated('c', served(7));
    expect(counts.dropped).toBe(13);
    counts.settled('arrived');
    counts.evaluated('c', served(1));
    expect(counts.take()?.dropped).toBe(7);
  });

  test('of more than 1,000 keys without a value are dropped', () => {
    const counts = createCounts(ROOMY);
    for (let i = 0; i < 1_002; i += 1) counts.missed(`k${i}`, 'FLAG_NOT_FOUND');
    expect(counts.take()?.missing).toHaveLength(1_000);
    expect(counts.dropped).toBe(2);
  });

  test('of a report that was refused are lost, and told of as dropped', () => {
    const counts = createCounts(ROOMY);
    counts.evaluated('a', served(3));
    counts.take();
    counts.settled('lost');
    counts.evaluated('a', served(1));
    expect(counts.take()?.dropped).toBe(3);
    expect(counts.dropped).toBe(3);
  });

  test('take as many reports as their bytes ask for', () => {
    const counts = createCounts({ ...ROOMY, maxBytes: 16_384 });
    for (let i = 0; i < 500; i += 1) counts.evaluated(`flag-${i}`, served(1));
    let total = 0;
    let parts = 0;
    for (let part = counts.take(); part !== null; part = counts.take()) {
      expect(JSON.stringify(part).length).toBeLessThan(16_384);
      total += totalOf(part);
      parts += 1;
      counts.settled('arrived');
    }
    expect([total, counts.sent]).toEqual([500, 500]);
    expect(parts).toBeGreaterThan(1);
  });

  test.for<[string, unknown, string | null]>([
    ['is as long as a key may be', 'x'.repeat(1_000_000), 'x'.repeat(128)],
    ['holds no control characters', 'a\u0000b\n', 'a\ufffdb\ufffd'],
    ['holds no halves of pairs', `${'x'.repeat(127)}🚀`, `${'x'.repeat(127)}\ufffd`],
    ['may be any other text', '__proto__', '__proto__'],
    ['is not counted where it is no text', 42, null],
  ])('of a key that %s', ([, key, shown]) => {
    const counts = createCounts(ROOMY);
    counts.missed(key, 'FLAG_NOT_FOUND');
    expect(counts.take()?.missing.map(([name]) => name) ?? null).toEqual(shown === null ? null : [shown]);
  });

  test('never get lost in silence: what came in is open, sent or dropped', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('evaluate' as const), flag: fc.nat(12), n: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ do: fc.constant('miss' as const), flag: fc.nat(12), n: fc.constant(1) }),
      fc.record({ do: fc.constantFrom('arrive' as const, 'lose' as const), flag: fc.constant(0), n: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (steps, maxSeries) => {
        const counts = createCounts({ ...ROOMY, maxSeries });
        let came = 0;
        for (const { do: what, flag, n } of steps) {
          came += n;
          if (what === 'evaluate') counts.evaluated(`f${flag}`, served(n));
          else if (what === 'miss') counts.missed(`k${flag}`, 'FLAG_NOT_FOUND');
          else takeAndSettle(counts, what === 'arrive' ? 'arrived' : 'lost');
          expect(counts.open + counts.sent + counts.dropped).toBe(came);
          expect(counts.series).toBeLessThanOrEqual(maxSeries);
        }
      }),
    );
  });
});

function takeAndSettle(counts: Counts, how: 'arrived' | 'lost'): void {
  if (counts.take() !== null) counts.settled(how);
}
