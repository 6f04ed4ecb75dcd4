import { describe, expect, test } from 'vitest';
import { type Breakers, createBreakers } from './breaker.ts';
import type { BreakerOptions } from './health.ts';

interface World {
  readonly breakers: Breakers;
  readonly opened: readonly (readonly [flag: string, variation: string, holdMs: number])[];
  now: number;
  call(hasFailed: boolean, more?: { variation?: string; options?: BreakerOptions; isProbe?: boolean }): void;
}

function aWorld(): World {
  const opened: [string, string, number][] = [];
  const world: World = {
    opened,
    now: 1_000,
    breakers: createBreakers({ monotonic: () => world.now, onOpen: (...how) => opened.push(how) }),
    call(hasFailed: boolean, { variation = 'on', options = {}, isProbe = false } = {}) {
      world.breakers.ended({ flag: 'f', variation, isProbe, options }, hasFailed);
    },
  };
  return world;
}

function times(n: number, run: () => void): void {
  for (let i = 0; i < n; i += 1) run();
}

describe('a breaker', () => {
  test('opens with the twentieth call of ten seconds when half of them failed, and tells of it once', () => {
    const world = aWorld();
    times(10, () => world.call(false));
    times(9, () => world.call(true));
    expect(world.breakers.heldUntil('f')).toBeNull();
    world.call(true);
    expect(world.breakers.heldUntil('f')).toBe(31_000);
    expect(world.opened).toEqual([['f', 'on', 30_000]]);
  });

  test('stays closed while fewer fail', () => {
    const world = aWorld();
    times(200, () => {
      world.call(true);
      times(2, () => world.call(false));
      world.now += 10;
    });
    expect(world.opened).toEqual([]);
  });

  test('forgets what is longer ago than its window', () => {
    const world = aWorld();
    times(19, () => world.call(true));
    world.now += 10_001;
    times(19, () => world.call(true));
    expect(world.opened).toEqual([]);
    world.now += 4_000;
    world.call(true);
    expect(world.opened).toHaveLength(1);
  });

  test('looks at each variation by itself', () => {
    const world = aWorld();
    times(19, () => world.call(true));
    times(19, () => world.call(true, { variation: 'other' }));
    expect(world.opened).toEqual([]);
  });

  test('goes by the options that are given, brought into their ranges', () => {
    const world = aWorld();
    const options = { minCalls: 3, errorRate: 1, holdMs: 5_000 };
    world.call(true, { options });
    world.call(true, { options });
    expect(world.breakers.heldUntil('f')).toBeNull();
    world.call(true, { options });
    expect(world.breakers.heldUntil('f')).toBe(6_000);
    const other = aWorld();
    other.call(true, { options: { minCalls: -7, errorRate: Number.NaN, holdMs: 'long' as never } });
    expect(other.opened).toEqual([['f', 'on', 30_000]]);
  });
});

describe('an open breaker', () => {
  function opened(): World {
    const world = aWorld();
    times(20, () => world.call(true));
    return world;
  }

  test('lets nobody through until its time is over, then one', () => {
    const world = opened();
    world.now += 29_999;
    expect(world.breakers.admit('f')).toBe('open');
    world.now += 1;
    expect([world.breakers.admit('f'), world.breakers.admit('f')]).toEqual(['probe', 'open']);
    expect(world.breakers.heldUntil('f')).toBeNull();
  });

  test('closes when the probe went well', () => {
    const world = opened();
    world.now += 30_000;
    world.breakers.admit('f');
    world.call(false, { isProbe: true });
    expect([world.breakers.admit('f'), world.breakers.admit('f')]).toEqual(['closed', 'closed']);
  });

  test('stays open as long again when the probe failed, and tells of it', () => {
    const world = opened();
    world.now += 30_000;
    world.breakers.admit('f');
    world.call(true, { isProbe: true });
    expect(world.breakers.heldUntil('f')).toBe(world.now + 30_000);
    expect(world.opened).toHaveLength(2);
  });

  test('lets another try when the probe says nothing or never ends', () => {
    const world = opened();
    world.now += 30_000;
    world.breakers.admit('f');
    world.breakers.released('f');
    expect(world.breakers.admit('f')).toBe('probe');
    world.now += 30_000;
    expect(world.breakers.admit('f')).toBe('probe');
  });

  test('is not altered by calls that began before', () => {
    const world = opened();
    times(50, () => world.call(true));
    world.call(false);
    expect(world.opened).toHaveLength(1);
    expect(world.breakers.admit('f')).toBe('open');
  });
});

test('a thousand variations are watched, no more', () => {
  const world = aWorld();
  for (let i = 0; i < 1_001; i += 1)
    times(20, () => {
      world.breakers.ended({ flag: `f-${i}`, variation: 'on', isProbe: false, options: { minCalls: 21 } }, true);
    });
  world.breakers.ended({ flag: 'f-1000', variation: 'on', isProbe: false, options: {} }, true);
  expect(world.opened).toEqual([]);
});
