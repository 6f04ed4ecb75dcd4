import { gzipSync } from 'node:zlib';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import type { HttpAnswer } from './platform.ts';
import { type TestPlatform, testPlatform } from './testing-platform.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
const user = { key: 'u-1' };
const TAKEN = { kind: 'answer', status: 202, text: '{}' } as const;
const answered = (status: number, retryAfter?: string) =>
  ({ kind: 'answer', status, text: '', ...(retryAfter !== undefined && { retryAfter }) }) as const;

interface World {
  readonly platform: TestPlatform;
  readonly flags: FlagsClient;
  /** Lets time pass, and whatever waits for it happen. */
  pass(ms: number): Promise<void>;
  evaluate(times: number, flag?: string): void;
}

function start(options: ClientOptions = {}): World {
  const platform = testPlatform();
  const flags = createClientOn(platform, { ...KEY, ...options });
  if (options.mode !== 'offline') platform.accept(1, [flagItem('checkout', { on: true }, 1)]);
  return {
    platform,
    flags,
    async pass(ms) {
      const step = ms > 1_000 ? 500 : 10;
      for (let left = ms; left > 0; left -= step) {
        platform.advance(Math.min(step, left));
        await settled();
      }
    },
    evaluate(times, flag = 'checkout') {
      for (let i = 0; i < times; i += 1) flags.variation(flag, user, false);
    },
  };
}

/** What follows from an answer takes a few turns of promises. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

/** Evaluations in all reports, each report once. */
function counted({ platform }: World): number {
  const reports = new Map(platform.reports.map((report) => [report.seq, report]));
  return [...reports.values()].flatMap(({ evals }) => evals).reduce((sum, { n }) => sum + Number(n), 0);
}

describe('evaluations', () => {
  test('are reported every ten seconds, by what was answered', async () => {
    const world = start({ application: { name: 'api', version: '9f3' } });
    world.evaluate(3);
    world.flags.variationDetail('checkout', user, false);
    await world.pass(9_000);
    expect(world.platform.reports).toEqual([]);
    await world.pass(2_000);
    expect(world.platform.reports).toEqual([
      {
        schema: 1,
        instance: world.platform.uuid(),
        seq: 1,
        sdk: 'node/test',
        app: { name: 'api', version: '9f3' },
        from: 1_800_000_000_000,
        to: 1_800_000_010_000,
        evals: [{ flag: 'checkout', fv: 1, var: 'on', reason: 'FALLTHROUGH', n: 4 }],
        missing: [],
        dropped: 0,
      },
    ]);
    expect(world.flags.status.events).toEqual({ series: 0, sent: 4, dropped: 0 });
  });

  test('that there were none of are not reported', async () => {
    const world = start();
    await world.pass(60_000);
    expect(world.platform.reports).toEqual([]);
  });

  test('count for the version of the flag that answered them', async () => {
    const world = start();
    world.evaluate(2);
    world.platform.accept(2, [flagItem('checkout', { on: false }, 2)]);
    world.evaluate(5);
    await world.pass(11_000);
    expect(world.platform.reports[0]?.evals).toEqual([
      { flag: 'checkout', fv: 1, var: 'on', reason: 'FALLTHROUGH', n: 2 },
      { flag: 'checkout', fv: 2, var: 'off', reason: 'OFF', n: 5 },
    ]);
  });

  test('that gave no value are reported by key and error', async () => {
    const world = start();
    world.evaluate(2, 'chekout');
    world.flags.variation('checkout', user, 'text');
    world.flags.variationDetail('checkout', user, 'text');
    await world.pass(11_000);
    expect(world.platform.reports[0]).toMatchObject({
      evals: [],
      missing: [
        ['chekout', 'FLAG_NOT_FOUND', 2],
        ['checkout', 'TYPE_MISMATCH', 2],
      ],
    });
  });

  test('before there is data, and after the end, are nobody’s', async () => {
    const platform = testPlatform();
    const flags = createClientOn(platform, KEY);
    flags.variation('checkout', user, false);
    await flags.close();
    flags.variation('checkout', user, false);
    expect(platform.reports).toEqual([]);
  });

  test.for<[string, ClientOptions]>([
    ['where that is turned off', { events: false }],
    ['offline', { mode: 'offline' }],
  ])('are not counted %s', async ([, options]) => {
    const world = start(options);
    world.evaluate(3);
    world.evaluate(3, 'unknown');
    await world.pass(60_000);
    expect(await world.flags.flush()).toEqual({ sent: 0, dropped: 0, ok: true });
    expect(await world.flags.close()).toEqual({ flushed: true, dropped: 0 });
    expect(world.flags.status.events).toEqual({ series: 0, sent: 0, dropped: 0 });
    expect(world.platform.reports).toEqual([]);
  });

  test('hold nothing of whom they were for', async () => {
    const world = start();
    for (const key of ['canary-1', 'canary-2'])
      world.flags.variation('checkout', { key, email: `${key}@example.test` }, false);
    world.flags.variation('unknown', { key: 'canary-3' }, false);
    await world.pass(11_000);
    expect(JSON.stringify(world.platform.reports)).not.toContain('canary');
  });
});

