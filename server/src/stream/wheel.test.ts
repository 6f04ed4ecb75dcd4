import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWheel } from './wheel.ts';

describe('a timing wheel', () => {
  test('gives a member back at its moment, once', () => {
    const wheel = createWheel<string>(250, 8);
    wheel.put('a', 0, 600);
    expect([wheel.turn(250), wheel.turn(500), wheel.turn(750), wheel.turn(1_000)]).toEqual([[], [], ['a'], []]);
  });

  test('keeps a moment that is more than one rotation away', () => {
    const wheel = createWheel<string>(250, 4);
    wheel.put('far', 0, 5_000);
    for (let now = 250; now < 5_000; now += 250) expect(wheel.turn(now)).toEqual([]);
    expect(wheel.turn(5_000)).toEqual(['far']);
  });

  test('gives back everything that is due after a long pause', () => {
    const wheel = createWheel<number>(250, 4);
    for (let i = 0; i < 20; i += 1) wheel.put(i, 0, i * 100);
    expect(wheel.turn(60_000)).toHaveLength(20);
    expect(wheel.size).toBe(0);
  });

  test('forgets who was removed, and moves who is put again', () => {
    const wheel = createWheel<string>(250, 4);
    wheel.put('gone', 0, 500);
    wheel.put('moved', 0, 500);
    wheel.remove('gone');
    wheel.put('moved', 0, 900);
    expect([wheel.turn(500), wheel.turn(1_000)]).toEqual([[], ['moved']]);
  });

  test('is never early and at most one slot late, whatever is put when', () => {
    const puts = fc.array(fc.record({ after: fc.nat(400), delay: fc.nat(9_000) }), { maxLength: 60 });
    fc.assert(
      fc.property(puts, (plan) => {
        const wheel = createWheel<number>(250, 16);
        const due = new Map<number, number>();
        let now = 0;
        const turn = () => {
          now += 100;
          const at = now;
          for (const member of wheel.turn(at)) {
            expect(at).toBeGreaterThanOrEqual(due.get(member) ?? Number.NaN);
            due.delete(member);
          }
          for (const moment of due.values()) expect(at - moment).toBeLessThan(500);
        };
        for (const [member, { after, delay }] of plan.entries()) {
          for (const until = now + after; now + 100 <= until; ) turn();
          wheel.put(member, now, delay);
          due.set(member, now + delay);
        }
        while (due.size > 0) turn();
        expect(wheel.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
