import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { digest, type TestPlatform, testPlatform } from './testing-platform.ts';
import type { ClientOptions } from './types.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
const user = { key: 'u-1' };

function payloadOf(version: number, on: boolean): string {
  const items = [flagItem('new-checkout', { on }, version)];
  return JSON.stringify({ kind: 'full', epoch: '00000000000000aa', version, digest: digest(items), items });
}

/** A function that a platform freezes once all that it was handed is done. */
function start(options: ClientOptions = {}) {
  const platform = testPlatform();
  const open = new Set<Promise<unknown>>();
  const waitUntil = (work: Promise<unknown>): void => {
    open.add(work);
    void work.then(() => open.delete(work));
  };
  const flags = createClientOn(platform, { ...KEY, mode: 'poll', waitUntil, ...options });
  const answer = (version: number, on: boolean) =>
    platform.answerPolls({ kind: 'answer', status: 200, text: payloadOf(version, on) });
  return { platform, flags, open, answer };
}

/** Moves time on in small steps, so that what promises lead to happens in between. */
async function pass(platform: TestPlatform, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    platform.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a client that polls while it is asked', () => {
  test('does nothing before the first call, and leaves no timer after it', async () => {
    const { platform, flags, open, answer } = start();
    answer(1, true);
    await pass(platform, 5_000);
    expect([platform.polls, platform.timers]).toEqual([0, 0]);
    expect(flags.variation('new-checkout', user, false)).toBe(false);
    expect([platform.polls, open.size]).toEqual([1, 2]);
    await pass(platform, 1_000);
    expect([open.size, platform.timers]).toEqual([0, 0]);
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    await pass(platform, 1_000);
    expect(platform.polls).toBe(1);
  });

  test('asks again with the first call after the interval, once', async () => {
    const { platform, flags, answer } = start();
    answer(1, true);
    flags.variation('new-checkout', user, false);
    await pass(platform, 100);
    answer(2, false);
    platform.advance(40_000);
    expect(platform.polls).toBe(1);
    for (let call = 0; call < 5; call += 1) expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(platform.polls).toBe(2);
    await pass(platform, 100);
    expect(flags.variation('new-checkout', user, true)).toBe(false);
  });

  test('says that its values are stale after it was frozen for long', async () => {
    const { platform, flags, answer } = start();
    answer(1, true);
    flags.variation('new-checkout', user, false);
    await pass(platform, 100);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({ stale: false, source: 'poll' });
    platform.advance(3_600_000);
    flags.variation('new-checkout', user, false);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({ value: true, stale: true });
    await pass(platform, 100);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({ stale: false });
  });

  test('is ready for who waits, without a call before', async () => {
    const { platform, flags, answer } = start();
    answer(1, true);
    const waiting = flags.waitForInitialization();
    await pass(platform, 100);
    expect(await waiting).toMatchObject({ status: 'ready', source: 'poll' });
  });
});

describe('counts where the process is kept alive for them', () => {
  test('are sent once it was quiet for 50 ms', async () => {
    const { platform, flags, open } = start({ bootstrap: { values: { size: 7 } } });
    for (let call = 0; call < 3; call += 1) {
      flags.variation('size', user, 0);
      await pass(platform, 30);
    }
    expect(platform.reports).toHaveLength(0);
    await pass(platform, 100);
    expect(platform.reports).toMatchObject([{ evals: [{ flag: 'size', n: 3 }] }]);
    await pass(platform, 10);
    expect(open.size).toBe(0);
  });

  test('are sent after half a second though it is never quiet', async () => {
    const { platform, flags } = start({ bootstrap: { values: { size: 7 } } });
    for (let call = 0; call < 60; call += 1) {
      flags.variation('size', user, 0);
      await pass(platform, 10);
    }
    expect(platform.reports).toHaveLength(1);
  });

  test('a waitUntil that throws costs nothing but a line', async () => {
    const { platform, flags } = start({
      waitUntil: () => {
        throw new Error('outside of a request');
      },
      bootstrap: { values: { size: 7 } },
    });
    expect(flags.variation('size', user, 0)).toBe(7);
    expect(platform.lines.join()).toContain('GP1004');
    await pass(platform, 100);
    expect(platform.reports).toHaveLength(1);
  });

  test('of a client that streams are sent so too', async () => {
    const { platform, flags } = start({ mode: 'stream' });
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    flags.variation('new-checkout', user, false);
    await pass(platform, 100);
    expect(platform.reports).toHaveLength(1);
  });
});
