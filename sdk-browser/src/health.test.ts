import { quantileOf, type WireHealth, type WireMetric } from '@glidepath/core/sdk';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { type HealthOptions, withHealth } from './health.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { Tools } from './tools.ts';
import type { BrowserClientOptions } from './types.ts';

const SECOND = 1_000;
const SEAT = { arm: 't', stage: 2, shard: 9 } as const;

const OVERRIDDEN = { source: 'override', reason: { kind: 'OVERRIDE', by: 'devtools' } } as const;

type Values = Parameters<typeof allValues>[0];

function aClient(page: TestPage, options: Partial<BrowserClientOptions> = {}, health: HealthOptions = {}) {
  const client = createClientOn(page.page, { clientKey: 'gp_cli_1', ...options } as BrowserClientOptions);
  return withHealth(client, health, page.page);
}

/** The visitor sits in an arm of the rollout of `checkout`, and of no other flag. */
function serve(page: TestPage, values: Values = { checkout: true }, more: Parameters<typeof allValues>[1] = {}): void {
  const all = allValues(values, more);
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell({ ...all, put: all.put.map((flag) => (flag.key === 'checkout' ? { ...flag, seat: SEAT } : flag)) });
}

/** What the page sends of one kind, until it has nothing more to send. */
async function sent<T = WireHealth>(
  page: TestPage,
  list: 'health' | 'metrics' | 'evals' = 'health',
): Promise<readonly T[]> {
  await page.advance(5 * SECOND);
  for (let seen = 0; seen < page.requests.length; seen += 1) {
    page.requests[seen]?.answer(202);
    await page.advance(5 * SECOND);
  }
  return page.requests.flatMap(({ body }) => (body[list] ?? []) as readonly T[]);
}

describe('a guarded call', () => {
  test('S19: what is synchronous stays so, and what it returns or throws is the caller’s as it was', () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    const given = { mine: true };
    expect(client.guard('checkout', false, (fresh) => [fresh, given] as const)[1]).toBe(given);
    const error = new TypeError('mine');
    const failing = () =>
      client.guard('checkout', false, () => {
        throw error;
      });
    expect(failing).toThrow(error);
    const promise = Promise.resolve(1);
    expect(client.guard('checkout', false, () => promise)).toBe(promise);
  });

  test('S19: 10,000 calls are counted exactly by variation, arm and group, and their times kept within 2.1 %', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    for (let i = 1; i <= 10_000; i += 1) {
      const call = () =>
        client.guard(
          'checkout',
          false,
          () => {
            page.elapse(i % 100);
            if (i % 10 === 0) throw named(i % 20 === 0 ? 'TimeoutError' : 'AbortError');
          },
          { operation: 'pay' },
        );
      if (i % 10 === 0) expect(call).toThrow();
      else call();
    }
    const [row, ...others] = await sent(page);
    expect(others).toEqual([]);
    const whose = { flag: 'checkout', fv: 1, var: 'v-true', arm: 't', stage: 2 };
    expect(row).toMatchObject({ ...whose, op: 'pay', n: 9_500, err: 500, kinds: { TimeoutError: 500 } });
    const inShard = (count: number) => Array.from({ length: 32 }, (_, shard) => (shard === SEAT.shard ? count : 0));
    expect(row?.shards).toEqual({ n: inShard(9_500), err: inShard(500) });
    const sketch = row?.lat?.[Math.floor(SEAT.shard / 4)] ?? expect.unreachable();
    for (const [q, exact] of [
      [0.5, 49],
      [0.95, 95],
    ] as const)
      expect(Math.abs((quantileOf(sketch, q) ?? 0) / exact - 1)).toBeLessThan(0.021);
  });

  test('of a promise ends when that is settled; whoever gave up has not failed', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    for (const error of [null, named('AbortError'), named('TypeError')])
      await client
        .guard('checkout', false, async () => {
          await Promise.resolve();
          page.elapse(20);
          if (error) throw error;
        })
        .catch(() => undefined);
    const [row] = await sent(page);
    expect(row).toMatchObject({ op: 'checkout', n: 2, err: 1, kinds: { TypeError: 1 } });
  });

  test('S22: that fails may go on with the fallback, and is counted as the failure that it was', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    const ways: unknown[] = [];
    const way = (fresh: boolean, attempt: number) => {
      ways.push([fresh, attempt]);
      if (fresh) throw new Error('new');
      return 'old';
    };
    const recovered = client.guard('checkout', false, (fresh, { attempt }) => way(fresh, attempt), {
      recover: 'fallback',
    });
    const later = client.guard('checkout', false, async (fresh, { attempt }) => way(fresh, attempt), {
      recover: 'fallback',
    });
    expect([recovered, await later]).toEqual(['old', 'old']);
    expect(ways.slice(0, 2)).toEqual([
      [true, 1],
      [false, 2],
    ]);
    const [row] = await sent(page);
    expect(row).toMatchObject({ n: 2, err: 2 });
  });

  test('counts what the application calls an error', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    const isError = (error: unknown) => error !== 'expected';
    for (const error of ['expected', 'other'])
      await client.guard('checkout', false, () => Promise.reject(error), { isError }).catch(() => undefined);
    const [row] = await sent(page);
    expect(row).toMatchObject({ n: 1, err: 1, kinds: { Error: 1 } });
  });

  test('of a flag that no rollout measures is counted and timed, of nobody in particular', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { other: 'x' });
    client.guard('other', '', () => page.elapse(5));
    expect(await sent(page)).toEqual([
      { flag: 'other', fv: 1, var: 'v-x', op: 'other', n: 1, err: 0, lat: [{ g: 1.0408, o: 41, c: [1] }] },
    ]);
  });
});

