import { describe, expect, test } from 'vitest';
import { testPlatform } from '../testing-platform.ts';
import type { SideCall } from './records.ts';
import { createShadow, type ShadowSides } from './shadow.ts';
import type { ShadowExperiment } from './types.ts';

const context = { org: { key: 'acme' } };

function aShadow(served: unknown = true) {
  const platform = testPlatform();
  const recorded: unknown[] = [];
  const isUnseen: boolean[] = [];
  let depth = 0;
  const sides: ShadowSides = {
    platform,
    log: (_level, code) => recorded.push(code),
    recorder: {
      called: (flag, { side, ok }: SideCall) => recorded.push([flag, side, ok]),
      compared: (flag, at, paths) => recorded.push([flag, at, paths]),
      skipped: (flag) => recorded.push([flag, 'skipped']),
    },
    variation: <T>() => served as T,
    unseen(given, run) {
      expect(given).toBe(context);
      depth += 1;
      try {
        return run();
      } finally {
        depth -= 1;
      }
    },
  };
  const shadow = createShadow(sides);
  const price = (experiment: Partial<ShadowExperiment<unknown>> = {}) =>
    shadow<unknown>('new-price', context, {
      control: () => 100,
      candidate: () => {
        isUnseen.push(depth > 0);
        return 100;
      },
      ...experiment,
    });
  return { platform, recorded, isUnseen, price };
}

/** What was begun beside the call runs as far as it can. */
async function settled(platform: ReturnType<typeof testPlatform>, ms = 0): Promise<void> {
  platform.advance(ms);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const hangs = () => new Promise<never>(() => undefined);
const control = ['new-price', 'control', true];
const candidate = (ok: boolean) => ['new-price', 'candidate', ok];

describe('S24: whatever the candidate does, the caller gets what control does', () => {
  test.for<[string, Partial<ShadowExperiment<unknown>>, unknown[]]>([
    ['answers the same', {}, [candidate(true), ['new-price', 'shadow', []]]],
    ['answers garbage', { candidate: () => Symbol('garbage') }, [candidate(true), ['new-price', 'shadow', ['']]]],
    [
      'throws',
      {
        candidate: () => {
          throw new Error('no such rule');
        },
      },
      [candidate(false)],
    ],
    ['rejects', { candidate: () => Promise.reject(new Error('no such rule')) }, [candidate(false)]],
    ['hangs', { candidate: hangs }, [candidate(false)]],
    [
      'cannot be compared',
      {
        compare: () => {
          throw new Error('garbage');
        },
      },
      [candidate(true), 'GP1905'],
    ],
    [
      'differs for the caller’s own comparison',
      { compare: () => ['/amount'] },
      [candidate(true), ['new-price', 'shadow', ['/amount']]],
    ],
  ])('a candidate that %s', async ([, experiment, recorded]) => {
    const shadow = aShadow();
    expect(await shadow.price(experiment)).toBe(100);
    await settled(shadow.platform);
    await settled(shadow.platform, 2_000);
    expect(shadow.recorded).toEqual([control, ...recorded]);
  });

  test('what control throws is thrown, and no candidate is asked', async () => {
    const { platform, recorded, isUnseen, price } = aShadow();
    const refused = new Error('out of stock');
    await expect(price({ control: () => Promise.reject(refused) })).rejects.toBe(refused);
    await settled(platform);
    expect(recorded).toEqual([['new-price', 'control', false]]);
    expect(isUnseen).toEqual([]);
  });

  test('the candidate begins after the caller has gone on, where evaluations are not counted', async () => {
    const { platform, isUnseen, price } = aShadow();
    await price();
    expect(isUnseen).toEqual([]);
    await settled(platform);
    expect(isUnseen).toEqual([true]);
  });

  test('the signal is aborted at `timeoutMs`', async () => {
    const { platform, price } = aShadow();
    const signals: AbortSignal[] = [];
    const candidate = (signal: AbortSignal) => {
      signals.push(signal);
      return hangs();
    };
    await price({ candidate, timeoutMs: 300 });
    await settled(platform);
    platform.advance(299);
    expect(signals[0]?.aborted).toBe(false);
    platform.advance(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(signals[0]?.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('there are never more candidates than `maxInFlight`, even of those that hang', async () => {
    const { platform, recorded, price } = aShadow();
    let open = 0;
    let most = 0;
    const enders: (() => void)[] = [];
    const candidate = () => {
      open += 1;
      most = Math.max(most, open);
      return new Promise((resolve) => {
        enders.push(() => {
          open -= 1;
          resolve(100);
        });
      });
    };
    for (let round = 0; round < 5; round += 1) {
      for (let call = 0; call < 5; call += 1) await price({ candidate, maxInFlight: 3 });
      await settled(platform, 2_000);
      // Two of them end at last, which makes room for two.
      for (const end of enders.splice(0, 2)) end();
      await settled(platform);
    }
    expect(most).toBe(3);
    const skipped = recorded.filter((record) => Array.isArray(record) && record[1] === 'skipped');
    expect(skipped).toHaveLength(25 - 3 - 4 * 2);
  });
});

describe('the share of calls that a candidate is tried for', () => {
  // The platform's chance answers 0.5 always.
  test.for<[unknown, boolean]>([
    [true, true],
    [1, true],
    [0.51, true],
    [0.5, false],
    [0, false],
    [false, false],
    [null, false],
    ['on', false],
  ])('where the flag serves %j it is tried: %s', async ([served, isTried]) => {
    const { platform, recorded, isUnseen, price } = aShadow(served);
    expect(await price()).toBe(100);
    await settled(platform);
    expect(isUnseen).toHaveLength(isTried ? 1 : 0);
    expect(recorded).toHaveLength(isTried ? 3 : 0);
  });
});
