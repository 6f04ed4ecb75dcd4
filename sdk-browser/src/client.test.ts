import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { defineFlag } from './index.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { BrowserClientOptions } from './types.ts';

const SECOND = 1_000;
const KEY = 'gp_cli_1';
const ADA = { user: { key: 'ada', plan: 'pro' } };
const BOB = { user: { key: 'bob', plan: 'free' } };

const aClient = (page: TestPage, options: Partial<BrowserClientOptions> = {}) =>
  createClientOn(page.page, { clientKey: KEY, ...options } as BrowserClientOptions);

function serve(page: TestPage, values: Parameters<typeof allValues>[0], more: Parameters<typeof allValues>[1] = {}) {
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell(allValues(values, more));
}

const contextOf = (page: TestPage) =>
  (page.socket.frames.at(-1) as { context?: Record<string, Record<string, unknown>> }).context;

describe('the life of a value', () => {
  test('fallbacks are served until there is anything, and say so', () => {
    const client = aClient(testPage());
    expect(client.variation('a', 7)).toBe(7);
    expect(client.variationDetail('a', 7)).toMatchObject({
      source: 'none',
      reason: { kind: 'ERROR', errorKind: 'CLIENT_NOT_READY' },
    });
    expect(client.status).toMatchObject({ state: 'initializing', connection: 'disconnected' });
  });

  test.for([false, 0, '', null])('S30: with a bootstrap, %j is served in the same tick', (value) => {
    const bootstrap = { $glidepath: 1, version: 4, context: 'x', flags: { a: [value, 'v', 3] } } as const;
    const client = aClient(testPage(), { bootstrap });
    expect(client.variation('a', value === null ? undefined : value)).toBe(value);
    expect(client.variationDetail('a', value)).toMatchObject({ source: 'bootstrap', variation: 'v', flagVersion: 3 });
    expect(client.status).toMatchObject({ state: 'ready', environmentVersion: 4 });
  });

  test('a bootstrap may stand in the page, or be plain values', () => {
    const text = JSON.stringify({ $glidepath: 1, version: 4, context: 'x', flags: { a: [true, 'on', 3] } });
    const inPage = aClient(testPage({ elements: { '#state': text } }), { bootstrap: '#state' });
    expect(inPage.variation('a', false)).toBe(true);
    const plain = aClient(testPage(), { bootstrap: { values: { a: true } } });
    expect(plain.variation('a', false)).toBe(true);
  });

  test('a bootstrap that is not there is told, and the client goes on', () => {
    const page = testPage();
    const client = aClient(page, { bootstrap: '#nowhere' });
    serve(page, { a: 1 });
    expect(client.variation('a', 0)).toBe(1);
  });

  test('live values take the place of all others, and those who listen hear what differs', async () => {
    const page = testPage();
    const client = aClient(page, { bootstrap: { values: { a: true, b: 'x', c: 1 } } });
    const changes: unknown[] = [];
    client.on('change', ({ keys, toVersion, source }) => changes.push([keys, toVersion, source]));
    client.on('change:c', ({ key }) => changes.push(key));
    serve(page, { a: true, b: 'y', d: 1 });
    expect(client.variation('b', '')).toBe('y');
    expect(client.variation('c', 0)).toBe(0);
    expect(changes).toEqual([[['a', 'b', 'c', 'd'], 1, 'stream'], 'c']);
  });

  test('values are remembered for this very context, and served at once next time', async () => {
    const stored = new Map<string, string>();
    const first = testPage({ stored });
    aClient(first, { context: ADA });
    serve(first, { a: 'for ada', o: { deep: [1] } as never });
    await first.settled();
    const next = testPage({ stored });
    const client = aClient(next, { context: { user: { key: 'ada', plan: 'pro' } } });
    expect(client.variationDetail('a', '')).toMatchObject({ value: 'for ada', source: 'cache' });
    expect(Object.isFrozen((client.variation('o', {}) as { deep: unknown }).deep)).toBe(true);
    expect(await client.waitForInitialization()).toMatchObject({ status: 'ready', source: 'cache' });
    next.socket.accept();
    expect(next.socket.frames[0]).toMatchObject({ basis: { epoch: 'e1', v: 1 } });
    expect(aClient(testPage({ stored }), { context: BOB }).variation('a', 'none')).toBe('none');
  });

  test('five contexts are remembered at most, as values under a hash, without any attribute', async () => {
    const stored = new Map<string, string>();
    const page = testPage({ stored });
    const client = aClient(page, { context: { user: { key: 'user-0', secret: 'canary' } } });
    serve(page, { a: 0 });
    for (let n = 1; n < 8; n += 1) {
      void client.identify({ user: { key: `user-${n}`, secret: 'canary' } });
      page.socket.tell(allValues({ a: n }, { n }));
    }
    await page.settled();
    expect(JSON.parse(stored.get(`glidepath:${KEY}`) ?? '')).toHaveLength(5);
    expect([...stored.values()].join()).not.toMatch(/canary|user-/);
  });

  test.for<[given: number, remembered: number]>([
    [1, 1],
    [7, 7],
    [1_000, 50],
    [Number.POSITIVE_INFINITY, 50],
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
  ])('with `maxCachedContexts: %d` the newest %d are', async ([maxCachedContexts, remembered]) => {
    const page = testPage();
    const client = aClient(page, { maxCachedContexts });
    serve(page, { a: 0 });
    for (let n = 1; n < 60; n += 1) {
      void client.identify({ user: { key: `user-${n}` } });
      page.socket.tell(allValues({ a: n }, { n }));
    }
    await page.settled();
    expect(JSON.parse(page.stored.get(`glidepath:${KEY}`) ?? '[]')).toHaveLength(remembered);
  });

  test.for<[name: string, text: string]>([
    ['no JSON', '{'],
    ['no list', '{"a":1}'],
    ['a list of something else', '[[1],null,"x"]'],
  ])('what is stored and is %s is as good as nothing', async ([, text]) => {
    const stored = new Map([[`glidepath:${KEY}`, text]]);
    const page = testPage({ stored });
    const client = aClient(page, { context: ADA });
    expect(client.variation('a', 'none')).toBe('none');
    serve(page, { a: 'live' });
    await page.settled();
    expect(client.variation('a', 'none')).toBe('live');
  });

  test('storage that throws changes nothing but what is remembered', async () => {
    const broken = () => {
      throw new Error('SecurityError');
    };
    const page = testPage({ storage: { getItem: broken, setItem: broken, removeItem: broken } });
    const client = aClient(page);
    serve(page, { a: 1 });
    await page.settled();
    expect(client.variation('a', 0)).toBe(1);
    expect(page.lines).toEqual([]);
  });

  test('a value of another type than the fallback is not served', () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { text: 'x', list: [1] as never, object: { a: 1 } as never });
    expect(client.variationDetail('text', 1)).toMatchObject({ value: 1, reason: { errorKind: 'TYPE_MISMATCH' } });
    expect(client.variationDetail('list', {})).toMatchObject({ value: {}, reason: { errorKind: 'TYPE_MISMATCH' } });
    expect(client.variation('list', [])).toEqual([1]);
    expect(client.variation('object', null as never)).toEqual({ a: 1 });
    expect(client.variationDetail('nowhere', 1)).toMatchObject({ value: 1, reason: { errorKind: 'FLAG_NOT_FOUND' } });
  });

  test('a declared flag brings its fallback, and a schema that reads each value once', () => {
    let runs = 0;
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate(value: unknown) {
          runs += 1;
          return (value as { n?: unknown }).n === 1 ? { value: { n: 'one' } } : { issues: [{}] };
        },
      },
    } as const;
    const page = testPage();
    const client = aClient(page);
    serve(page, { good: { n: 1 } as never, bad: { n: 2 } as never });
    const good = defineFlag('good', { fallback: {} as object, schema: schema as never });
    const bad = defineFlag('bad', { fallback: { n: 0 } as object, schema: schema as never });
    expect(client.variation(good)).toEqual({ n: 'one' });
    expect(client.variation(good)).toBe(client.variation(good));
    expect(client.variationDetail(bad)).toMatchObject({ value: { n: 0 }, reason: { errorKind: 'TYPE_MISMATCH' } });
    page.socket.tell(allValues({ other: 1 }, { full: false, v: 2, count: 3 }));
    client.variation(good);
    expect(runs).toBe(2);
  });

  test('what is asked for with something that throws, or with nothing, is an unknown flag', () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 1 });
    const broken = {
      get key(): string {
        throw new Error('no');
      },
      fallback: 1,
    };
    for (const flag of [broken, null, undefined, 7, Symbol('a')])
      expect(client.variationDetail(flag as never, 'fallback')).toMatchObject({
        value: 'fallback',
        reason: { errorKind: 'FLAG_NOT_FOUND' },
      });
  });

  test('the same question has the same answer, object for object, until something changes', () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { o: { a: 1 } as never, b: 1 });
    const before = client.peekDetail('o', null as never);
    expect(client.peekDetail('o', null as never)).toBe(before);
    page.socket.tell(allValues({ o: { a: 1 } as never, b: 2 }, { v: 2 }));
    expect(client.peekDetail('o', null as never)).not.toBe(before);
    expect(client.peek('o', null as never)).toBe(before.value);
  });
});