describe('numbers of the application', () => {
  test('go to the flags that the page has asked for, or to one of them', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { checkout: true, other: 'x', unread: 1, peeked: 1 });
    client.variation('checkout', false);
    client.variation('other', '');
    client.peek('peeked', 0);
    client.metrics.increment('cart');
    client.metrics.increment('cart', 4, { flag: 'other' });
    client.metrics.timing('search', Number.NaN);
    expect(client.metrics.time('load', () => page.elapse(40))).toBeUndefined();
    const metrics = await sent<WireMetric>(page, 'metrics');
    const of = (flag: string, name: string) => metrics.find((row) => row.flag === flag && row.name === name);
    expect(metrics).toHaveLength(4);
    expect(of('other', 'cart')).toMatchObject({ n: 2, sum: 5 });
    const { n, sum } = of('checkout', 'cart') ?? expect.unreachable();
    expect([n, sum].map((cells) => (cells as readonly number[])[SEAT.shard])).toEqual([1, 1]);
    expect(of('other', 'load')).toMatchObject({ n: 1, sum: 40 });
    expect(await sent(page)).toMatchObject([
      { flag: 'checkout', op: 'load', n: 1, err: 0 },
      { flag: 'other', op: 'load', n: 1, err: 0 },
    ]);
  });

  test('and errors that are reported say neither what was thrown nor whom it was about', async () => {
    const page = testPage();
    const client = aClient(page, { context: { key: 'canary-key' } });
    serve(page);
    client.variation('checkout', false);
    client.reportError(new RangeError('canary-message'));
    client.reportError(undefined, { flag: 'checkout' });
    client.reportError(new Error('x'), { flag: 'other' });
    const [row, ...others] = await sent(page);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ op: 'reportError', n: 2, err: 2, kinds: { RangeError: 1, Error: 1 } });
    expect(JSON.stringify(page.requests)).not.toContain('canary');
  });
});