describe('many evaluations', () => {
  const manyFlags = (count: number) => Array.from({ length: count }, (_, i) => flagItem(`flag-${i}`, { on: true }, 2));

  test('S16: a million of 50 flags for 100,000 users in a minute are at most seven reports of 20 kB', async () => {
    const world = start();
    world.platform.accept(2, manyFlags(50));
    let asked = 0;
    let series = 0;
    for (let second = 0; second < 60; second += 1) {
      for (; asked < ((second + 1) * 1_000_000) / 60; asked += 1)
        world.flags.variation(`flag-${asked % 50}`, { key: `u-${asked % 100_000}` }, false);
      series = Math.max(series, world.flags.status.events.series);
      await world.pass(1_000);
    }
    const sizes = world.platform.reports.map((report) => gzipSync(JSON.stringify(report)).length);
    console.log(`S16: ${sizes.length} reports of at most ${Math.max(...sizes)} bytes`);
    expect(sizes.length).toBeLessThanOrEqual(7);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20_000);
    expect(series).toBeLessThanOrEqual(10_000);
    const flushing = world.flags.flush();
    await world.pass(100);
    await flushing;
    expect(counted(world)).toBe(1_000_000);
  });

  test('S11: of 10,000 flags are sent with one report when the client is closed', async () => {
    const world = start();
    world.platform.accept(2, manyFlags(10_000));
    for (let i = 0; i < 10_000; i += 1) world.evaluate(1, `flag-${i}`);
    const closing = world.flags.close();
    await world.pass(100);
    expect(await closing).toEqual({ flushed: true, dropped: 0 });
    expect(world.platform.reports).toHaveLength(1);
    expect(JSON.stringify(world.platform.reports[0]).length).toBeLessThan(1_048_576);
    expect(counted(world)).toBe(10_000);
  });
});

describe('a report that does not arrive', () => {
  test.for<[HttpAnswer]>([[{ kind: 'none' }], [answered(500)], [answered(503)], [answered(429)]])(
    'is sent again, the same under its number, and what came later follows: %j',
    async ([answer]) => {
      const world = start();
      world.platform.answerReports(answer);
      world.evaluate(3);
      await world.pass(11_000);
      world.evaluate(4);
      await world.pass(60_000);
      const [first, ...again] = world.platform.reports;
      expect(again.length).toBeGreaterThan(0);
      for (const report of again) expect(report).toEqual(first);
      world.platform.answerReports(TAKEN);
      await world.pass(120_000);
      expect(world.platform.reports.at(-1)).toMatchObject({ seq: 2 });
      expect(counted(world)).toBe(7);
      expect(world.flags.status.events).toEqual({ series: 0, sent: 7, dropped: 0 });
    },
  );

  test('is sent again less and less often, and as late as the service asks', async () => {
    const world = start();
    world.platform.answerReports({ kind: 'none' });
    world.evaluate(1);
    await world.pass(10 * 60_000);
    expect(world.platform.reports.length).toBeLessThan(20);
    const before = world.platform.reports.length;
    world.platform.answerReports(answered(503, '300'));
    await world.pass(60_000);
    const asked = world.platform.reports.length;
    expect(asked).toBeGreaterThan(before);
    await world.pass(200_000);
    expect(world.platform.reports.length).toBe(asked);
  });

  test('because its key is not welcome is kept, and hardly ever tried', async () => {
    const world = start();
    world.platform.answerReports(answered(401));
    world.evaluate(3);
    await world.pass(10 * 60_000);
    expect(world.platform.reports.length).toBeLessThanOrEqual(4);
    world.platform.answerReports(TAKEN);
    await world.pass(10 * 60_000);
    expect(world.flags.status.events).toMatchObject({ sent: 3, dropped: 0 });
  });

  test('because it is at fault itself is given up, said so once, and told of as dropped', async () => {
    const world = start();
    world.platform.answerReports(answered(400));
    world.evaluate(3);
    await world.pass(11_000);
    world.platform.answerReports(TAKEN);
    world.evaluate(2);
    await world.pass(11_000);
    expect(world.platform.reports.map(({ seq, dropped }) => [seq, dropped])).toEqual([
      [1, 0],
      [2, 3],
    ]);
    expect(world.flags.status.events).toEqual({ series: 0, sent: 2, dropped: 3 });
    expect(world.platform.lines.filter((line) => line.includes('GP1202'))).toHaveLength(1);
    expect(world.platform.lines.join()).not.toContain(KEY.sdkKey);
  });

  test('says nothing in the log that the stream does not say already', async () => {
    const world = start();
    world.platform.answerReports({ kind: 'none' });
    world.evaluate(1);
    await world.pass(10 * 60_000);
    expect(world.platform.lines.filter((line) => line.includes('GP12'))).toEqual([]);
  });
});

