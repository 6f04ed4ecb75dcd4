import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beaten, dueOf, type LifetimeLimits, nextVisitMs, openLifetime } from './lifetime.ts';

const LIMITS: LifetimeLimits = { helloMs: 5_000, heartbeatMs: 25_000, silenceMs: 75_000, ageMs: 1_800_000 };
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the life of a connection', () => {
  test('ends when it says no hello within five seconds', () => {
    const lifetime = openLifetime(0, LIMITS, () => 0.5);
    expect([dueOf(lifetime, 4_999, LIMITS), dueOf(lifetime, 5_000, LIMITS)]).toEqual(['nothing', 'hello-timeout']);
  });

  test('ends after 75 seconds of silence, counted from the last byte', () => {
    const lifetime = { ...openLifetime(0, LIMITS, () => 0.5), helloAt: 10, heardAt: 1_000, beatAt: 1e9 };
    expect([dueOf(lifetime, 75_999, LIMITS), dueOf(lifetime, 76_000, LIMITS)]).toEqual(['nothing', 'silent']);
  });

  test('asks to leave once, at an age that differs by half either way', () => {
    const ages = [0, 0.5, 0.999].map((draw) => openLifetime(0, LIMITS, () => draw).ageAt);
    expect(ages).toEqual([900_000, 1_800_000, 2_698_200]);
    const told = { ...openLifetime(0, LIMITS, () => 0), helloAt: 0, ageAt: null, heardAt: 2e6, beatAt: 1e9 };
    expect(dueOf(told, 2e6, LIMITS)).toBe('nothing');
  });

  test('beats for the first time within one interval, then every 20 to 30 seconds', () => {
    fc.assert(
      fc.property(chance, chance, (first, second) => {
        const lifetime = openLifetime(100, LIMITS, () => first);
        expect(lifetime.beatAt - 100).toBeGreaterThanOrEqual(0);
        expect(lifetime.beatAt - 100).toBeLessThanOrEqual(25_000);
        beaten(lifetime, 5_000, LIMITS, () => second);
        expect(lifetime.beatAt - 5_000).toBeGreaterThanOrEqual(20_000);
        expect(lifetime.beatAt - 5_000).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  test('nothing is due before the next visit, and something is at it', () => {
    const moment = fc.integer({ min: 0, max: 3_000_000 });
    fc.assert(
      fc.property(fc.option(moment), moment, moment, fc.option(moment), (helloAt, heardAt, beatAt, ageAt) => {
        const lifetime = { openedAt: 0, helloAt, heardAt, beatAt, ageAt };
        const visit = nextVisitMs(lifetime, 0, LIMITS);
        if (visit > 0) expect(dueOf(lifetime, visit - 1, LIMITS)).toBe('nothing');
        expect(dueOf(lifetime, visit, LIMITS)).not.toBe('nothing');
      }),
    );
  });
});
