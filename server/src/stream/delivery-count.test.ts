import { describe, expect, test } from 'vitest';
import { type Counted, DeliveryCount, FOLLOWED_MS } from './delivery-count.ts';
import { bucketOf } from './sketch.ts';

const joinedAt = (version: number): Counted => ({ countedTo: version });
const openCount = () => new DeliveryCount(1);

describe('counting how far a version has come', () => {
  test('an acknowledgement covers every version up to its own, once', () => {
    const count = openCount();
    const [a, b] = [joinedAt(1), joinedAt(1)];
    count.committed(2, 2, 100);
    count.committed(3, 2, 150);
    expect(count.applied(a, 3, 160, 0)).toEqual([60, 10]);
    expect(count.applied(a, 3, 170, 0)).toEqual([]);
    expect(count.applied(b, 2, 180, 5)).toEqual([75]);
    expect([count.counts(2)?.applied, count.counts(3)?.applied]).toEqual([2, 1]);
    expect([count.isComplete(2), count.isComplete(3)]).toEqual([true, false]);
    expect(count.counts(2)).toMatchObject({ slowestMs: 75, sketch: { [bucketOf(60)]: 1, [bucketOf(75)]: 1 } });
  });

  test('browsers are counted for every version that a frame brought them, beside the connections that have to apply it', () => {
    const count = openCount();
    for (const version of [2, 3, 4]) count.committed(version, 0, 0);
    count.browserSent(2, 4);
    count.browserSent(3, 4);
    count.browserApplied(2, 4);
    expect([2, 3, 4].map((version) => count.counts(version))).toMatchObject([
      { browsersSent: 0, browsersApplied: 0 },
      { browsersSent: 1, browsersApplied: 1 },
      { browsersSent: 2, browsersApplied: 1, connected: 0, applied: 0 },
    ]);
  });

  test('who came after the commit is not counted', () => {
    const count = openCount();
    count.committed(2, 1, 0);
    expect(count.applied(joinedAt(2), 2, 10, 0)).toEqual([]);
    expect(count.counts(2)?.applied).toBe(0);
  });

  test('who closes before applying is gone, not applied; who applied first is not gone', () => {
    const count = openCount();
    const [left, stayed] = [joinedAt(1), joinedAt(1)];
    count.committed(2, 2, 0);
    count.applied(stayed, 2, 5, 0);
    count.gone(left);
    count.gone(stayed);
    expect(count.counts(2)).toMatchObject({ connected: 2, applied: 1, gone: 1 });
    expect(count.isComplete(2)).toBe(true);
  });

  test('a version nobody is connected for is complete at once', () => {
    const count = openCount();
    count.committed(2, 0, 0);
    expect(count.isComplete(2)).toBe(true);
  });

  test('an acknowledgement of a version that does not exist yet covers nothing later', () => {
    const count = openCount();
    const eager = joinedAt(1);
    count.committed(2, 1, 0);
    count.applied(eager, 900, 1, 0);
    count.committed(3, 1, 2);
    expect(count.applied(eager, 3, 4, 0)).toEqual([2]);
  });

  test('a held acknowledgement never makes the time negative', () => {
    const count = openCount();
    count.committed(2, 1, 100);
    expect(count.applied(joinedAt(1), 2, 150, 9_999)).toEqual([0]);
  });

  test('gives what is to be written at a pace, at once when complete, and forgets a version after a minute', () => {
    const count = openCount();
    const taken = (now: number) => count.takeChanged(now, 1_000).map(({ applied }) => applied);
    const [a, b, c] = [joinedAt(1), joinedAt(1), joinedAt(1)];
    count.committed(2, 3, 0);
    expect(taken(10)).toEqual([0]);
    count.applied(a, 2, 30, 0);
    expect(taken(500)).toEqual([]);
    count.applied(b, 2, 700, 0);
    expect([taken(1_010), taken(1_020)]).toEqual([[2], []]);
    count.applied(c, 2, 1_100, 0);
    expect(taken(1_110)).toEqual([3]);
    count.takeChanged(FOLLOWED_MS + 1, 1_000);
    expect(count.counts(2)).toBeNull();
  });

  test('raises the alarm once, when five and more than 2 % refuse a version within five seconds', () => {
    const count = openCount();
    count.committed(2, 10, 0);
    const alarms = (now: number, nacks: number) => Array.from({ length: nacks }, () => count.nacked(2, now));
    expect(alarms(100, 4)).toEqual([false, false, false, false]);
    expect(alarms(200, 3)).toEqual([true, false, false]);

    count.committed(3, 400, 0);
    for (let i = 0; i < 395; i += 1) count.applied(joinedAt(2), 3, 50, 0);
    expect(Array.from({ length: 5 }, () => count.nacked(3, 100))).not.toContain(true);
    expect(Array.from({ length: 5 }, () => count.nacked(3, 6_000))).not.toContain(true);
  });
});