describe('flush', () => {
  test('sends everything at once, in as many reports as it takes', async () => {
    const world = start({ events: { maxBytes: 16_384 } });
    for (let i = 0; i < 900; i += 1) world.flags.variation(`unknown-${i}`, user, false);
    const flushing = world.flags.flush();
    await world.pass(100);
    expect(await flushing).toEqual({ sent: 900, dropped: 0, ok: true });
    expect(world.platform.reports.length).toBeGreaterThan(1);
  });

  test('takes no longer than it may, and loses nothing by it', async () => {
    const world = start();
    world.evaluate(3);
    world.platform.answerReports(null);
    const flushing = world.flags.flush({ timeoutMs: 800 });
    await world.pass(900);
    expect(await flushing).toEqual({ sent: 0, dropped: 0, ok: false });
    expect(world.flags.status.events).toEqual({ series: 1, sent: 0, dropped: 0 });
  });

  test('does not send a report twice that is on its way already', async () => {
    const world = start();
    world.evaluate(3);
    const both = Promise.all([world.flags.flush(), world.flags.flush()]);
    await world.pass(100);
    expect((await both).map(({ ok }) => ok)).toEqual([true, true]);
    expect(world.platform.reports).toHaveLength(1);
  });

  test('of nothing asks nobody', async () => {
    const world = start();
    expect(await world.flags.flush()).toEqual({ sent: 0, dropped: 0, ok: true });
    expect(world.platform.reports).toEqual([]);
  });
});

describe('close', () => {
  test('sends the last counts, once however often it is called', async () => {
    const world = start();
    world.evaluate(3);
    const closing = [world.flags.close(), world.flags.close(), world.flags[Symbol.asyncDispose]()];
    expect(world.flags.variation('checkout', user, 'closed')).toBe('closed');
    await world.pass(100);
    expect(await Promise.all(closing)).toEqual([
      { flushed: true, dropped: 0 },
      { flushed: true, dropped: 0 },
      undefined,
    ]);
    expect(counted(world)).toBe(3);
    await world.pass(60_000);
    expect(world.platform.reports).toHaveLength(1);
  });

  test('ends in time without a service, and says what is lost', async () => {
    const world = start({ timeouts: { closeMs: 700 } });
    world.evaluate(3);
    world.platform.answerReports(null);
    const closing = world.flags.close();
    await world.pass(800);
    expect(await closing).toEqual({ flushed: false, dropped: 3 });
  });
});

describe('the end of the process', () => {
  test('sends what is left, and once there is nothing more, lets it end', async () => {
    const world = start();
    world.evaluate(3);
    world.platform.exit();
    await world.pass(100);
    world.platform.exit();
    await world.pass(100);
    expect(world.platform.reports).toHaveLength(1);
  });

  test('is not held up again and again by a service that does not answer', async () => {
    const world = start();
    world.evaluate(3);
    world.platform.answerReports({ kind: 'none' });
    world.platform.exit();
    await world.pass(100);
    world.platform.exit();
    await world.pass(100);
    expect(world.platform.reports).toHaveLength(1);
  });

  test('comes, although flags are evaluated whenever it is near', async () => {
    const world = start();
    for (let i = 0; i < 10; i += 1) {
      world.evaluate(1);
      world.platform.exit();
      await world.pass(100);
    }
    expect(world.platform.reports).toHaveLength(3);
  });

  test('after close is none of its business', async () => {
    const world = start();
    await world.flags.close();
    world.platform.exit();
    expect(world.platform.reports).toEqual([]);
  });
});