describe('waiting', () => {
  test('ends with the first values, or in time', async () => {
    const page = testPage();
    const client = aClient(page);
    const ready = client.waitForInitialization();
    const late = client.waitForInitialization({ timeoutSeconds: 0 });
    await page.advance(0);
    expect(await late).toMatchObject({ status: 'timeout', source: 'none' });
    serve(page, { a: 1 });
    expect(await ready).toMatchObject({ status: 'ready', source: 'stream' });
  });

  test('for fresh values does not take remembered ones', async () => {
    const page = testPage();
    const client = aClient(page, { bootstrap: { values: { a: 1 } } });
    const fresh = client.waitForInitialization({ need: 'fresh', timeoutSeconds: 2 });
    await page.advance(2 * SECOND);
    expect(await fresh).toMatchObject({ status: 'timeout', source: 'bootstrap' });
    const again = client.waitForInitialization({ need: 'fresh' });
    serve(page, { a: 1 });
    expect(await again).toMatchObject({ status: 'ready', source: 'stream' });
  });

  test('ends at once where the key is refused, and values stay', async () => {
    const page = testPage();
    const client = aClient(page, { bootstrap: { values: { a: 1 } } });
    const errors: string[] = [];
    client.on('error', ({ code }) => errors.push(code));
    page.socket.close(4401);
    expect(await client.waitForInitialization({ need: 'fresh' })).toMatchObject({ error: { code: 'GP1401' } });
    expect(client.status.state).toBe('unauthorized');
    expect(client.variation('a', 0)).toBe(1);
    expect(errors).toEqual(['GP1401']);
  });

  test.for([{ clientKey: 'gp_srv_1' }, { clientKey: undefined as never }, { clientKey: KEY, url: 'flags' }])(
    'ends at once where %j is wrong, and nothing is opened',
    async (options) => {
      const page = testPage();
      const client = createClientOn(page.page, options);
      expect(await client.waitForInitialization()).toMatchObject({ status: 'failed', error: { code: 'GP1001' } });
      expect(client.variationDetail('a', 1)).toMatchObject({ value: 1, reason: { errorKind: 'CONFIG' } });
      expect([page.sockets, client.status.state]).toEqual([[], 'failed']);
    },
  );

  test.for<[what: string, url: string | undefined, docs: string]>([
    ['of the page’s own origin', undefined, 'https://shop.example.com/errors/GP1401'],
    ['below a path', 'https://shop.example.com/flags/', 'https://shop.example.com/flags/errors/GP1401'],
  ])('is told where it says what to do: at the service %s', async ([, url, docs]) => {
    const page = testPage();
    const client = aClient(page, url === undefined ? {} : { url });
    const told: unknown[] = [];
    client.on('error', (error) => told.push(error.docs));
    page.socket.close(4401);
    expect(told).toEqual([docs]);
    expect(client.status.lastError?.docs).toBe(docs);
    expect(await client.waitForInitialization()).toMatchObject({ error: { docs } });
    await client.close();
    expect(await client.waitForInitialization()).toMatchObject({
      error: { code: 'GP1002', retryable: false, docs: docs.replace('1401', '1002') },
    });
  });

  test('is told of a page of the service also where nobody knows its address', async () => {
    const { location: _, ...server } = testPage().page;
    const client = createClientOn(server as TestPage['page'], { clientKey: '', mode: 'offline', logger: false });
    expect(await client.identify(BOB)).toMatchObject({ error: { docs: '/errors/GP1003' } });
  });

  test('hears of readiness once, also of that which was there before it listened', async () => {
    const page = testPage();
    const client = aClient(page, { bootstrap: { values: { a: 1 } } });
    const heard: unknown[] = [];
    client.on('ready', ({ status }) => heard.push(status));
    await page.settled();
    serve(page, { a: 2 });
    await page.settled();
    expect(heard).toEqual(['ready']);
  });
});

