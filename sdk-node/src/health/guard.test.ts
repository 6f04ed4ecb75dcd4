import {
  createBreakers,
  type Ending,
  type EvaluationDetail,
  type GuardOptions,
  type HealthSink,
} from '@glidepath/core/sdk';
import { describe, expect, test } from 'vitest';
import { type Guarded, runGuarded } from './guard.ts';

interface Ended extends Ending {
  readonly operation: string;
  readonly variation: string | null;
}

function aDetail<T>(value: T, more: Partial<EvaluationDetail<T>> = {}): EvaluationDetail<T> {
  return {
    value,
    variation: 'on',
    variationIndex: 0,
    flagVersion: 1,
    environmentVersion: 1,
    reason: { kind: 'FALLTHROUGH' },
    source: 'stream',
    stale: false,
    ...more,
  };
}

function aWorld() {
  const ended: Ended[] = [];
  const sink: HealthSink = {
    ended: ({ detail }, operation, ending) => ended.push({ operation, variation: detail.variation, ...ending }),
    measured: () => undefined,
    tracked: () => undefined,
  };
  const world = {
    ended,
    now: 0,
    guard<R>(run: (value: boolean, info: { attempt: 1 | 2 }) => R, options?: GuardOptions, value = true): R {
      const guarded: Guarded<boolean> = {
        flag: 'f',
        fallback: false,
        detail: () => aDetail(value),
        held: () => aDetail<boolean>(false, { variation: null, reason: { kind: 'BREAKER_OPEN', until: 7 } }),
        seatOf: () => null,
      };
      return runGuarded({ monotonic: () => world.now, sink, breakers }, guarded, run, options);
    },
  };
  const breakers = createBreakers({ monotonic: () => world.now, onOpen: () => undefined });
  return world;
}

const boom = new Error('boom');
const fail = (): never => {
  throw boom;
};
const aborted = Object.assign(new Error('given up'), { name: 'AbortError' });

describe('a guarded call', () => {
  test('that is synchronous answers at once, and is measured until then', () => {
    const world = aWorld();
    const result = world.guard((value) => {
      world.now += 12;
      return value ? 'new' : 'old';
    });
    expect(result).toBe('new');
    expect(world.ended).toEqual([{ operation: 'f', variation: 'on', error: null, durationMs: 12 }]);
  });

  test('that throws throws the very same error', () => {
    const world = aWorld();
    expect(() => world.guard(fail, { operation: 'pay' })).toThrow(boom);
    expect(world.ended).toEqual([{ operation: 'pay', variation: 'on', error: 'Error', durationMs: 0 }]);
  });

  test('hands on the very promise, and is measured until it settles', async () => {
    const world = aWorld();
    const promise = Object.assign(Promise.resolve('value'), { cancel: () => 'cancelled' });
    const result = world.guard(() => promise);
    expect(result).toBe(promise);
    expect(world.ended).toEqual([]);
    world.now += 30;
    expect(await result).toBe('value');
    expect(world.ended).toMatchObject([{ error: null, durationMs: 30 }]);
  });

  test('rejects with the very same error', async () => {
    const world = aWorld();
    await expect(world.guard(() => Promise.reject(boom))).rejects.toBe(boom);
    expect(world.ended).toMatchObject([{ error: 'Error' }]);
  });

  test('asks what begins only when it is asked once', async () => {
    const world = aWorld();
    let begun = 0;
    const lazy: PromiseLike<string> = {
      // biome-ignore lint/suspicious/noThenProperty: such is the query of many a library
      then(done) {
        begun += 1;
        return Promise.resolve('rows').then(done);
      },
    };
    expect(await world.guard(() => lazy)).toBe('rows');
    expect([begun, world.ended.length]).toEqual([1, 1]);
  });

  test('that was given up by its caller is not counted, whether sync or async', async () => {
    const world = aWorld();
    expect(() =>
      world.guard(() => {
        throw aborted;
      }),
    ).toThrow(aborted);
    await expect(world.guard(() => Promise.reject(aborted))).rejects.toBe(aborted);
    expect(world.ended).toEqual([]);
  });

  test('counts as errors what the caller says; what cannot be said counts', () => {
    const world = aWorld();
    expect(() => world.guard(fail, { isError: (error) => error !== boom })).toThrow(boom);
    expect(world.ended).toEqual([]);
    expect(() => world.guard(fail, { isError: fail })).toThrow(boom);
    expect(world.ended).toHaveLength(1);
  });

  test.for<[string, unknown, string]>([
    ['a name', Object.assign(new Error('of user u-1'), { name: 'TimeoutError' }), 'TimeoutError'],
    ['a name that is no name', Object.assign(new Error(), { name: 'mail to a@example.com failed' }), 'Error'],
    ['no name', 'u-1 is not allowed', 'Error'],
    ['nothing', undefined, 'Error'],
    [
      'a name that throws',
      {
        get name() {
          return fail();
        },
      },
      'Error',
    ],
  ])('whose error has %s tells of its kind, never of its message', ([, error, kind]) => {
    const world = aWorld();
    let caught: unknown = 'nothing';
    try {
      world.guard(() => {
        throw error;
      });
    } catch (thrown) {
      caught = thrown;
    }
    expect(caught).toBe(error);
    expect(world.ended[0]?.error).toBe(kind);
  });
});

