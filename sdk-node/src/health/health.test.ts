import { gzipSync } from 'node:zlib';
import type { SplitBody } from '@glidepath/core';
import type { WireHealth, WireMetric, WireTrack } from '@glidepath/core/sdk';
import { merged, quantileOf, type SketchBody } from '@glidepath/core/sdk';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from '../client.ts';
import { leastRatio } from '../testing-cost.ts';
import { type TestPlatform, testPlatform } from '../testing-platform.ts';
import type { ClientOptions, FlagsClient } from '../types.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
const BUCKETS = 100_000;
const AT_MOST_TIMES_BARE = 8;

/** Half of everybody gets `on`; two fifths of all are measured on each side. */
const SPLIT: SplitBody = {
  ranges: [
    [50_000, 0],
    [BUCKETS, 1],
  ],
  arms: { rollout: 'r1', stage: 2, t: [[0, 40_000]], c: [[60_000, BUCKETS]] },
};

const ROLLED_OUT = flagItem('checkout', { rules: [{ id: 'r7', clauses: [], serve: { split: SPLIT } }] }, 41);
const SETTLED = flagItem('search', {}, 3);

function start(options: ClientOptions = {}): { readonly platform: TestPlatform; readonly flags: FlagsClient } {
  const platform = testPlatform();
  const flags = createClientOn(platform, { ...KEY, ...options });
  platform.accept(50, [ROLLED_OUT, SETTLED]);
  return { platform, flags };
}

/** All that was reported so far. */
function told({ platform }: { readonly platform: TestPlatform }) {
  platform.advance(13_000);
  const all = <T>(name: string) => platform.reports.flatMap((report) => (report[name] ?? []) as readonly T[]);
  return {
    evals: all<Readonly<Record<string, unknown>>>('evals'),
    health: all<WireHealth>('health'),
    metrics: all<WireMetric>('metrics'),
    track: all<WireTrack>('track'),
  };
}

/** The first user of that arm, or of none. */
function userIn(flags: FlagsClient, arm: 't' | 'c' | 'none'): string {
  for (let i = 0; i < 1_000; i += 1) {
    const { reason } = flags.variationDetail('checkout', { key: `u-${i}` }, false);
    const bucket = 'rollout' in reason ? (reason.rollout?.bucket ?? 0) : 0;
    const found = bucket < 40_000 ? 't' : bucket >= 60_000 ? 'c' : 'none';
    if (found === arm) return `u-${i}`;
  }
  throw new Error(`nobody is in ${arm}`);
}

/** A sequence that is the same in every run. */
function aRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Takes five milliseconds. */
function slowly(platform: TestPlatform): string {
  platform.advance(5);
  return 'page';
}

const total = (list: readonly number[]): number => list.reduce((sum, n) => sum + n, 0);