describe('who it is', () => {
  test('a visitor without a key gets one that stays, and is a device too', async () => {
    const stored = new Map<string, string>();
    const page = testPage({ stored });
    const client = aClient(page, { context: { user: { plan: 'free' } } });
    page.socket.accept();
    await page.settled();
    const key = client.anonymousKey;
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(page.socket.frames[0]).toMatchObject({ context: { user: { plan: 'free' } }, anon: key });
    expect(aClient(testPage({ stored })).anonymousKey).toBe(key);
  });

  test('S36: the device stays the same after log-in', async () => {
    const page = testPage();
    const client = aClient(page);
    page.socket.accept();
    void client.identify(ADA);
    expect(page.socket.frames).toMatchObject([
      { t: 'hello', context: { user: {} }, anon: client.anonymousKey },
      { t: 'identify', context: ADA, anon: client.anonymousKey },
    ]);
  });

  test('S36: after a reset nothing of the user is stored', async () => {
    const page = testPage();
    const client = aClient(page, { context: ADA });
    serve(page, { a: 'for ada' });
    await page.settled();
    const key = client.anonymousKey;
    const done = client.reset();
    await page.settled();
    expect([...page.stored.keys()]).toEqual(['glidepath_id']);
    page.socket.tell(allValues({ a: 'for all' }, { n: 1 }));
    expect(await done).toEqual({ status: 'applied' });
    expect(client.anonymousKey).toBe(key);
    void client.reset({ rotateAnonymous: true });
    expect(client.anonymousKey).not.toBe(key);
  });

  test.for([
    ['https:', true],
    ['http:', false],
  ] as const)('the cookie of a page by %s goes by nothing else: %s', async ([protocol, isSecure]) => {
    const page = testPage({ protocol });
    aClient(page, { anonymous: { persist: 'cookie' } });
    await page.settled();
    expect(page.cookieLine).toMatch(/^glidepath_id=[0-9a-f-]{36};path=\/;samesite=lax;max-age=31536000/);
    expect(page.cookieLine.endsWith(';secure')).toBe(isSecure);
  });

  test('the key may be kept in a cookie, or not at all', async () => {
    const page = testPage();
    const client = aClient(page, { anonymous: { persist: 'cookie' } });
    await page.settled();
    expect(page.page.document.cookie).toBe(`glidepath_id=${client.anonymousKey}`);
    expect(aClient(page, { anonymous: { persist: 'cookie' } }).anonymousKey).toBe(client.anonymousKey);
    expect(aClient(page, { anonymous: { persist: 'none' } }).anonymousKey).not.toBe(client.anonymousKey);
    expect([...page.stored.keys()]).toEqual([]);
  });

  test('a signed context goes as it is, a sealed one in place of it, and neither is remembered in plain', async () => {
    const page = testPage();
    const client = aClient(page, { context: ADA, secureHash: 'h1' });
    page.socket.accept();
    expect(page.socket.frames[0]).toMatchObject({ context: ADA, hash: 'h1' });
    expect(page.socket.frames[0]).not.toHaveProperty('anon');
    void client.identify(null, { sealedContext: 'v1.sealed' });
    expect(page.socket.frames.at(-1)).toEqual({ t: 'identify', n: 1, sealed: 'v1.sealed' });
    page.socket.tell(allValues({ a: 1 }, { n: 1 }));
    await page.settled();
    expect([...page.stored.values()].join()).not.toContain('v1.sealed');
  });

  test('S38: local attributes leave the page in no way, private ones only to be evaluated', async () => {
    const page = testPage();
    const seen: unknown[] = [];
    const client = aClient(page, {
      context: { user: { key: 'ada', local: 'canary-l', secret: 'canary-p' }, org: { key: 'o', local: 'canary-l' } },
      localAttributes: ['local'],
      privateAttributes: ['secret'],
      hooks: [{ name: 'h', afterEvaluation: ({ context }) => void seen.push(context) }],
    });
    serve(page, { a: 1 });
    client.variation('a', 0);
    await page.advance(5 * SECOND);
    const sent = JSON.stringify([page.socket.frames, page.requests, page.beacons, [...page.stored], seen]);
    expect(sent).not.toContain('canary-l');
    expect(JSON.stringify(page.socket.frames)).toContain('canary-p');
    expect(JSON.stringify([page.requests, page.beacons, [...page.stored], seen, page.socket.url])).not.toContain(
      'canary',
    );
  });

  test('what is no object is no context: fallbacks are served, and said to be, until there is one', () => {
    const page = testPage();
    const client = aClient(page, { context: 'ada' as never });
    serve(page, { a: 1 });
    expect(client.variationDetail('a', 0)).toMatchObject({ value: 0, reason: { errorKind: 'INVALID_CONTEXT' } });
    const seen: unknown[] = [];
    client.on('change:a', () => seen.push(client.peek('a', 0)));
    void client.identify(ADA);
    expect(seen).toEqual([1]);
    void client.identify([1] as never);
    expect(seen).toEqual([1, 0]);
  });

  test('dates go as numbers, and what cannot be read is nobody', () => {
    const page = testPage();
    const client = aClient(page, { context: { key: 'ada', born: new Date(5) } });
    page.socket.accept();
    expect(contextOf(page)).toMatchObject({ user: { key: 'ada', born: 5 } });
    const round: Record<string, unknown> = { key: 'x' };
    round['self'] = round;
    void client.identify(round as never);
    expect(contextOf(page)).toEqual({ user: {} });
  });
});