describe('S22: with `recover`, a variation that always throws', () => {
  test('is never seen by callers, and counted every time', async () => {
    const world = aWorld();
    const attempts: number[] = [];
    for (let i = 0; i < 50; i += 1) {
      const run = (value: boolean, { attempt }: { attempt: 1 | 2 }) => {
        attempts.push(attempt);
        return value ? fail() : 'old';
      };
      expect(world.guard(run, { recover: 'fallback' })).toBe('old');
      const runLater = async (value: boolean) => (value ? fail() : 'old');
      expect(await world.guard(runLater, { recover: 'fallback' })).toBe('old');
    }
    expect(world.ended.filter(({ error, variation }) => error === 'Error' && variation === 'on')).toHaveLength(100);
    expect(world.ended).toHaveLength(100);
    expect(attempts).toEqual(Array.from({ length: 50 }, () => [1, 2]).flat());
  });

  test('fails as the fallback fails', async () => {
    const world = aWorld();
    const last = new Error('the old way is broken, too');
    const run = (value: boolean) => (value ? fail() : Promise.reject(last));
    await expect(world.guard(run, { recover: 'fallback' })).rejects.toBe(last);
  });

  test('is not tried again where it is the fallback, nor when its caller gave up', () => {
    const world = aWorld();
    let runs = 0;
    const run = (error: unknown) => () => {
      runs += 1;
      throw error;
    };
    expect(() => world.guard(run(boom), { recover: 'fallback' }, false)).toThrow(boom);
    expect(() => world.guard(run(aborted), { recover: 'fallback' })).toThrow(aborted);
    expect(runs).toBe(2);
  });
});

describe('S22: with `breaker`', () => {
  const options: GuardOptions = { breaker: true };
  const tryIt = (world: ReturnType<typeof aWorld>): string => {
    try {
      return world.guard((value) => (value ? fail() : 'old'), options);
    } catch {
      return 'failed';
    }
  };

  test('the fallback is served after twenty failing calls, and one call tries again after the hold', () => {
    const world = aWorld();
    const results = Array.from({ length: 25 }, () => tryIt(world));
    expect(results).toEqual([...Array.from({ length: 20 }, () => 'failed'), ...Array.from({ length: 5 }, () => 'old')]);
    world.now += 30_000;
    expect([tryIt(world), tryIt(world)]).toEqual(['failed', 'old']);
    world.now += 30_000;
    expect(world.guard(() => 'works again', options)).toBe('works again');
    expect(tryIt(world)).toBe('failed');
  });

  test('other calls get the fallback while the probe is on its way', async () => {
    const world = aWorld();
    for (let i = 0; i < 20; i += 1) tryIt(world);
    world.now += 30_000;
    let finish = (_: string): void => undefined;
    const probe = world.guard(
      () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
      options,
    );
    expect(tryIt(world)).toBe('old');
    finish('fine');
    await probe;
    expect(tryIt(world)).toBe('failed');
  });

  test('a probe that was given up lets the next one try', () => {
    const world = aWorld();
    for (let i = 0; i < 20; i += 1) tryIt(world);
    world.now += 30_000;
    expect(() =>
      world.guard(() => {
        throw aborted;
      }, options),
    ).toThrow(aborted);
    expect(tryIt(world)).toBe('failed');
  });

  test('failures of the fallback itself open nothing', () => {
    const world = aWorld();
    let reasons = 0;
    for (let i = 0; i < 40; i += 1)
      try {
        world.guard(fail, options, false);
      } catch {
        reasons += 1;
      }
    expect(reasons).toBe(40);
    expect(tryIt(world)).toBe('failed');
  });
});
