import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { type Answer, type Send, type Service, startService } from '../support/start-service.ts';

/** OpenFeature's remote evaluation protocol 0.3, as its clients and nobody else meet it. */

const FLAGS = '/ofrep/v1/evaluate/flags';
const APP = 'https://app.example';

interface One {
  readonly key?: string;
  readonly value?: unknown;
  readonly variant?: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
  readonly errorDetails?: string;
}

let service: Service;
let world: FlagWorld;
let server: Send;
let browser: Send;
let clientKey: string;
beforeAll(async () => {
  service = await startService();
  world = flagWorld(service);
  server = service.as(await service.sdkKey(ENVIRONMENT));
  clientKey = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [APP] });
  browser = service.as(clientKey);
  await world.flag({ key: 'plain', clientSide: true, metadata: { team: 'shop', flagVersion: 'mine' } });
  await world.flag({ key: 'internal' });
  await world.flag({ key: 'off-flag', clientSide: true }, [{ kind: 'turn-off' }]);
  await world.flag({ key: 'killed-flag', clientSide: true });
  await world.kill('killed-flag');
  await world.flag({ key: 'split', clientSide: true }, [
    { kind: 'set-fallthrough', serve: { split: { weights: { on: 50_000, off: 50_000 } } } },
  ]);
  await world.flag(
    {
      key: 'pro',
      type: 'string',
      clientSide: true,
      variations: [
        { key: 'big', value: 'BIG' },
        { key: 'small', value: '' },
      ],
    },
    [
      { kind: 'set-fallthrough', serve: { variation: 'small' } },
      {
        kind: 'add-rule',
        rule: { clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 'big' } },
      },
    ],
  );
});
afterAll(() => service[Symbol.asyncDispose]());

interface All {
  readonly flags: readonly One[];
  readonly eventStreams: readonly unknown[];
}

