import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { type Answer, type Service, startService } from '../support/start-service.ts';

/** What browsers ask without a stream: values by a POST, and counts by a beacon. */

const APP = 'https://app.example';
const EVALUATE = '/client/v1/evaluate';
const COUNTS = '/client/v1/b';
const HERE = `/api/v1/projects/default/environments/${ENVIRONMENT}`;

interface Values {
  readonly epoch: string;
  readonly v: number;
  readonly full: boolean;
  readonly put: readonly { readonly key: string; readonly value: unknown }[];
  readonly count: number;
}

let service: Service;
let clock: ManualClock;
let world: FlagWorld;
let id: string;

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock, random: () => 0.5, settings: { LIMIT_EVALUATIONS: '100' } });
  world = flagWorld(service);
  id = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [APP] });
  await world.flag({ key: 'shown', clientSide: true });
  await world.flag({ key: 'hidden' });
});
afterAll(() => service[Symbol.asyncDispose]());

const post = <T = Values>(path: string, body: object, headers: Readonly<Record<string, string>> = { origin: APP }) =>
  service.send<T>('POST', path, { body, headers });
const corsOf = ({ headers }: Answer<unknown>) => headers.get('access-control-allow-origin');

describe('values without a stream', () => {
  test('are those of client-side flags, for pages of an origin that the key names', async () => {
    const answer = await post(EVALUATE, { id, context: { key: 'u1' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ full: true, put: [{ key: 'shown', value: true }], del: [], count: 1 });
    expect(answer.body).toMatchObject({ overrides: true });
    expect(corsOf(answer)).toBe(APP);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('are not sent again where nothing that the page can see has changed', async () => {
    const { body: first } = await post(EVALUATE, { id, context: { key: 'u1' } });
    const basis = { epoch: first.epoch, v: first.v };
    await world.change('hidden', { kind: 'turn-off' });
    const { body: same } = await post(EVALUATE, { id, context: { key: 'u1' }, basis });
    expect(same).toMatchObject({ v: first.v + 1, full: false, put: [], del: [], count: 1 });
    await world.change('shown', { kind: 'turn-off' });
    const { body: other } = await post(EVALUATE, { id, context: { key: 'u1' }, basis });
    expect(other).toMatchObject({ v: first.v + 2, full: false, put: [{ key: 'shown', value: false }], count: 1 });
    await world.change('shown', { kind: 'turn-on' });
  });

  test.for<[string, object, Readonly<Record<string, string>>, number, string | null]>([
    ['no key', { id: undefined }, { origin: APP }, 401, APP],
    ['an unknown key', { id: 'gp_cli_unknown' }, { origin: APP }, 401, APP],
    ['a foreign origin', {}, { origin: 'https://evil.example' }, 403, null],
    ['a foreign origin and an unknown key', { id: 'x' }, { origin: 'https://evil.example' }, 401, null],
    ['a context that is none', { context: 'u1' }, { origin: APP }, 400, APP],
    ['a token that is no text', { sealed: ['v1'] }, { origin: APP }, 400, APP],
    ['a type that is neither JSON nor text', {}, { origin: APP, 'content-type': 'text/html' }, 415, APP],
  ])('are refused to %s, and the page can read why', async ([, fields, headers, status, cors]) => {
    const answer = await post<{ code: string }>(EVALUATE, { id, context: { key: 'u1' }, ...fields }, headers);
    expect([answer.status, corsOf(answer)]).toEqual([status, cors]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('are not for server keys', async () => {
    const answer = await post(EVALUATE, { id: await service.sdkKey(ENVIRONMENT), context: {} });
    expect(answer.status).toBe(403);
  });

  test('may be asked for as often as the limit says, key by key', async () => {
    const own = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [APP] });
    const statuses: number[] = [];
    for (let i = 0; i < 101; i += 1) statuses.push((await post(EVALUATE, { id: own, context: { key: 'u1' } })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    const refused = await post(EVALUATE, { id: own, context: { key: 'u1' } });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect((await post(EVALUATE, { id, context: { key: 'u1' } })).status).toBe(200);
  });

  test('may be asked for by pages of any origin that some key names, as far as the preflight goes', async () => {
    const preflight = (origin: string) =>
      service.send('OPTIONS', EVALUATE, {
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      });
    const allowed = await preflight(APP);
    expect([allowed.status, corsOf(allowed)]).toEqual([204, APP]);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('content-type');
    const refused = await preflight('https://evil.example');
    expect([refused.status, corsOf(refused)]).toEqual([403, null]);
  });
});

interface Usage {
  readonly variations: readonly { readonly variation: string; readonly count: number }[];
}

describe('what pages have counted', () => {
  const report = (seq: number, flag: string, n: number) => ({
    id,
    schema: 1,
    instance: 'page-1',
    seq,
    sdk: 'browser/1.0.0',
    from: 0,
    to: 1,
    evals: [{ flag, fv: 1, var: 'on', reason: 'FALLTHROUGH', n }],
  });
  const beacon = (body: object | string, headers: Readonly<Record<string, string>> = {}) =>
    service.send<{ repeated: boolean }>('POST', COUNTS, {
      body,
      headers: { 'content-type': 'text/plain;charset=UTF-8', origin: APP, ...headers },
    });
  const countOf = async (flag: string) => {
    const { body } = await service.admin.send<Usage>('GET', `${HERE}/flags/${flag}/usage`);
    return body.variations.find(({ variation }) => variation === 'on')?.count;
  };

  test('is added once, whoever signed in to what', async () => {
    const first = await beacon(report(0, 'shown', 5), { cookie: service.admin.cookie });
    expect([first.status, first.body]).toEqual([202, { repeated: false }]);
    expect((await beacon(report(0, 'shown', 5))).body).toEqual({ repeated: true });
    expect((await beacon(report(1, 'shown', 2))).body).toEqual({ repeated: false });
    expect(await countOf('shown')).toBe(7);
  });

  test('cannot take the place of what a server has counted under the same name', async () => {
    const server = service.as(await service.sdkKey(ENVIRONMENT));
    const { id: _, ...own } = report(0, 'hidden', 3);
    expect((await server('POST', '/sdk/v1/events', { body: own })).body).toEqual({ repeated: false });
    expect(await countOf('hidden')).toBe(3);
  });

  test('cannot fill a count up with one report', async () => {
    const before = await countOf('shown');
    expect((await beacon(report(3, 'shown', Number.MAX_SAFE_INTEGER))).status).toBe(202);
    expect(await countOf('shown')).toBe((before ?? 0) + 10_000);
    await beacon({ ...report(4, 'shown', 0), dropped: Number.MAX_SAFE_INTEGER });
    const { body: figures } = await service.send<string>('GET', '/metrics');
    expect(figures).toContain('\nglidepath_evaluations_dropped_total 10000\n');
  });

  test('takes how flags were doing on a page as it takes it from servers', async () => {
    const cells = (one: number) => Array.from({ length: 32 }, (_, shard) => (shard === 9 ? one : 0));
    const whose = { flag: 'shown', fv: 1, var: 'on', arm: 't', stage: 2 };
    const sketch = { g: 1.0408, o: 61, c: [3, 9] };
    const lat = Array.from({ length: 8 }, (_, group) => (group === 2 ? sketch : { ...sketch, c: [] }));
    const shards = { n: cells(12), err: cells(1) };
    const health = [{ ...whose, op: 'pay', n: 12, err: 1, kinds: { TypeError: 1 }, lat, shards }];
    const metrics = [{ ...whose, name: 'cart', n: cells(2), sum: cells(7.5), sumsq: cells(30) }];
    expect((await beacon({ ...report(5, 'shown', 1), health, metrics })).status).toBe(202);
    const { body: figures } = await service.send<string>('GET', '/metrics');
    for (const kind of ['health', 'metrics']) expect(figures).toMatch(new RegExp(`\\{kind="${kind}"\\} 1\\n`));
  });

  test('counts flags for browsers only: of others the page cannot know', async () => {
    expect((await beacon(report(2, 'hidden', 100))).status).toBe(202);
    expect(await countOf('hidden')).toBe(3);
  });

  test.for<[string, object | string, Readonly<Record<string, string>>, number]>([
    ['another origin', {}, { origin: 'https://evil.example' }, 403],
    ['an unknown key', { id: 'gp_cli_unknown' }, {}, 401],
    ['no JSON', 'id=1', {}, 400],
    ['another type', {}, { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['more than 64 KiB', { text: 'x'.repeat(65_536) }, {}, 413],
    ['__proto__', `{"__proto__":{},"id":"x"}`, {}, 400],
  ])('is refused with %s', async ([, fields, headers, status]) => {
    const body = typeof fields === 'string' ? fields : { ...report(9, 'shown', 1), ...fields };
    expect((await beacon(body, headers)).status).toBe(status);
  });
});

test('values are for the browser where the context names nobody, and may be asked for as text, without a preflight', async () => {
  await world.flag({ key: 'mine', clientSide: true }, [
    { kind: 'add-targets', variation: 'on', contextKind: 'device', keys: ['a1'] },
    { kind: 'set-fallthrough', serve: { variation: 'off' } },
  ]);
  const headers = { origin: APP, 'content-type': 'text/plain;charset=UTF-8' };
  for (const [anon, value] of [
    ['a1', true],
    ['a2', false],
  ]) {
    const { body } = await post<{ put: readonly object[] }>(EVALUATE, { id, context: null, anon }, headers);
    expect(body.put).toContainEqual(expect.objectContaining({ key: 'mine', value }));
  }
});