describe('identify', () => {
  test('of somebody who is served already goes on with the live values, and is answered at once', async () => {
    const page = testPage();
    const client = aClient(page, { context: ADA });
    serve(page, { a: 1 });
    expect(await client.identify({ user: { key: 'ada', plan: 'pro' } })).toEqual({ status: 'cached' });
    expect(client.variationDetail('a', 0)).toMatchObject({ value: 1, source: 'stream' });
  });

  test('keeps the old values until the new ones replace all of them at once', async () => {
    const page = testPage();
    const client = aClient(page, { context: ADA });
    serve(page, { a: 'ada', b: 'ada' });
    const done = client.identify(BOB);
    expect(client.variation('a', '')).toBe('ada');
    page.socket.tell(allValues({ a: 'bob' }, { n: 1 }));
    expect([client.variation('a', ''), client.variation('b', '')]).toEqual(['bob', '']);
    expect(await done).toEqual({ status: 'applied' });
    expect(client.context).toEqual(BOB);
  });

  test('serves what is remembered of somebody at once', async () => {
    const page = testPage();
    const client = aClient(page, { context: ADA });
    serve(page, { a: 'ada' });
    void client.identify(BOB);
    page.socket.tell(allValues({ a: 'bob' }, { n: 1 }));
    expect(await client.identify(ADA)).toEqual({ status: 'cached' });
    expect(client.variationDetail('a', '')).toMatchObject({ value: 'ada', source: 'cache' });
    page.socket.tell(allValues({ a: 'ada 2' }, { n: 2, v: 2 }));
    expect(client.variation('a', '')).toBe('ada 2');
  });

  test('S35: of 20 calls in one tick 19 are superseded, and late answers to them change nothing', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 'nobody', b: 'nobody' });
    const seen = new Set<string>();
    client.on('change', () => seen.add(`${client.peek('a', '')} ${client.peek('b', '')}`));
    const all = Array.from({ length: 20 }, (_, i) => client.identify({ user: { key: `u${i}` } }));
    const order = Array.from({ length: 20 }, (_, i) => ((i * 7) % 20) + 1);
    for (const n of order) page.socket.tell(allValues({ a: `u${n - 1}`, b: `u${n - 1}` }, { n }));
    const results = (await Promise.all(all)).map(({ status }) => status);
    expect(results).toEqual([...Array(19).fill('superseded'), 'applied']);
    expect([...seen]).toEqual(['u19 u19']);
  });

  test('resolves in time, and its values still come', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 1 });
    const done = client.identify(BOB, { timeoutSeconds: 1 });
    await page.advance(SECOND);
    expect(await done).toEqual({ status: 'timeout' });
    page.socket.tell(allValues({ a: 2 }, { n: 1 }));
    expect(client.variation('a', 0)).toBe(2);
  });

  test('S38: a refused context is told, and the values of before stay', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 1 });
    const done = client.identify(null, { sealedContext: 'forged' });
    page.socket.close(4403);
    expect(await done).toMatchObject({ status: 'failed', error: { code: 'GP1410', retryable: false } });
    expect(client.variation('a', 0)).toBe(1);
  });
});