describe('nothing is measured', () => {
  const used = (client: ReturnType<typeof aClient>) => {
    client.guard('checkout', false, () => undefined);
    client.metrics.increment('cart');
    client.reportError(new Error('x'));
  };
  const measured = async (page: TestPage) => [...(await sent(page)), ...(await sent(page, 'metrics'))];

  test('of fallbacks, of what a bootstrap or an earlier visit brought, and of what is out of date', async () => {
    const stored = new Map<string, string>();
    const page = testPage({ stored });
    const client = aClient(page);
    used(client);
    serve(page);
    page.forbidsSockets = true;
    page.socket.close(1006);
    await page.advance(60 * SECOND);
    expect(client.status.state).toBe('stale');
    used(client);
    expect(await measured(page)).toEqual([]);
    const next = testPage({ stored });
    const again = aClient(next);
    expect(again.status.source).toBe('cache');
    used(again);
    const given = testPage();
    used(aClient(given, { bootstrap: { values: { checkout: true } } }));
    expect([...(await measured(next)), ...(await measured(given))]).toEqual([]);
  });

  test('of what the page’s tools put in place of it', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    const { '~tools': tools } = client as unknown as { readonly '~tools': Tools };
    tools.override = () => ({ value: true, variation: 'on', detail: OVERRIDDEN });
    tools.turn();
    used(client);
    expect(await measured(page)).toEqual([]);
  });

  test('without leave, and what was measured before is forgotten', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    used(client);
    client.setConsent({ events: false });
    used(client);
    client.setConsent({ events: true });
    expect(await measured(page)).toEqual([]);
    const off = testPage();
    const other = aClient(off, { events: false });
    serve(off);
    used(other);
    expect(await measured(off)).toEqual([]);
  });
});

describe('errors that nobody caught', () => {
  test('are counted against the variations on the page where that is asked for, and handled by nobody for that', async () => {
    const page = testPage();
    const client = aClient(page, {}, { captureErrors: true });
    serve(page);
    client.variation('checkout', false);
    const prevented: string[] = [];
    const more = { preventDefault: () => prevented.push('prevented') };
    page.fire('error', { error: new TypeError('x'), ...more });
    page.fire('unhandledrejection', { reason: named('NetworkError'), ...more });
    page.fire('unhandledrejection', { reason: named('AbortError'), ...more });
    const [row] = await sent(page);
    expect(row).toMatchObject({ op: 'uncaught', n: 2, err: 2, kinds: { TypeError: 1, NetworkError: 1 } });
    expect(prevented).toEqual([]);
  });

  test('are not listened to otherwise, nor after the client was closed', async () => {
    const page = testPage();
    const before = page.listeners('error');
    const silent = aClient(page, { instance: 'silent' });
    expect(page.listeners('error')).toBe(before);
    const client = aClient(page, {}, { captureErrors: true });
    expect(page.listeners('error')).toBe(before + 1);
    await Promise.all([client.close(), silent.close()]);
    expect([page.listeners('error'), page.listeners('unhandledrejection')]).toEqual([before, before]);
  });
});

describe('a report', () => {
  test('says of an exposure in which arm it was, and counts it again in the next stage', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    client.variation('checkout', false);
    const [flag] = allValues({ checkout: true }).put;
    const next = { ...(flag ?? expect.unreachable()), seat: { ...SEAT, stage: 3 } };
    page.socket.tell({ ...allValues({}, { full: false, v: 2, count: 1 }), put: [next] });
    client.variation('checkout', false);
    expect(await sent(page, 'evals')).toMatchObject([
      { flag: 'checkout', arm: 't', stage: 2 },
      { flag: 'checkout', arm: 't', stage: 3 },
    ]);
  });

  test('that is full leaves the rest to the next one, and what there is no room for is told', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    for (let i = 0; i < 300; i += 1) client.guard('checkout', false, () => undefined, { operation: `operation ${i}` });
    const rows = await sent(page);
    expect(new Set(rows.map(({ op }) => op)).size).toBe(200);
    const sizes = page.requests.map(({ body }) => JSON.stringify(body).length);
    expect(Math.max(...sizes)).toBeLessThan(64_000);
    expect(page.requests.reduce((sum, { body }) => sum + Number(body['dropped'] ?? 0), 0)).toBe(100);
  });

  test('goes out as a beacon when the page is left', () => {
    const page = testPage();
    const client = aClient(page);
    serve(page);
    client.guard('checkout', false, () => undefined);
    page.fire('pagehide');
    expect(page.beacons).toMatchObject([{ health: [{ op: 'checkout', n: 1 }] }]);
  });

  test('holds together what two handles on one client have measured', async () => {
    const page = testPage();
    const client = createClientOn(page.page, { clientKey: 'gp_cli_1' });
    serve(page);
    for (let handles = 0; handles < 2; handles += 1)
      withHealth(client, {}, page.page).guard('checkout', false, () => undefined);
    expect(await sent(page)).toMatchObject([{ n: 2 }]);
  });
});

function named(name: string): Error {
  return Object.assign(new Error('x'), { name });
}