describe('S19: 100,000 guarded calls', () => {
  test('are counted exactly by variation and arm, and quantiles of their durations are within 2.1 %', () => {
    const world = start();
    const { platform, flags } = world;
    const random = aRandom(7);
    const expected = new Map<string, { n: number; err: number; durations: number[] }>();
    for (let i = 0; i < 100_000; i += 1) {
      const key = `u-${i % 5_000}`;
      const durationMs = Math.exp(-4 + 3 * (random() + random() + random() - 1.5));
      const fails = random() < 0.03;
      const run = (_: boolean, { detail }: { detail: { variation: string | null; reason: object } }): string => {
        const bucket = (detail.reason as { rollout: { bucket: number } }).rollout.bucket;
        const arm = bucket < 40_000 ? 't' : bucket >= 60_000 ? 'c' : 'none';
        const name = `${detail.variation} ${arm}`;
        const sum = expected.get(name) ?? { n: 0, err: 0, durations: [] };
        expected.set(name, sum);
        const before = platform.monotonic();
        platform.advance(durationMs);
        sum.n += 1;
        sum.err += fails ? 1 : 0;
        sum.durations.push(platform.monotonic() - before);
        if (fails) throw new Error('the payment failed');
        return 'done';
      };
      try {
        flags.guard('checkout', { key }, false, run, { operation: 'pay' });
      } catch {
        expect(fails).toBe(true);
      }
    }
    const { health } = told(world);
    expect([...expected.keys()].sort()).toEqual(['off c', 'off none', 'on none', 'on t']);
    for (const [name, { n, err, durations }] of expected) {
      const series = health.filter((one) => `${one.var} ${one.arm ?? 'none'}` === name);
      expect([total(series.map((one) => one.n)), total(series.map((one) => one.err))]).toEqual([n, err]);
      if (name.endsWith('none')) continue;
      expect(total(series.flatMap(({ shards }) => shards?.n ?? []))).toBe(n);
      expect(total(series.flatMap(({ shards }) => shards?.err ?? []))).toBe(err);
      const sketch = series.flatMap(({ lat }) => lat ?? []).reduce<SketchBody>(merged, { g: 1, o: 0, c: [] });
      durations.sort((a, b) => a - b);
      for (const q of [0.5, 0.95, 0.99]) {
        const exact = durations[Math.floor(q * (durations.length - 1))] ?? 0;
        expect(Math.abs((quantileOf(sketch, q) ?? 0) / exact - 1)).toBeLessThan(0.021);
      }
    }
  });

  test('cost little more than evaluating and looking at the clock', () => {
    const { flags } = start({ events: { flushIntervalMs: 3_600_000 } });
    const contexts = Array.from({ length: 1_000 }, (_, i) => ({ key: `u-${i}` }));
    const run = (value: boolean): boolean => value;
    const often = (call: (context: { key: string }) => unknown) => () => {
      for (let i = 0; i < 10_000; i += 1) call(contexts[i % 1_000] ?? { key: 'u' });
    };
    const bare = often((context) => {
      const startedAt = performance.now();
      run(flags.variationDetail('checkout', context, false).value);
      return performance.now() - startedAt;
    });
    const guarded = often((context) => flags.guard('checkout', context, false, run, { operation: 'pay' }));
    const ratio = leastRatio(guarded, bare, AT_MOST_TIMES_BARE);
    console.log(`S19: a guard takes ${ratio.toFixed(1)} times what evaluating and the clock take`);
    expect(ratio).toBeLessThan(AT_MOST_TIMES_BARE);
  });
});

describe('S22: a breaker that opens', () => {
  const fail = (): never => {
    throw new Error('the new way is broken');
  };

  function opened() {
    const world = start();
    const key = userIn(world.flags, 't');
    for (let i = 0; i < 20; i += 1)
      expect(() => world.flags.guard('checkout', { key }, false, fail, { breaker: true })).toThrow('broken');
    return { ...world, user: { key } };
  }

  test('serves the fallback to everybody in this process, and tells the service at once', () => {
    const { platform, flags, user } = opened();
    expect(flags.variation('checkout', user, false)).toBe(false);
    expect(flags.variationDetail('checkout', user, 'mine')).toMatchObject({
      value: 'mine',
      variation: null,
      reason: { kind: 'BREAKER_OPEN', until: platform.now() + 30_000 },
    });
    expect(flags.forContext(user).variation('checkout', false)).toBe(false);
    expect(flags.variation('search', user, false)).toBe(true);
    const until = platform.now() + 30_000;
    expect(platform.sent.filter(({ t }) => t === 'report')).toEqual([
      { t: 'report', kind: 'breaker', flag: 'checkout', variation: 'on', until },
    ]);
  });

  test('stays open through a change of the rules, until its time is over', () => {
    const { platform, flags, user } = opened();
    platform.advance(29_000);
    platform.accept(51, [{ ...ROLLED_OUT, rev: 51 }, SETTLED]);
    expect(flags.variation('checkout', user, false)).toBe(false);
    platform.advance(1_000);
    expect(flags.variation('checkout', user, false)).toBe(true);
    expect(flags.guard('checkout', user, false, (value) => value, { breaker: true })).toBe(true);
  });

  test('is counted under a reason of its own, and as no health of any variation', () => {
    const world = opened();
    const { flags, user } = world;
    flags.variation('checkout', user, false);
    flags.guard('checkout', user, false, () => 1);
    flags.guard('checkout', user, false, () => 1, { breaker: true });
    const { evals, health } = told(world);
    expect(evals).toContainEqual({ flag: 'checkout', fv: 0, var: '', reason: 'BREAKER_OPEN', n: 3 });
    expect(health).toHaveLength(1);
    expect(health[0]).toMatchObject({ n: 20, err: 20, kinds: { Error: 20 } });
  });

  test('is told to scopes, too', () => {
    const { flags, user } = opened();
    const scope = flags.forContext(user);
    expect(scope.guard('checkout', false, (value) => value, { breaker: true })).toBe(false);
  });
});