describe('the page', () => {
  test('S37: out of sight for 60 s closes the stream, coming back opens it', async () => {
    const page = testPage();
    aClient(page);
    serve(page, { a: 1 });
    page.show(false);
    await page.advance(30 * SECOND);
    page.socket.tell({ t: 'hb', v: 1 });
    await page.advance(30 * SECOND - 1);
    expect(page.socket.isOpen).toBe(true);
    await page.advance(1);
    expect(page.socket.isOpen).toBe(false);
    page.show(true);
    expect(page.sockets).toHaveLength(2);
    page.show(false);
    page.show(true);
    expect(page.sockets).toHaveLength(2);
  });

  test('S37: left, nothing stays open; back, the stream is opened again', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 1 });
    client.variation('a', 0);
    page.fire('pagehide');
    expect(page.socket.isOpen).toBe(false);
    expect(page.beacons).toMatchObject([{ id: KEY, seq: 1, evals: [{ flag: 'a', var: 'v-1', fv: 1, n: 1 }] }]);
    page.fire('pageshow');
    expect(page.sockets).toHaveLength(2);
  });
});

describe('counts', () => {
  test('go where the application says, beside the service’s own address', async () => {
    const page = testPage();
    const client = aClient(page, { url: 'https://shop.example.com/flags/', events: { path: '/b' } });
    serve(page, { a: 1, b: 1 });
    client.variation('a', 0);
    await page.advance(5 * SECOND);
    page.requests[0]?.answer(202);
    await page.settled();
    client.variation('b', 0);
    page.fire('pagehide');
    const wanted = 'https://shop.example.com/flags/b';
    expect([page.requests.map(({ url }) => url), page.beaconUrls]).toEqual([[wanted], [wanted]]);
    expect(page.socket.url).toBe('wss://shop.example.com/flags/client/v1/stream');
  });

  test('have an evaluation once for each flag, variation and version, and none of peeks', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 1, b: 1 });
    for (let i = 0; i < 100; i += 1) {
      client.variation('a', 0);
      client.peek('b', 0);
      client.variation('nowhere', 0);
    }
    page.socket.tell(allValues({ a: 1, b: 2 }, { v: 2 }));
    client.variation('a', 0);
    await page.advance(5 * SECOND);
    const { url, body, headers } = page.requests[0] ?? {};
    expect([url, headers]).toEqual(['https://shop.example.com/client/v1/b', {}]);
    expect(body).toMatchObject({
      schema: 1,
      id: KEY,
      seq: 1,
      evals: [{ flag: 'a', fv: 1, var: 'v-1', reason: 'REMOTE', n: 1 }],
      missing: [['nowhere', 'FLAG_NOT_FOUND', 1]],
    });
    page.requests[0]?.answer(202);
    await page.advance(60 * SECOND);
    expect(page.requests).toHaveLength(1);
    expect(client.status.events).toEqual({ series: 0, sent: 2, dropped: 0 });
  });

  test('S37: that cannot be sent are sent again under their number, and values go on', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 1 });
    client.variation('a', 0);
    await page.advance(5 * SECOND);
    page.requests[0]?.answer(0);
    await page.advance(5 * SECOND);
    expect(page.requests[1]?.body).toEqual(page.requests[0]?.body);
    page.socket.tell(allValues({ a: 2 }, { v: 2 }));
    expect(client.variation('a', 0)).toBe(2);
  });

  test('are below 64 kB, whatever is counted', async () => {
    const page = testPage();
    const client = aClient(page);
    const values = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`${i}-${'ü'.repeat(100)}`, i]));
    serve(page, values);
    for (const key of Object.keys(values)) client.variation(key, 0);
    page.fire('pagehide');
    const sizes = page.beacons.map((body) => new TextEncoder().encode(JSON.stringify(body)).length);
    expect(Math.max(...sizes)).toBeLessThan(64_000);
    expect(page.beacons.flatMap(({ evals }) => evals)).toHaveLength(900);
  });

  test('are none without leave, and none where they are off', async () => {
    const page = testPage();
    const client = aClient(page);
    client.setConsent({ events: false });
    const off = aClient(page, { events: false });
    for (const one of [client, off]) one.track('bought');
    await page.advance(60 * SECOND);
    expect(page.requests.filter(({ url }) => url.endsWith('/b'))).toEqual([]);
  });

  test('of what happened have the variations that were seen, and of its data only the value', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 1 });
    client.variation('a', 0);
    client.track('bought', { value: 12, who: 'canary' });
    void client.flush();
    await page.settled();
    expect(page.requests[0]?.body['track']).toEqual([['bought', { a: 'v-1' }, 1, 12]]);
  });
});

