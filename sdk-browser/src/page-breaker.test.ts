import { describe, expect, test, vi } from 'vitest';
import { createClientOn } from './client.ts';
import { type HealthOptions, withHealth } from './health.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { BrowserClient, BrowserClientOptions } from './types.ts';

const SECOND = 1_000;
const BREAKER = { breaker: true } as const;

interface World {
  readonly page: TestPage;
  readonly client: BrowserClient;
  /** A guarded call with a way that works or fails; answers with what it was to run. */
  call(hasFailed: boolean): boolean;
}

const guarding = (client: BrowserClient, page: TestPage, options: HealthOptions = {}) =>
  withHealth(client, options, page.page);

/** A page on which the breaker has come: its first guard loads it. */
async function aWorld(): Promise<World> {
  const page = testPage();
  const client = createClientOn(page.page, { clientKey: 'gp_cli_1' } as BrowserClientOptions);
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell(allValues({ checkout: true, other: true }));
  const flags = guarding(client, page);
  const call = (hasFailed: boolean): boolean => {
    let ran = false;
    const run = (fresh: boolean): void => {
      ran = fresh;
      if (hasFailed && fresh) throw new Error('new');
    };
    try {
      flags.guard('checkout', false, run, BREAKER);
    } catch {
      // It is the caller's.
    }
    return ran;
  };
  expect(call(false)).toBe(true);
  await vi.dynamicImportSettled();
  return { page, client, call };
}

async function anOpenWorld(): Promise<World> {
  const world = await aWorld();
  for (let n = 0; n < 20; n += 1) world.call(true);
  return world;
}

describe('S22: a breaker on a page', () => {
  test('serves the fallback after twenty calls that failed, to guards and to all who read the flag', async () => {
    const { client, call, page } = await aWorld();
    const heard: boolean[] = [];
    client.on('change:checkout', () => heard.push(client.variation('checkout', false)));
    for (let n = 0; n < 19; n += 1) expect(call(true)).toBe(true);
    expect([heard, client.variation('checkout', false)]).toEqual([[], true]);
    call(true);
    expect([heard, call(true)]).toEqual([[false], false]);
    expect(client.variationDetail('checkout', false)).toMatchObject({
      value: false,
      variation: null,
      flagVersion: null,
      reason: { kind: 'BREAKER_OPEN', until: page.page.performance.timeOrigin + 30 * SECOND },
      source: 'stream',
    });
    expect(client.variation('other', false)).toBe(true);
  });

  test('lets one call try again after its time, and closes if that one works', async () => {
    const { client, call, page } = await anOpenWorld();
    await page.advance(30 * SECOND - 1);
    expect(call(false)).toBe(false);
    await page.advance(1);
    expect(client.variation('checkout', false)).toBe(true);
    expect([call(false), call(false)]).toEqual([true, true]);
  });

  test('stays open for others while one tries, and for everybody if that one fails', async () => {
    const { client, page } = await anOpenWorld();
    await page.advance(30 * SECOND);
    const flags = guarding(client, page);
    let fail = (_error: Error): void => undefined;
    const trying = flags.guard(
      'checkout',
      false,
      (fresh) => (fresh ? new Promise<string>((_, reject) => (fail = reject)) : 'old'),
      BREAKER,
    );
    expect(flags.guard('checkout', false, (fresh) => fresh, BREAKER)).toBe(false);
    fail(new Error('still'));
    await expect(trying).rejects.toThrow('still');
    expect(client.variationDetail('checkout', false).reason.kind).toBe('BREAKER_OPEN');
  });

  test('takes whoever gave up for neither, and lets the next one try', async () => {
    const { client, call, page } = await anOpenWorld();
    await page.advance(30 * SECOND);
    const giveUp = (): never => {
      throw Object.assign(new Error('x'), { name: 'AbortError' });
    };
    expect(() => guarding(client, page).guard('checkout', false, giveUp, BREAKER)).toThrow('x');
    expect(call(false)).toBe(true);
  });

  test('counts calls with the fallback and calls without it not at all', async () => {
    const { page, client, call } = await aWorld();
    const failing = (options: { breaker?: boolean }, fallback: boolean) => {
      const run = (): never => {
        throw new Error('x');
      };
      expect(() => guarding(client, page).guard('checkout', fallback, run, options)).toThrow('x');
    };
    for (let n = 0; n < 30; n += 1) {
      failing({}, false);
      failing({ breaker: true }, true);
    }
    expect(call(false)).toBe(true);
  });

  test('tells nobody anything once the client was closed', async () => {
    const { page, client } = await anOpenWorld();
    const heard: unknown[] = [];
    void client.close();
    client.on('change', (event) => heard.push(event));
    await page.advance(60 * SECOND);
    expect(heard).toEqual([]);
  });
});