describe('what was evaluated in a rollout', () => {
  test('is counted by arm and stage, and outside of the arms without', () => {
    const world = start();
    for (const arm of ['t', 'c', 'none'] as const) userIn(world.flags, arm);
    const { evals } = told(world);
    const arms = evals.map(({ n: _, ...series }) => series);
    expect(arms).toContainEqual({
      flag: 'checkout',
      fv: 41,
      var: 'on',
      reason: 'RULE_MATCH',
      rule: 'r7',
      arm: 't',
      stage: 2,
    });
    expect(arms).toContainEqual({
      flag: 'checkout',
      fv: 41,
      var: 'off',
      reason: 'RULE_MATCH',
      rule: 'r7',
      arm: 'c',
      stage: 2,
    });
    expect(arms.filter((series) => !('arm' in series)).length).toBeGreaterThan(0);
  });
});

describe('what a scope has read', () => {
  test.for<[string, unknown, string]>([
    ['an error', new TypeError('no card of jane@example.com'), 'TypeError'],
    ['a message', 'no card of jane@example.com', 'Error'],
    ['what a service refuses', 'Nul\u0000', 'Error'],
    ['a name that JSON parsers refuse', '__proto__', 'Error'],
    [
      'what has no text',
      {
        toString() {
          throw new Error('mine');
        },
      },
      'Error',
    ],
  ])('is not told of %s in place of a kind, and no report is lost for it', ([, error, kind]) => {
    const world = start();
    const scope = world.flags.forContext({ key: userIn(world.flags, 't') });
    scope.variation('checkout', false);
    scope.end({ ok: false, durationMs: 1, error: error as string });
    expect(told(world).health.map(({ kinds }) => kinds)).toEqual([{ [kind]: 1 }]);
  });

  test('shares how its work ended, once', () => {
    const world = start();
    const scope = world.flags.forContext({ key: userIn(world.flags, 't') });
    scope.variation('checkout', false);
    scope.variation('search', false);
    scope.variation('search', 'of another type');
    scope.variation('nowhere', false);
    scope.end({ ok: false, durationMs: 120, operation: 'POST /pay', error: '503' });
    scope.end({ ok: true, durationMs: 1 });
    const { health } = told(world);
    expect(health).toHaveLength(1);
    expect(health[0]).toMatchObject({
      flag: 'checkout',
      var: 'on',
      arm: 't',
      stage: 2,
      op: 'POST /pay',
      n: 1,
      err: 1,
      kinds: { 503: 1 },
    });
  });

  test('shares the numbers, errors and events of the application around it', async () => {
    const world = start();
    const { flags, platform } = world;
    const user = { key: userIn(flags, 'c') };
    await flags.runWithContext(user, async (scope) => {
      scope.variation('checkout', true);
      scope.variation('search', false);
      await Promise.resolve();
      flags.metrics.increment('cart.abandoned');
      flags.metrics.timing('search.ms', 37, { flag: 'checkout' });
      flags.reportError(new TypeError('of u-1'), { flag: 'checkout' });
      flags.track('order.placed', user, { value: 40 });
      scope.track('order.placed', { value: 2 });
      expect(flags.metrics.time('render', () => slowly(platform), { flag: 'search' })).toBe('page');
      const failing = flags.metrics.time('load', () => Promise.reject(new RangeError('late')), { flag: 'search' });
      await expect(failing).rejects.toThrow('late');
    });
    const { health, metrics, track } = told(world);
    const named = metrics.map(({ name, flag, n, sum }) => [name, flag, total([n].flat()), total([sum].flat())]);
    expect(named).toEqual([
      ['cart.abandoned', 'checkout', 1, 1],
      ['cart.abandoned', 'search', 1, 1],
      ['search.ms', 'checkout', 1, 37],
      ['render', 'search', 1, 5],
      ['load', 'search', 1, 0],
    ]);
    expect(health.map(({ flag, op, n, err, kinds }) => [flag, op, n, err, kinds])).toEqual([
      ['checkout', 'reportError', 1, 1, { TypeError: 1 }],
      ['search', 'render', 1, 0, undefined],
      ['search', 'load', 1, 1, { RangeError: 1 }],
    ]);
    expect(track).toEqual([
      ['order.placed', { checkout: 'off' }, 2, 42],
      ['order.placed', { search: 'on' }, 2, 42],
    ]);
  });

  test('is not told where the scope is not to be counted', () => {
    const world = start();
    const scope = world.flags.forContext({ key: userIn(world.flags, 't') }, { exposures: false });
    scope.guard('checkout', false, (value) => value);
    scope.metrics.increment('carts');
    scope.track('order.placed');
    scope.end({ ok: true, durationMs: 1 });
    const { health, metrics, track } = told(world);
    expect([health, metrics, track]).toEqual([[], [], []]);
  });

  test('outside of any scope is nothing: events are counted by themselves', () => {
    const world = start();
    const { flags } = world;
    flags.metrics.increment('cart.abandoned');
    flags.reportError(new Error('lost'));
    flags.track('order.placed', null);
    const { health, metrics, track } = told(world);
    expect([health, metrics]).toEqual([[], []]);
    expect(track).toEqual([['order.placed', {}, 1, 0]]);
  });
});

