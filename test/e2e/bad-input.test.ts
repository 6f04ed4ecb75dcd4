import { connect } from 'node:net';
import type { KnownRoute } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Service, startService } from '../support/start-service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
  await service.admin.send('POST', '/api/v1/projects/default/flags', { body: { key: 'there', type: 'boolean' } });
  await service.admin.send('POST', '/api/v1/projects/default/segments', { body: { key: 'there' } });
});
afterAll(() => service[Symbol.asyncDispose]());

const pathOf = ({ url }: KnownRoute): string =>
  url
    .replace(':p', 'default')
    .replace(':e', 'development')
    .replace(/:(f|s)\b/, 'there')
    .replace(':version', '1')
    .replace(/:\w+|\*/g, 'not-there');

/** Routes of people and scripts; those of SDKs have a door of their own. */
const adminRoutes = () => service.routes.filter(({ url, method }) => url.startsWith('/api/v1/') && method !== 'HEAD');
const withJsonBody = () => adminRoutes().filter(({ takesBody }) => takesBody);

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

function faultIn(answer: Answer<Problem>): string | null {
  const { status, headers, body } = answer;
  if (status < 400 || status >= 500) return `answered ${status}`;
  if (!headers.get('content-type')?.startsWith('application/problem+json'))
    return `has type ${headers.get('content-type')}`;
  if (body.status !== status || !/^[a-z][a-z-]+$/.test(body.code))
    return `has status ${body.status}, code ${body.code}`;
  if (body.detail.length < 20 || body.instance === '') return `says only "${body.detail}"`;
  return null;
}

/** All documents of the installation in one word: the log moves with every write. */
async function lastSeq(): Promise<unknown> {
  const { body } = await service.admin.send<{ items: { seq: number }[] }>('GET', '/api/v1/audit?limit=1');
  return body.items[0]?.seq;
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** Never what any route takes. */
const BODIES: readonly (readonly [name: string, text: string])[] = [
  ['a list', '[]'],
  ['a string', '"x"'],
  ['a number', '1'],
  ['a stranger’s field', '{"nonsense":1}'],
  ['__proto__', '{"__proto__":{"admin":true}}'],
  ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}'],
  ['31 levels', `{"nonsense":${nested(31)}}`],
  ['100,000 levels', nested(100_000)],
  ['a name twice', '{"name":"a","name":"b"}'],
  ['NUL', '{"name":"\\u0000"}'],
  ['half a surrogate pair', '{"name":"\\ud800"}'],
  ['1e400', '{"nonsense":1e400}'],
  ['trailing bytes', '{} {}'],
  ['a half', '{"name":'],
  ['no JSON', 'name=x'],
  ['300 KiB', JSON.stringify({ nonsense: 'x'.repeat(300 * 1_024) })],
];