const all = (send: Send, context: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer<All>> =>
  send<All>('POST', FLAGS, { body: { context }, headers });

const one = (send: Send, key: string, context?: unknown): Promise<Answer<One>> =>
  send<One>('POST', `${FLAGS}/${key}`, { body: context === undefined ? {} : { context } });

describe('one flag', () => {
  test('answers value, variant, reason, and metadata in which our names win', async () => {
    const { status, headers, body } = await one(server, 'plain', { targetingKey: 'u1' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      key: 'plain',
      reason: 'STATIC',
      value: true,
      variant: 'on',
      metadata: { team: 'shop', flagVersion: expect.any(Number), environmentVersion: expect.any(Number) },
    });
  });

  test.for<[why: string, flag: string, context: unknown, expected: One]>([
    [
      'a rule that matched',
      'pro',
      { targetingKey: 'u', plan: 'pro' },
      { value: 'BIG', variant: 'big', reason: 'TARGETING_MATCH' },
    ],
    ['none of the rules', 'pro', { targetingKey: 'u' }, { value: '', variant: 'small', reason: 'DEFAULT' }],
    ['an off flag', 'off-flag', { targetingKey: 'u' }, { value: false, variant: 'off', reason: 'DISABLED' }],
    ['a killed flag', 'killed-flag', { targetingKey: 'u' }, { value: false, variant: 'off', reason: 'DISABLED' }],
    ['a split', 'split', { targetingKey: 'u1' }, { reason: 'SPLIT' }],
    [
      'a split without a key',
      'split',
      {},
      { value: false, variant: 'off', reason: 'DEFAULT', metadata: { notBucketed: true } },
    ],
    ['no context', 'plain', undefined, { value: true }],
    ['a context of null', 'plain', null, { value: true }],
    ['a key of null', 'plain', { targetingKey: null }, { value: true }],
    ['a number as key', 'split', { targetingKey: 42 }, { reason: 'SPLIT' }],
  ])('%s is answered with 200', async ([, flag, context, expected]) => {
    for (const send of [server, browser])
      expect(await one(send, flag, context)).toMatchObject({ status: 200, body: expected });
  });
});

describe('a flag that there is not', () => {
  test.for<[asked: string, key: string]>([
    ['missing', 'missing'],
    ['a%2Fb', 'a/b'],
    ['a/b', 'a/b'],
    ['a//b', 'a//b'],
    ['%zz', '%zz'],
    ['x%', 'x%'],
    ['%ff', '%ff'],
    ['%25', '%'],
    ['%3F%23', '?#'],
    ['%00', '\0'],
    ['', ''],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['%D0%BA%D0%BB%D1%8E%D1%87', 'ключ'],
    ['x'.repeat(1_000), 'x'.repeat(1_000)],
    [`${'%2F'.repeat(1_000)}%`, `${'%2F'.repeat(1_000)}%`],
  ])('%s is not found, under its own name', async ([asked, key]) => {
    for (const send of [server, browser]) {
      const { status, headers, body } = await one(send, asked);
      expect(body).toEqual({ key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `flag ${key} not found` });
      expect(status).toBe(404);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  test('looks like one that is not for browsers', async () => {
    expect(await one(server, 'internal')).toMatchObject({ status: 200, body: { value: true } });
    const { status, body } = await one(browser, 'internal');
    expect(JSON.stringify({ status, body }).replaceAll('internal', 'missing')).toBe(
      JSON.stringify(await one(browser, 'missing').then((answer) => ({ status: answer.status, body: answer.body }))),
    );
  });
});

describe('a context that is none', () => {
  test.for<[why: string, context: unknown]>([
    ['a number', 5],
    ['a string', 'u1'],
    ['a list', []],
    ['an empty key', { targetingKey: '' }],
    ['a key that is a flag', { targetingKey: true }],
    ['a key that is an object', { targetingKey: {} }],
    ['a kind that is no name', { targetingKey: 'u', kind: 'a b' }],
  ])('%s is refused, for one flag and for all', async ([, context]) => {
    const errorDetails = expect.stringContaining('the context is invalid');
    expect(await one(server, 'plain', context)).toMatchObject({
      status: 400,
      body: { key: 'plain', errorCode: 'INVALID_CONTEXT', errorDetails },
    });
    const bulk = await server('POST', FLAGS, { body: { context } });
    expect(bulk).toMatchObject({ status: 400, body: { errorCode: 'INVALID_CONTEXT', errorDetails } });
    expect(bulk.body).not.toHaveProperty('key');
  });
});

describe('all flags', () => {
  const keysOf = ({ body }: Answer<All>) => body.flags.map(({ key }) => key).sort();

  test('are those that the key may know of, each as it is answered alone', async () => {
    const context = { targetingKey: 'u1', plan: 'pro' };
    const known = ['killed-flag', 'off-flag', 'plain', 'pro', 'split'];
    expect(keysOf(await all(browser, context))).toEqual(known);
    const answer = await all(server, context);
    expect(keysOf(answer)).toEqual(['internal', ...known].sort());
    for (const flag of answer.body.flags) expect((await one(server, flag.key ?? '', context)).body).toEqual(flag);
  });

  test('come with one stream, whose URL holds no key and no context', async () => {
    const { body } = await all(browser, { targetingKey: 'somebody-else' });
    const requestUri = expect.stringMatching(/^\/ofrep\/v1\/stream\?ticket=[\w.-]+&since=[0-9a-f]{16}\.\d+$/);
    expect(body.eventStreams).toEqual([{ type: 'sse', endpoint: { requestUri }, inactivityDelaySec: 120 }]);
    const text = JSON.stringify(body.eventStreams);
    const decoded = Buffer.from(/ticket=([\w-]+)/.exec(text)?.[1] ?? '', 'base64url').toString();
    for (const secret of [clientKey, 'somebody-else']) expect(text + decoded).not.toContain(secret);
  });

  test('come also without any body, and with whatever a stream told the client', async () => {
    expect(await browser('POST', FLAGS)).toMatchObject({ status: 200 });
    const path = `${FLAGS}?flagConfigEtag=%22x%22&flagConfigLastModified=1&team=shop`;
    expect(await browser('POST', path, { body: {} })).toMatchObject({ status: 200 });
  });
});

describe('an ETag', () => {
  const tagOf = async (context: unknown, send = browser) => (await all(send, context)).headers.get('etag') ?? '';
  const asked = (context: unknown, tag: string, send = browser) => all(send, context, { 'if-none-match': tag });

  test('stands for what a context gets: 304 without a body, and the tag again', async () => {
    const tag = await tagOf({ targetingKey: 'u' });
    const answer = await asked({ targetingKey: 'u', plan: 'basic' }, tag);
    expect(answer).toMatchObject({ status: 304, body: '' });
    expect(answer.headers.get('etag')).toBe(tag);
    expect(await asked({ targetingKey: 'u', plan: 'pro' }, tag)).toMatchObject({ status: 200 });
    expect(await asked({ targetingKey: 'u' }, tag, server)).toMatchObject({ status: 200 });
  });

  test('is compared weakly, in lists, and by a star', async () => {
    const tag = await tagOf({});
    const strong = tag.replace(/^W\//, '');
    for (const same of [strong, `W/${strong}`, `"a", ${tag}`, `"a",W/${strong},"b"`, '*', ' * ']) {
      expect(await asked({}, same), same).toMatchObject({ status: 304 });
    }
    for (const other of ['', '"a"', strong.replaceAll('"', ''), strong.toUpperCase()]) {
      expect(await asked({}, other), other).toMatchObject({ status: 200 });
    }
  });

  test('helps nobody without a valid key', async () => {
    const headers = { 'if-none-match': await tagOf({}) };
    expect(await service.send('POST', FLAGS, { body: {}, headers })).toMatchObject({ status: 401 });
  });

  test('follows segments and prerequisites, and no change that a context does not feel', async () => {
    await world.segment('testers');
    await world.flag({ key: 'base' });
    await world.flag({ key: 'dependent', clientSide: true }, [
      { kind: 'set-prerequisites', prerequisites: [{ flag: 'base', variations: ['on'] }] },
      {
        kind: 'add-rule',
        rule: {
          clauses: [{ attribute: '', operator: 'in-segment', values: ['testers'] }],
          serve: { variation: 'off' },
        },
      },
    ]);
    const tester = { targetingKey: 't1' };
    const [before, other] = [await tagOf(tester), await tagOf({ targetingKey: 't2' })];
    await world.changeSegment('testers', { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['t1'] });
    expect(await asked(tester, before)).toMatchObject({ status: 200 });
    expect(await asked({ targetingKey: 't2' }, other)).toMatchObject({ status: 304 });
    await world.change('base', { kind: 'turn-off' });
    expect(await asked({ targetingKey: 't2' }, other)).toMatchObject({ status: 200 });
    const after = await tagOf(tester);
    await world.flag({ key: 'another-internal' });
    expect(await asked(tester, after)).toMatchObject({ status: 304 });
  });
});

describe('an error', () => {
  test.for<[why: string, body: unknown, headers: Record<string, string>, status: number, errorCode: string]>([
    ['no JSON', '{"context":', {}, 400, 'PARSE_ERROR'],
    ['an empty body that is JSON', '', { 'content-type': 'application/json' }, 400, 'PARSE_ERROR'],
    ['a list', '[]', {}, 400, 'PARSE_ERROR'],
    ['a name twice', '{"context":{},"context":{}}', {}, 400, 'PARSE_ERROR'],
    ['__proto__', '{"context":{"__proto__":{"targetingKey":"u"}}}', {}, 400, 'PARSE_ERROR'],
    ['31 levels', `{"context":${'['.repeat(31)}${']'.repeat(31)}}`, {}, 400, 'PARSE_ERROR'],
    ['300 KiB', { context: { name: 'x'.repeat(300 * 1_024) } }, {}, 413, 'GENERAL'],
    ['text', '{}', { 'content-type': 'text/plain' }, 415, 'GENERAL'],
    ['no key', {}, { authorization: '' }, 401, 'GENERAL'],
    ['a forged key', {}, { authorization: `Bearer gp_srv_${'A'.repeat(49)}` }, 401, 'GENERAL'],
  ])('%s is told in the protocol’s words', async ([, body, headers, status, errorCode]) => {
    const expected = { errorCode, errorDetails: expect.any(String) };
    for (const path of [FLAGS, `${FLAGS}/plain`]) {
      const answer = await server('POST', path, { body, headers });
      expect(answer.body).toEqual(path === FLAGS ? expected : { key: 'plain', ...expected });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  test.for<[method: string, path: string, status: number]>([
    ['POST', '/ofrep', 404],
    ['POST', '/ofrep/v1/nonsense', 404],
    ['GET', '/ofrep/v1/configuration', 404],
    ['GET', FLAGS, 404],
    ['PUT', `${FLAGS}/plain`, 404],
    ['POST', '/ofrep/%zz', 400],
  ])('%s %s is told in the protocol’s words', async ([method, path, status]) => {
    const answer = await server(method, path);
    expect(answer.body).toMatchObject({ errorCode: expect.any(String), errorDetails: expect.any(String) });
    expect(answer.status).toBe(status);
  });

  test('a token of the API opens nothing', async () => {
    expect(await one(service.as(await service.token()), 'plain')).toMatchObject({
      status: 403,
      body: { key: 'plain', errorCode: 'GENERAL' },
    });
  });
});

describe('X-API-Key', () => {
  const withKey = (key: string, more = {}) =>
    service.send('POST', `${FLAGS}/plain`, { body: {}, headers: { 'x-api-key': key, ...more } });

  test('is as good as Authorization, which wins over it', async () => {
    expect(await withKey(clientKey)).toMatchObject({ status: 200 });
    expect(await withKey('gp_cli_nonsense')).toMatchObject({ status: 401 });
    expect(await withKey(clientKey, { authorization: 'Bearer nonsense' })).toMatchObject({ status: 401 });
  });

  test('opens nothing else', async () => {
    const key = await service.token();
    const answer = await service.send('GET', '/api/v1/projects', { headers: { 'x-api-key': key } });
    expect(answer.status).toBe(401);
  });
});

describe('a page of another origin', () => {
  const preflight = (origin: string, path = FLAGS) =>
    fetch(service.url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,if-none-match',
      },
    });
  const corsOf = ({ headers }: { readonly headers: Headers }) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'));

  test('is let in when any client key names it', async () => {
    for (const path of [FLAGS, `${FLAGS}/plain`, `${FLAGS}/a%2Fb`, `${FLAGS}/%zz`]) {
      const { status, headers } = await preflight(APP, path);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(APP);
      expect(headers.get('access-control-allow-methods')).toBe('POST');
      expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(
        expect.arrayContaining(['content-type', 'if-none-match', 'authorization']),
      );
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  test.for(['https://evil.example', 'null', `${APP}.evil.example`, 'https://APP.example', 'http://app.example'])(
    'is not when it is %s',
    async (origin) => {
      const answer = await preflight(origin);
      expect(answer.status).toBe(403);
      expect(corsOf(answer)).toEqual([]);
    },
  );

  test('may read what its own key is answered, errors too', async () => {
    const headers = { origin: APP };
    for (const path of [FLAGS, `${FLAGS}/plain`, `${FLAGS}/missing`, `${FLAGS}/%zz`]) {
      const answer = await browser('POST', path, { body: {}, headers });
      expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
      expect(answer.headers.get('access-control-expose-headers')).toBe('ETag, Retry-After');
    }
    const ended = await service.send('POST', FLAGS, { body: {}, headers: { ...headers, 'x-api-key': 'gp_cli_ended' } });
    expect(ended.status).toBe(401);
    expect(ended.headers.get('access-control-allow-origin')).toBe(APP);
  });

  test('may use neither a key that does not name it nor a server key', async () => {
    const elsewhere = service.as(
      await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: ['https://other.example'] }),
    );
    for (const send of [elsewhere, server]) {
      const answer = await send('POST', FLAGS, { body: {}, headers: { origin: APP } });
      expect(answer.status).toBe(403);
      expect(corsOf(answer)).toEqual([]);
    }
  });
});

describe('a client key that asks too often', () => {
  let clock: ManualClock;
  let limited: Service;
  beforeAll(async () => {
    clock = createManualClock(Date.UTC(2026, 0, 5));
    limited = await startService({ clock, settings: { LIMIT_EVALUATIONS: '2' } });
  });
  afterAll(() => limited[Symbol.asyncDispose]());

  test('is told when to come back, in whole seconds, and a stranger is told that he is one', async () => {
    const key = await limited.sdkKey(ENVIRONMENT, { kind: 'client', origins: [APP] });
    const ask = () => limited.as(key)('POST', `${FLAGS}/any`, { body: {}, headers: { origin: APP } });
    expect([(await ask()).status, (await ask()).status]).toEqual([404, 404]);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 429, body: { key: 'any', errorCode: 'GENERAL' } });
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(await limited.as(`${key.slice(0, -1)}_`)('POST', FLAGS, { body: {} })).toMatchObject({ status: 401 });
    const serverKey = limited.as(await limited.sdkKey(ENVIRONMENT));
    for (let time = 0; time < 5; time += 1)
      expect(await serverKey('POST', FLAGS, { body: {} })).toMatchObject({ status: 200 });
    clock.leapTo(clock.now() + 30_000);
    expect(await ask()).toMatchObject({ status: 404 });
  });
});