test('nothing is stored where that is not allowed right after the client was made', async () => {
  const page = testPage();
  const writes: string[] = [];
  const watched = testPage({
    storage: { getItem: () => null, setItem: (name) => void writes.push(name), removeItem: () => undefined },
  });
  aClient(watched).setConsent({ storage: false });
  serve(watched, { a: 1 });
  await watched.settled();
  expect(writes).toEqual([]);
  const client = aClient(page);
  serve(page, { a: 1 });
  await page.settled();
  expect(page.stored.size).toBe(2);
  client.setConsent({ storage: false });
  await page.settled();
  expect(page.stored.size).toBe(0);
});

test('an offline client touches nothing, and is ready', async () => {
  const page = testPage();
  const client = aClient(page, { mode: 'offline', bootstrap: { values: { a: 1 } } });
  expect(client.variation('a', 0)).toBe(1);
  expect(await client.waitForInitialization({ need: 'fresh' })).toMatchObject({ status: 'ready', source: 'bootstrap' });
  await page.settled();
  expect([page.sockets, page.requests, page.stored.size, page.timers]).toEqual([[], [], 0, 0]);
  expect(await client.identify(BOB)).toMatchObject({ status: 'failed', error: { code: 'GP1003' } });
});

test('an offline client counts nothing, whatever leave it is given', async () => {
  const page = testPage();
  const client = aClient(page, { mode: 'offline', bootstrap: { values: { a: 1 } } });
  client.setConsent({ events: true, storage: true });
  client.variation('nowhere', 0);
  client.track('bought');
  await page.advance(60 * SECOND);
  expect([page.requests, page.stored.size]).toEqual([[], 0]);
});