describe('calls of plain JavaScript', () => {
  test('never throw anything of ours', () => {
    const { flags } = start();
    const wild = flags as unknown as Record<string, (...args: unknown[]) => unknown>;
    const metrics = flags.metrics as unknown as Record<string, (...args: unknown[]) => unknown>;
    const hostile = {
      get key() {
        throw new Error('mine');
      },
    };
    for (const odd of [undefined, null, 7, Symbol('s'), {}, hostile, []]) {
      wild['track']?.(odd, odd, odd);
      wild['reportError']?.(odd, odd);
      metrics['increment']?.(odd, odd, odd);
      metrics['timing']?.(odd, odd);
      expect(wild['guard']?.(odd, odd, 'mine', (value: unknown) => value, odd)).toBe('mine');
      expect(wild['guard']?.('checkout', odd, 'mine', (value: unknown) => value, odd)).toBe('mine');
    }
  });

  test('work without counting, offline, and after the client was closed', async () => {
    const offline = createClientOn(testPlatform(), { mode: 'offline' });
    expect(offline.guard('checkout', null, 'old', (value) => value, { breaker: true })).toBe('old');
    offline.metrics.increment('n');
    const { flags } = start({ events: false });
    expect(flags.guard('search', null, false, (value) => value)).toBe(true);
    await flags.close();
    expect(flags.guard('search', null, 'old', (value) => value)).toBe('old');
  });
});

test('who was measured is in no report, line of the log or frame', async () => {
  const world = start();
  const { platform, flags } = world;
  const canaries = Array.from({ length: 50 }, (_, i) => `canary-${i}`);
  for (const canary of canaries)
    await flags
      .runWithContext({ key: canary, email: `${canary}@example.com`, org: canary }, async (scope) => {
        scope.variation('checkout', false);
        const fail = (): never => {
          throw new Error(`${canary} may not pay`);
        };
        const options = { operation: 'pay', breaker: true, recover: 'fallback' } as const;
        scope.guard('checkout', true, (value) => (value ? 1 : fail()), options);
        flags.track('order.placed', { key: canary }, { value: 1, whose: canary });
        flags.reportError(new Error(canary));
        scope.end({ ok: false, durationMs: 3 });
      })
      .catch(() => undefined);
  told(world);
  expect(platform.reports.length).toBeGreaterThan(0);
  expect(JSON.stringify([platform.reports, platform.lines, platform.sent])).not.toMatch(/canary/);
});

test('S16: a minute of 20,000 guarded calls beside ten times as many evaluations is at most seven small reports', async () => {
  const platform = testPlatform();
  const flags = createClientOn(platform, KEY);
  const items = Array.from({ length: 50 }, (_, i) => flagItem(`flag-${i}`, ROLLED_OUT.body, i + 1));
  platform.accept(50, items);
  const before = platform.reports.length;
  let most = 0;
  for (let i = 0; i < 200_000; i += 1) {
    const context = { key: `user-${i % 100_000}` };
    if (i % 10 === 0) flags.guard(`flag-${(i / 10) % 50}`, context, false, () => 1, { operation: 'pay' });
    else flags.variation(`flag-${i % 50}`, context, false);
    if (i % 200 === 199) {
      platform.advance(60);
      // What follows an answer is a matter of microtasks.
      await new Promise(setImmediate);
    }
    if (i % 10_000 === 0) most = Math.max(most, flags.status.events.series);
  }
  const reports = platform.reports.slice(before);
  const sizes = reports.map((report) => gzipSync(JSON.stringify(report)).length);
  console.log(`S16: ${reports.length} reports of ${sizes.join(', ')} bytes; at most ${most} series`);
  expect(reports.length).toBeGreaterThan(4);
  expect(reports.length).toBeLessThanOrEqual(7);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(20_480);
  expect(most).toBeLessThanOrEqual(10_000);
});
