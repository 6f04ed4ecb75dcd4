import { describe, expect, test } from 'vitest';
import { type ApiSurroundings, createApi } from './api.ts';
import { ApiError } from './problem.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

type Answer = Response | Error;

function anApi(answers: readonly Answer[], surroundings: Partial<ApiSurroundings> = {}) {
  const sent: Sent[] = [];
  const waiting = [...answers];
  const api = createApi({
    fetch: async (url, init) => {
      sent.push({ url: String(url), init: init ?? {} });
      const answer = waiting.shift();
      if (answer === undefined) throw new Error('no answer was prepared');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    csrfToken: () => 'csrf-1',
    reauthenticate: async () => {},
    pause: async () => {},
    ...surroundings,
  });
  return { api, sent };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const header = (sent: Sent | undefined, name: string) => new Headers(sent?.init.headers).get(name);

describe('a write', () => {
  test('of something that is no JSON is sent as it is, under its own type', async () => {
    const { api, sent } = anApi([json(200, {})]);
    await api.post('/x', { text: { type: 'application/x-ndjson', content: '{"key":"a"}\n{"key":"b"}' }, revision: 2 });
    expect(header(sent[0], 'content-type')).toBe('application/x-ndjson');
    expect(header(sent[0], 'if-match')).toBe('"2"');
    expect(sent[0]?.init.body).toBe('{"key":"a"}\n{"key":"b"}');
  });

  test('carries the CSRF token, the revision that was seen and the idempotency key', async () => {
    const { api, sent } = anApi([json(200, {})]);
    await api.patch('/x', { body: { a: 1 }, revision: 43, idempotencyKey: 'once' });
    expect(header(sent[0], 'x-glidepath-csrf')).toBe('csrf-1');
    expect(header(sent[0], 'if-match')).toBe('"43"');
    expect(header(sent[0], 'idempotency-key')).toBe('once');
    expect(sent[0]?.init.body).toBe('{"a":1}');
  });

  test('is sent again with the same key when no answer came, as often as was asked for', async () => {
    const { api, sent } = anApi([
      new TypeError('network'),
      json(503, { code: 'unavailable' }),
      json(200, { ok: true }),
    ]);
    await expect(api.post('/kill', { idempotencyKey: 'once', tries: 3 })).resolves.toEqual({ ok: true });
    expect(sent.map((request) => header(request, 'idempotency-key'))).toEqual(['once', 'once', 'once']);
  });

  test('waits as long as the server asks for', async () => {
    const pauses: number[] = [];
    const busy = json(429, { code: 'too-many-requests' }, { 'retry-after': '2' });
    const { api } = anApi([busy, json(200, {})], {
      pause: async (ms) => {
        pauses.push(ms);
      },
    });
    await api.post('/kill', { tries: 3 });
    expect(pauses).toEqual([2_000]);
  });

  test('is sent once when the server refused it', async () => {
    const { api, sent } = anApi([json(409, { code: 'archived', detail: 'The flag is archived.' })]);
    await expect(api.post('/kill', { tries: 3 })).rejects.toThrow('The flag is archived.');
    expect(sent).toHaveLength(1);
  });
});

test('a read carries its query without the empty parts, and no CSRF token', async () => {
  const { api, sent } = anApi([json(200, {})]);
  await api.get('/flags', { query: { q: 'a b', state: undefined, tag: '', limit: 100 } });
  expect(sent[0]?.url).toBe('/flags?q=a+b&limit=100');
  expect(header(sent[0], 'x-glidepath-csrf')).toBeNull();
});

describe('a refusal', () => {
  test('becomes an error that says what failed, where, and which request it was', async () => {
    const problem = {
      code: 'validation',
      detail: 'Two things are wrong.',
      errors: [{ pointer: '/key', detail: 'bad' }],
    };
    const { api } = anApi([json(400, problem, { 'x-request-id': 'req-7' })]);
    const error = await api.post('/flags').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: 'validation', requestId: 'req-7', errors: problem.errors });
  });

  test('that is no problem document still says what to do', async () => {
    const { api } = anApi([new Response('<html>', { status: 504 })]);
    await expect(api.get('/flags')).rejects.toThrow(/status 504/);
  });
});

describe('a lost session', () => {
  test('asks to sign in again and then repeats the request with the new token', async () => {
    let token = 'old';
    const { api, sent } = anApi([json(401, {}), json(200, { saved: true })], {
      csrfToken: () => token,
      reauthenticate: async () => {
        token = 'new';
      },
    });
    await expect(api.patch('/flag', { body: {} })).resolves.toEqual({ saved: true });
    expect(sent.map((request) => header(request, 'x-glidepath-csrf'))).toEqual(['old', 'new']);
  });

  test('is an ordinary answer to a sign-in', async () => {
    const { api } = anApi([json(401, { detail: 'Wrong email or password.' })], {
      reauthenticate: () => Promise.reject(new Error('must not be asked')),
    });
    await expect(api.post('/api/v1/session', { body: {} })).rejects.toThrow('Wrong email or password.');
  });
});