test('what happened is told with the variations that were served, and without those that were not', async () => {
  const page = testPage();
  const client = aClient(page);
  serve(page, { a: 1 });
  client.variation('a', 0);
  client.variation('nowhere', 0);
  client.track('bought');
  void client.flush();
  await page.settled();
  expect(page.requests[0]?.body['track']).toEqual([['bought', { a: 'v-1' }, 1, 0]]);
});

test('each code is one line on a page, and errors alone are logged unless more is asked for', async () => {
  const page = testPage();
  const loud = aClient(page, { logLevel: 'warn' });
  const broken = () => {
    throw new Error('no');
  };
  loud.on('change', broken);
  page.socket.close(1006);
  await page.advance(6 * SECOND);
  page.socket.close(1006);
  await page.advance(6 * SECOND);
  for (const v of [1, 2]) serve(page, { a: v }, { v });
  expect(page.lines).toEqual([
    '[glidepath] GP1102 initializing https://shop.example.com/errors/GP1102',
    '[glidepath] GP1901 change: Error: no https://shop.example.com/errors/GP1901',
  ]);
  const silent = testPage();
  aClient(silent, { logger: false }).on('change', broken);
  serve(silent, { a: 1 });
  expect(silent.lines).toEqual([]);
});

test('a store tells its value at once and on each change of it, until it is left', () => {
  const page = testPage();
  const client = aClient(page);
  const seen: unknown[] = [];
  const leave = client.store('a', 0).subscribe((value) => seen.push(value));
  serve(page, { a: 1 });
  page.socket.tell(allValues({ b: 1 }, { full: false, v: 2, count: 2 }));
  leave();
  page.socket.tell(allValues({ a: 2 }, { v: 3 }));
  expect(seen).toEqual([0, 1]);
});