describe('every route with a body', () => {
  test('refuses what is not its own with a problem that helps, and changes nothing', async () => {
    const before = await lastSeq();
    const faults: string[] = [];
    for (const route of withJsonBody()) {
      for (const [name, body] of BODIES) {
        const answer = await service.admin.send<Problem>(route.method, pathOf(route), { body });
        const fault = faultIn(answer);
        if (fault) faults.push(`${route.method} ${route.url} with ${name} ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    expect(await lastSeq()).toBe(before);
  });

  test('names a field that it does not know, and that it should be left out', async () => {
    const silent: string[] = [];
    for (const route of withJsonBody()) {
      const { body } = await service.admin.send<Problem>(route.method, pathOf(route), { body: { nonsense: 1 } });
      const named = body.errors?.some(
        ({ pointer, detail }) => pointer === '/nonsense' && detail.includes('leave it out'),
      );
      const missing = body.errors?.some(({ detail }) => detail.startsWith('is missing'));
      if (!named && !missing) silent.push(`${route.method} ${route.url}: ${JSON.stringify(body.errors)}`);
    }
    expect(silent).toEqual([]);
  });

  test('T56: takes JSON under its own name and no other', async () => {
    const accepted: string[] = [];
    for (const route of withJsonBody()) {
      for (const type of OTHER_TYPES) {
        const headers = { 'content-type': type };
        const { status } = await service.admin.send(route.method, pathOf(route), { body: '{"nonsense":1}', headers });
        if (status !== 415) accepted.push(`${route.method} ${route.url} with ${type} answered ${status}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  test.for([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
  ])('takes %s', async (type) => {
    const answer = await service.admin.send('PATCH', '/api/v1/projects/default', {
      body: '{"name":"Default"}',
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(200);
  });
});

const OTHER_TYPES = [
  ...['text/plain', 'text/json', 'text/html', 'text/xml', 'text/javascript', 'application/javascript'],
  ...['application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=x'],
  ...['application/octet-stream', 'application/xml', 'application/x-ndjson', 'application/jsonl', 'application/x-json'],
  ...['application/problem+json', 'application/ld+json', 'application/vnd.api+json', 'application/merge-patch+json'],
  ...['application/json5', 'application/jsonp', 'application/jso', 'application/jsonx', 'application/json+x'],
  ...[
    'application/json/x',
    'application/ json',
    'application /json',
    'application\\json',
    'json',
    '/json',
    'application/',
  ],
  ...['application', '*/*', 'application/*', '*/json', 'application/json, text/plain', 'text/plain, application/json'],
  ...['text/plain; application/json', 'application/json charset=utf-8', 'application/json; charset=utf-16'],
  ...['application/json; charset=latin1', 'application/json; charset=utf-7', 'application/json; charset=ascii'],
  ...['application/json; charset=utf-8; charset=utf-16', 'application/json; boundary=x', 'application/json; q=1'],
  ...['application/json; charset', 'application/json; charset=', 'application/json; =utf-8', 'application/json;;'],
  ...['"application/json"', "'application/json'", '<application/json>', 'application/json)', 'x application/json'],
  ...['application%2fjson', 'application/json%00', 'application/json;charset=utf-8 x', 'image/svg+xml', 'image/png'],
  ...['application/json; charset=utf-8, text/html', 'message/http', 'application/cbor', 'application/msgpack'],
];

describe('every route', () => {
  test('refuses a query parameter that it does not know, by name', async () => {
    const silent: string[] = [];
    const asToken = service.as(await service.token());
    for (const route of adminRoutes()) {
      const mayHaveBody = route.method !== 'GET' && route.method !== 'DELETE' && !route.takesOtherBody;
      const path = `${pathOf(route)}?nonsense=1`;
      const isForTokens = !route.policy.principals.some((kind) => kind === 'member' || kind === 'anonymous');
      const send = isForTokens ? asToken : service.admin.send;
      const answer = await send<Problem>(route.method, path, mayHaveBody ? { body: {} } : {});
      const named = answer.body.errors?.some(({ pointer }) => pointer === '?nonsense');
      if (answer.status !== 400 || (!named && !mayHaveBody))
        silent.push(`${route.method} ${route.url} ${answer.status}`);
    }
    expect(silent).toEqual([]);
  });

  test.for<[path: string, pointer: string]>([
    ['/api/v1/projects?limit=0', '?limit'],
    ['/api/v1/projects?limit=501', '?limit'],
    ['/api/v1/projects?limit=ten', '?limit'],
    ['/api/v1/projects?cursor=x', '?cursor'],
    ['/api/v1/projects/default/flags?state=sideways', '?state'],
  ])('GET %s is refused for %s', async ([path, pointer]) => {
    const { status, body } = await service.admin.send<Problem>('GET', path);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.pointer).toContain(pointer);
  });

  test('answers a header that it does not understand by the header’s name', async () => {
    for (const [name, value] of [
      ['if-match', '7'],
      ['if-match', 'W/"7"'],
      ['idempotency-key', 'x'.repeat(256)],
    ] as const) {
      const { status, body } = await service.admin.send<Problem>('PATCH', '/api/v1/projects/default', {
        body: { name: 'Default' },
        headers: { [name]: value },
      });
      expect([status, body.errors?.[0]?.pointer]).toEqual([400, name]);
    }
  });

  test('tells of an unknown path, and of one that is no URL, with a problem', async () => {
    const unknown = await service.send<Problem>('GET', '/api/v1/nonsense');
    expect([unknown.status, faultIn(unknown)]).toEqual([404, null]);
    const broken = await service.send<Problem>('GET', '/api/v1/projects/%zz');
    expect([broken.status, faultIn(broken)]).toEqual([400, null]);
  });

  test('sends the headers that keep browsers careful, also with problems', async () => {
    for (const path of ['/health/live', '/api/v1/session', '/nonsense', '/%zz']) {
      const { headers } = await service.send('GET', path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('keeps prototypes of objects as they were', async () => {
    const names = ['__proto__', 'constructor', 'prototype'];
    for (const key of names) {
      const { status } = await service.admin.send('POST', '/api/v1/projects', { body: JSON.stringify({ key }) });
      expect(status).toBe(400);
      expect((await service.admin.send('GET', `/api/v1/projects/${key}`)).status).toBe(404);
      expect((await service.admin.send('GET', `/api/v1/projects?${key}=1`)).status).toBe(400);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('HTTP that is none', () => {
  test.for<[name: string, text: string]>([
    ['a header of 100 KiB', `GET /health/live HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['five thousand headers', `GET /health/live HTTP/1.1\r\nHost: x\r\n${'X-Header: value\r\n'.repeat(5_000)}\r\n`],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n'],
    ['two lengths', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['nonsense', '\u0000\u0001\u0002 nonsense\r\n\r\n'],
  ])('%s is answered with 4xx and the connection closed', async ([, text]) => {
    const { port } = new URL(service.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
      let heard = '';
      socket.on('data', (piece) => {
        heard += String(piece);
      });
      socket.on('close', () => resolve(heard));
      socket.on('error', reject);
      socket.setTimeout(5_000, () => socket.destroy(new Error('left open')));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});

test('the description of the API names every route, and every reference in it leads somewhere', async () => {
  const { status, body } = await service.send<{ paths: Record<string, Record<string, unknown>> }>(
    'GET',
    '/api/openapi.json',
  );
  expect(status).toBe(200);
  for (const { method, url } of adminRoutes()) {
    const path = url.replace(/:(\w+)/g, '{$1}');
    expect(body.paths[path], path).toHaveProperty(method.toLowerCase());
  }
  const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
  expect(references.length).toBeGreaterThan(50);
  for (const path of new Set(references)) {
    const found = path.split('/').reduce<unknown>((node, step) => (node as Record<string, unknown>)?.[step], body);
    expect(found, path).toBeDefined();
  }
});
