import { quantileOf } from '@glidepath/core/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFrequent } from './frequent.ts';
import { createSideTally } from './side-tally.ts';

const MUCH = 1_000_000;

function aTally(most = 100) {
  let dropped = 0;
  const tally = createSideTally({
    hasRoom: () => tally.series < most,
    onDropped: () => {
      dropped += 1;
    },
  });
  return { tally, dropped: () => dropped };
}

describe('two ways of doing the same, summed up', () => {
  test('are told by side: calls, errors and how long they took', () => {
    const { tally } = aTally();
    for (let call = 1; call <= 100; call += 1)
      tally.called('users-db', { op: 'read', side: 'old', ok: call % 10 > 0, durationMs: call });
    tally.called('users-db', { op: 'read', side: 'new', ok: true, durationMs: 5 });
    const { sides } = tally.take({ bytes: MUCH });
    expect(sides).toMatchObject([
      { flag: 'users-db', op: 'read', side: 'old', n: 100, err: 10 },
      { flag: 'users-db', op: 'read', side: 'new', n: 1, err: 0 },
    ]);
    const p95 = (sides[0] && quantileOf(sides[0].lat, 0.95)) ?? 0;
    expect(Math.abs(p95 - 95) / 95).toBeLessThan(0.03);
  });

  test('are told by stage: comparisons, differences, and the ten places that differ most', () => {
    const { tally } = aTally();
    for (let place = 0; place < 12; place += 1)
      for (let time = 0; time <= place; time += 1) tally.compared('users-db', 'shadow', [`/${place}`]);
    tally.compared('users-db', 'shadow', []);
    tally.compared('users-db', 'live', []);
    tally.skipped('users-db', 'live');
    const { comparisons } = tally.take({ bytes: MUCH });
    const paths = Array.from({ length: 10 }, (_, index) => [`/${11 - index}`, 12 - index]);
    expect(comparisons).toEqual([
      { flag: 'users-db', stage: 'shadow', n: 79, diff: 78, skipped: 0, paths },
      { flag: 'users-db', stage: 'live', n: 1, diff: 0, skipped: 1, paths: [] },
    ]);
  });

  test('begin anew when they were handed over, and wait where there is no room', () => {
    const { tally } = aTally();
    tally.compared('users-db', 'shadow', []);
    expect(tally.take({ bytes: 10 })).toEqual({ sides: [], comparisons: [] });
    expect(tally.take({ bytes: MUCH }).comparisons).toHaveLength(1);
    expect(tally.take({ bytes: MUCH })).toEqual({ sides: [], comparisons: [] });
  });

  test('never take more series than there is room for', () => {
    const { tally, dropped } = aTally(2);
    for (const flag of ['a', 'b', 'c']) tally.skipped(flag, 'shadow');
    tally.called('d', { op: 'read', side: 'old', ok: true, durationMs: 1 });
    expect([tally.series, dropped()]).toEqual([2, 2]);
  });
});

test('what is frequent is found among any number of texts, and never counted too low', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 2_000 }), (rare) => {
      const frequent = createFrequent();
      for (let index = 0; index < rare; index += 1) {
        frequent.add(`rare ${index}`);
        if (index % 2 === 0) frequent.add('often');
      }
      const [text, n = 0] = frequent.top(1)[0] ?? [];
      expect([text, n >= Math.ceil(rare / 2)]).toEqual(['often', true]);
      expect(frequent.top(10)).toHaveLength(10);
    }),
  );
});