test('hooks hear of evaluations, events and the status, and one that throws harms nobody', () => {
  const page = testPage();
  const heard: unknown[] = [];
  const client = aClient(page, {
    hooks: [
      {
        name: 'broken',
        afterEvaluation() {
          throw new Error('no');
        },
      },
      {
        name: 'good',
        afterEvaluation: ({ key, detail }) => void heard.push([key, detail.value]),
        afterTrack: ({ event }) => void heard.push(event),
        onStatus: ({ state }) => void heard.push(state),
      },
    ],
  });
  serve(page, { a: 1 });
  client.variation('a', 0);
  client.track('bought');
  expect(heard).toEqual(['ready', ['a', 1], 'bought']);
  expect(page.lines).toEqual(['[glidepath] GP1901 afterEvaluation: Error: no https://shop.example.com/errors/GP1901']);
});

test('closing is no error: nothing is logged, and who waits is told', async () => {
  const page = testPage();
  const client = aClient(page);
  const waiting = client.waitForInitialization();
  await client.close();
  expect(await waiting).toMatchObject({ status: 'failed', error: { code: 'GP1002' } });
  expect(page.lines).toEqual([]);
});

test('counts that the service refuses are given up, and those that it cannot take now are sent again', async () => {
  const page = testPage();
  const client = aClient(page);
  serve(page, { a: 1 });
  client.variation('a', 0);
  for (const status of [503, 429, 401]) {
    await page.advance(5 * SECOND);
    page.requests.at(-1)?.answer(status);
  }
  await page.advance(20 * SECOND);
  expect(page.requests).toHaveLength(3);
  expect(client.status.events).toEqual({ series: 0, sent: 0, dropped: 1 });
});

test('a closed client answers with fallbacks, sends what it counted and leaves nothing behind', async () => {
  const page = testPage();
  const client = aClient(page);
  serve(page, { a: 1 });
  client.variation('a', 0);
  const waiting = client.waitForInitialization({ need: 'fresh' });
  const closed = Promise.all([client.close(), client.close()]);
  page.requests[0]?.answer(202);
  await closed;
  await waiting;
  expect(page.requests).toHaveLength(1);
  expect(client.variationDetail('a', 0)).toMatchObject({ value: 0, reason: { errorKind: 'CLIENT_CLOSED' } });
  expect(client.status).toMatchObject({ state: 'closed', connection: 'none' });
  page.fire('pageshow');
  await page.advance(600 * SECOND);
  expect([page.sockets.length, page.timers]).toEqual([1, 0]);
});
