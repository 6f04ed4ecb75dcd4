import { readPayload } from '@glidepath/core/protocol';
import { aFlagBody } from '@glidepath/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ItemWrite } from '../store/store.ts';
import { KEY, openStreamFixture, type StreamFixture } from './stream-fixture.ts';

const EPOCH = '00112233aabbccdd';
const flag = (key: string, salt = key): ItemWrite => ({ kind: 'flag', key, body: aFlagBody({ salt }) });

let service: StreamFixture;

beforeEach(async () => {
  service = await openStreamFixture();
  await service.commit(Array.from({ length: 20 }, (_, i) => flag(`flag-${i}`)));
  await service.hub.waitForVersion(service.environment, 2, 1_000);
});
afterEach(() => service.close());

async function get(query = '', headers: Record<string, string> = {}) {
  const url = `${service.url}/sdk/v1/payload${query}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${KEY}`, ...headers } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, payload: readPayload(text) };
}

/** Two more versions, the second of which puts one flag anew and deletes another. */
async function advance(): Promise<void> {
  await service.commit([flag('flag-1', 'a')]);
  const { version } = await service.commit([flag('flag-1', 'b'), { kind: 'flag', key: 'flag-2', body: null }]);
  await service.hub.waitForVersion(service.environment, version, 1_000);
}

describe('the payload', () => {
  test('is the whole environment, named by its ETag', async () => {
    const { status, headers, payload } = await get();
    const { digest = '' } = service.hub.environment(service.environment) ?? {};
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe(`"${EPOCH}.2.${digest.slice(0, 8)}"`);
    expect(payload).toMatchObject({ kind: 'full', epoch: EPOCH, version: 2, digest });
    expect(payload?.kind === 'full' && payload.items).toHaveLength(20);
  });

  test('is not sent again to who has it', async () => {
    const etag = (await get()).headers.get('etag') ?? '';
    expect(await get('', { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    expect((await get(`?since=${EPOCH}.2`, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(`?since=${EPOCH}.2`)).status).toBe(304);
  });

  test('is what has changed since then, merged', async () => {
    await advance();
    const { payload } = await get(`?since=${EPOCH}.2`);
    expect(payload).toMatchObject({ kind: 'delta', from: 2, version: 4 });
    const ops = payload?.kind === 'delta' ? payload.ops : [];
    expect(ops.map(({ op, key }) => `${op} ${key}`).sort()).toEqual(['del flag-2', 'put flag-1']);
  });

  test.for<[string, string, Record<string, string>, object]>([
    ['of another history', '?since=ffffffffffffffff.2', {}, { kind: 'full', version: 2 }],
    ['never committed', `?since=${EPOCH}.900`, {}, { kind: 'full', version: 2, rebase: true }],
    [
      'with another digest',
      `?since=${EPOCH}.2`,
      { 'if-none-match': `"${EPOCH}.2.00000000"` },
      { kind: 'full', version: 2 },
    ],
  ])('is everything for who holds a version %s', async ([, query, headers, expected]) => {
    expect((await get(query, headers)).payload).toMatchObject(expected);
  });

  test('is read from the database for who knows more than this process', async () => {
    const { version } = await service.commit([flag('flag-1', 'a')], { isAsleep: true });
    expect((await get(`?since=${EPOCH}.${version}`)).status).toBe(304);
  });

  test('travels compressed to who accepts that', async () => {
    const plain = await get('', { 'accept-encoding': 'identity' });
    const zipped = await get('', { 'accept-encoding': 'br, gzip' });
    expect([plain.headers.get('content-encoding'), zipped.headers.get('content-encoding')]).toEqual([null, 'gzip']);
    expect(zipped.text).toBe(plain.text);
  });

  test('is refused to a question that makes no sense', async () => {
    expect((await get('?since=yesterday')).status).toBe(400);
    expect((await get('?from=2')).status).toBe(400);
  });

  test('counts who polls, apart from those who stream', async () => {
    await get();
    await get();
    const change = await service.commit([flag('flag-1', 'a')], { urgent: true });
    const delivery = await service.hub.waitForApplied(service.environment, change.version, 1_000);
    expect(delivery).toMatchObject({ connected: 0, pollers: 1, complete: true });
    await service.pass(61_000);
    expect(await service.hub.delivery(service.environment, change.version)).toMatchObject({ pollers: 0 });
  });
});
