import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Asked, Send } from '../support/start-service.ts';
import { type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;

let service: Service;
let send: Send;
let made = 0;

beforeAll(async () => {
  service = await startService();
  send = service.admin.send;
});
afterAll(() => service[Symbol.asyncDispose]());

const ok = async (method: string, path: string, asked?: Asked): Promise<Answer<Record<string, unknown>>> => {
  const answer = await send(method, path, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer;
};

/** A new boolean flag; its key. */
async function aFlag(input: object = {}): Promise<string> {
  made += 1;
  const key = `flag-${made}`;
  await ok('POST', `${P}/flags`, { body: { key, type: 'boolean', ...input } });
  return key;
}

const patch = (path: string, instructions: readonly object[], asked: Asked = {}) =>
  send('PATCH', path, { ...asked, body: { instructions } });

describe('a flag', () => {
  test('is created with its defaults, and read with every environment', async () => {
    const created = await ok('POST', `${P}/flags`, { body: { key: 'checkout', type: 'boolean', tags: ['shop'] } });
    expect(created.status).toBe(201);
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.body).toMatchObject({
      document: { key: 'checkout', name: 'checkout', purpose: 'release', lifetimeDays: 30, revision: 1 },
      versions: { development: expect.any(Number), staging: expect.any(Number), production: expect.any(Number) },
    });
    const { body } = await ok('GET', `${P}/flags/checkout?include=environments`);
    expect(body).toMatchObject({
      variations: [
        { key: 'on', value: true },
        { key: 'off', value: false },
      ],
      environments: [
        { environment: 'development', on: false, offVariation: 'off', revision: 1 },
        { environment: 'staging' },
        { environment: 'production', killed: null },
      ],
    });
  });

  test('is changed by instructions, and the answer names what moved', async () => {
    const key = await aFlag();
    const answer = await patch(`${E}/flags/${key}`, [{ kind: 'turn-on' }]);
    expect(answer).toMatchObject({
      status: 200,
      body: { document: { on: true, revision: 2 }, versions: { production: expect.any(Number) } },
    });
    expect(answer.headers.get('etag')).toBe('"2"');
    const { version } = (await ok('GET', E)).body as { version: number };
    expect(answer.body['versions']).toEqual({ production: version });
    expect((await ok('GET', `${E}/flags/${key}?minVersion=${version}`)).body).toMatchObject({ on: true });
  });

  test('a version that no change has reached is waited for, then refused with a time to come back', async () => {
    const key = await aFlag();
    const answer = await send('GET', `${E}/flags/${key}?minVersion=999999`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test.for<[string, unknown, string, string]>([
    [
      'a weight too few',
      [{ kind: 'set-split', at: 'fallthrough', weights: { on: 1 } }],
      'validation',
      '/instructions/0/weights',
    ],
    ['an unknown instruction', [{ kind: 'explode' }], 'validation', '/instructions/0/kind'],
    ['an unknown field', [{ kind: 'turn-on', now: true }], 'validation', '/instructions/0/now'],
    ['no instruction', [], 'validation', '/instructions'],
    [
      'an unknown variation',
      [{ kind: 'set-off-variation', variation: 'x' }],
      'unknown-reference',
      '/instructions/0/variation',
    ],
  ])('is not changed by %s', async ([, instructions, code, pointer]) => {
    const key = await aFlag();
    const answer = await send('PATCH', `${E}/flags/${key}`, { body: { instructions } });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code, errors: [{ pointer }] });
    expect((await ok('GET', `${E}/flags/${key}`)).body).toMatchObject({ revision: 1 });
  });

  test('with a stale If-Match is refused with the current state, the base and the conflicts', async () => {
    const key = await aFlag();
    await patch(`${E}/flags/${key}`, [{ kind: 'set-fallthrough', serve: { variation: 'off' } }]);
    const split = { kind: 'set-split', at: 'fallthrough', weights: { on: 50_000, off: 50_000 } };
    const answer = await patch(`${E}/flags/${key}`, [split], { headers: { 'if-match': '"1"' } });
    expect(answer).toMatchObject({
      status: 412,
      body: {
        code: 'revision-conflict',
        current: { revision: 2, fallthrough: { variation: 'off' } },
        base: { fallthrough: { variation: 'on' } },
        conflicts: [{ path: '/fallthrough' }],
      },
    });
    expect((await patch(`${E}/flags/${key}`, [split], { headers: { 'if-match': '"2"' } })).status).toBe(200);
  });

  test('a retry with the same Idempotency-Key answers the same and applies once', async () => {
    const key = await aFlag();
    const asked = { headers: { 'idempotency-key': `retry-${key}` } };
    const first = await patch(`${E}/flags/${key}`, [{ kind: 'turn-on' }], asked);
    const second = await patch(`${E}/flags/${key}`, [{ kind: 'turn-on' }], asked);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('etag')).toBe('"2"');
    expect((await patch(`${E}/flags/${key}`, [{ kind: 'turn-off' }], asked)).body).toMatchObject({
      code: 'idempotency-conflict',
    });
  });

  test('a dry run answers the difference in instructions and in words, and writes nothing', async () => {
    const key = await aFlag();
    const answer = await patch(`${E}/flags/${key}?dryRun=true`, [{ kind: 'turn-on' }, { kind: 'turn-on' }]);
    expect(answer.body).toEqual({
      diff: [{ kind: 'flag-config', key, environment: 'production', diff: [{ kind: 'turn-on' }] }],
      summary: ['turned on in production', 'turned on in production'],
    });
    expect((await ok('GET', `${E}/flags/${key}`)).body).toMatchObject({ revision: 1, on: false });
  });
});

describe('the list of flags', () => {
  test('filters, sorts and pages', async () => {
    const tag = 'listed';
    const keys = [
      await aFlag({ tags: [tag], name: 'Charlie' }),
      await aFlag({ tags: [tag], name: 'alpha', purpose: 'kill-switch' }),
      await aFlag({ tags: [tag], name: 'Bravo' }),
    ];
    await patch(`${E}/flags/${keys[1]}`, [{ kind: 'turn-on' }]);
    const listed = async (query: string) =>
      ((await ok('GET', `${P}/flags?tag=${tag}&${query}`)).body as { items: { key: string }[] }).items.map(
        (row) => row.key,
      );
    expect(await listed('sort=name')).toEqual([keys[1], keys[2], keys[0]]);
    expect(await listed('sort=-name')).toEqual([keys[0], keys[2], keys[1]]);
    expect(await listed('state=on&environment=production')).toEqual([keys[1]]);
    expect(await listed('state=on&environment=staging')).toEqual([]);
    expect(await listed('purpose=kill-switch,release&q=bra')).toEqual([keys[2]]);
    const first = (await ok('GET', `${P}/flags?tag=${tag}&limit=2`)).body as { total: number; next: string };
    expect(first.total).toBe(3);
    expect(await listed(`limit=2&cursor=${first.next}`)).toEqual([keys[2]]);
    expect(await listed('limit=1&offset=1')).toEqual([keys[1]]);
  });

  test('shows the state of every environment, and hides archived flags', async () => {
    const key = await aFlag({ tags: ['gone'] });
    const row = async (query: string) =>
      ((await ok('GET', `${P}/flags?tag=gone${query}`)).body as { items: object[] }).items;
    expect(await row('')).toMatchObject([
      { key, environments: [{ environment: 'development', state: 'off' }, { state: 'off' }, { state: 'off' }] },
    ]);
    await patch(`${P}/flags/${key}`, [{ kind: 'archive' }]);
    expect(await row('')).toEqual([]);
    expect(await row('&archived=true')).toMatchObject([{ key, archivedAt: expect.any(String) }]);
  });

  test('refuses parameters that it does not know', async () => {
    const answer = await send('GET', `${P}/flags?colour=red`);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '?colour' }] } });
  });
});

describe('the kill switch', () => {
  test('stops a flag at once, says who was reached, and a restore brings back exactly what was', async () => {
    const key = await aFlag();
    await patch(`${E}/flags/${key}`, [
      { kind: 'turn-on' },
      { kind: 'set-split', at: 'fallthrough', weights: { on: 12_345, off: 87_655 } },
    ]);
    const before = (await ok('GET', `${E}/flags/${key}`)).body as { fallthrough: unknown };
    const killed = await send('POST', `${E}/flags/${key}/kill?waitForApplied=1s`, { body: { reason: 'errors' } });
    expect(killed.body).toMatchObject({
      document: { killed: { reason: 'errors', by: `member:${service.admin.memberId}` }, on: true },
      delivery: { production: { complete: true, connected: 0, applied: 0 } },
    });
    const again = await send('POST', `${E}/flags/${key}/kill?waitForApplied=1s`, { body: { reason: 'again' } });
    expect(again.body).toMatchObject({
      document: { killed: { reason: 'errors' } },
      versions: {},
      delivery: { production: { complete: true } },
    });
    const restored = await send('POST', `${E}/flags/${key}/restore`, { body: { reason: 'mended', as: 'before' } });
    expect(restored.body).toMatchObject({ document: { killed: null, on: true, fallthrough: before.fallthrough } });
    expect(
      (await send('POST', `${E}/flags/${key}/restore`, { body: { reason: 'x', as: 'before' } })).body,
    ).toMatchObject({
      status: 409,
      code: 'not-killed',
    });
    expect(
      (await send('POST', `${E}/flags/${key}/restore`, { body: { reason: 'x', as: 'rollout' } })).body,
    ).toMatchObject({
      status: 409,
      code: 'not-killed',
    });
  });

  test('a restore as a rollout gives nothing back at once, and answers whoever tries it what would come', async () => {
    const key = await aFlag();
    await patch(`${E}/flags/${key}`, [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }]);
    await send('POST', `${E}/flags/${key}/kill`, { body: { reason: 'errors' } });
    const restore = (query = '') =>
      send('POST', `${E}/flags/${key}/restore${query}`, { body: { reason: 'mended', as: 'rollout' } });
    expect(await restore()).toMatchObject({ status: 400, body: { errors: [{ pointer: '/as' }] } });
    await patch(`${E}/flags/${key}`, [{ kind: 'set-fallthrough', serve: { variation: 'on' } }]);
    expect((await restore('?dryRun=true')).body).toMatchObject({
      summary: expect.arrayContaining([expect.stringContaining('release `on` step by step')]),
    });
    expect((await restore()).body).toMatchObject({
      document: { killed: null, fallthrough: { variation: 'off' } },
      versions: { production: expect.any(Number) },
    });
    expect((await ok('GET', `${E}/flags/${key}`)).body).toMatchObject({ rollout: { variation: 'on' } });
  });
});

describe('history and revert', () => {
  test('every write is one entry with its sentence, and an earlier revision comes back, allocations included', async () => {
    const key = await aFlag({
      type: 'string',
      variations: [
        { key: 'a', value: 'a' },
        { key: 'b', value: 'b' },
        { key: 'c', value: 'c' },
      ],
    });
    const split = (weights: object) => patch(`${E}/flags/${key}`, [{ kind: 'set-split', at: 'fallthrough', weights }]);
    await split({ a: 50_000, b: 30_000, c: 20_000 });
    const second = (await split({ a: 20_000, b: 30_000, c: 50_000 })).body as { document: { fallthrough: object } };
    await split({ a: 50_000, b: 30_000, c: 20_000 });
    const history = (await ok('GET', `${E}/flags/${key}/history`)).body as unknown as {
      total: number;
      items: { revision: number; by: string; summary: string[]; version: { from: number; to: number } }[];
    };
    expect(history.total).toBe(4);
    expect(history.items.map(({ revision }) => revision)).toEqual([4, 3, 2, 1]);
    expect(history.items[0]).toMatchObject({ by: 'Ada', summary: [expect.stringContaining('50 %')] });
    const { from = 0, to = 0 } = history.items[0]?.version ?? {};
    expect(to - from).toBe(1);
    const page = (await ok('GET', `${E}/flags/${key}/history?limit=3`)).body as { next: string };
    const rest = (await ok('GET', `${E}/flags/${key}/history?limit=3&cursor=${page.next}`)).body;
    expect(rest).toMatchObject({ items: [{ revision: 1 }] });

    const reverted = await send('POST', `${E}/flags/${key}/revert`, { body: { to: 3 } });
    expect(reverted.body).toMatchObject({ document: { revision: 5, fallthrough: second.document.fallthrough } });
    expect((await send('POST', `${E}/flags/${key}/revert`, { body: { to: 99 } })).body).toMatchObject({
      code: 'not-found',
      errors: [{ pointer: '/to' }],
    });
  });

  test('a revert never ends a kill', async () => {
    const key = await aFlag();
    await patch(`${E}/flags/${key}`, [{ kind: 'turn-on' }]);
    await send('POST', `${E}/flags/${key}/kill`, { body: { reason: 'errors' } });
    const reverted = await send('POST', `${E}/flags/${key}/revert`, { body: { to: 1 } });
    expect(reverted.body).toMatchObject({ document: { on: false, killed: { reason: 'errors' } } });
  });

  test('the shared part has a history and a revert of its own', async () => {
    const key = await aFlag();
    await patch(`${P}/flags/${key}`, [
      { kind: 'rename', name: 'New' },
      { kind: 'set-tags', tags: ['x'] },
    ]);
    const reverted = await send('POST', `${P}/flags/${key}/revert`, { body: { to: 1, comment: 'as it was' } });
    expect(reverted.body).toMatchObject({ document: { name: key, tags: [], revision: 3 }, versions: {} });
    expect((await ok('GET', `${P}/flags/${key}/history`)).body).toMatchObject({
      items: [
        { revision: 3, comment: 'as it was', after: { name: key }, before: { name: 'New' } },
        { revision: 2 },
        { revision: 1, before: null },
      ],
    });
  });
});

describe('the playground', () => {
  test('evaluates with every step of the way, now and at an earlier revision', async () => {
    const key = await aFlag();
    const rule = {
      id: 'germany',
      clauses: [{ attribute: 'country', operator: 'in', values: ['DE'] }],
      serve: { variation: 'on' },
    };
    await patch(`${E}/flags/${key}`, [
      { kind: 'turn-on' },
      { kind: 'set-fallthrough', serve: { variation: 'off' } },
      { kind: 'add-rule', rule },
    ]);
    const context = { key: 'u1', country: 'DE' };
    const now = await ok('POST', `${E}/flags/${key}/evaluate`, { body: { context } });
    expect(now.body).toMatchObject({
      value: true,
      variation: 'on',
      reason: { kind: 'RULE_MATCH', ruleId: 'germany' },
      trace: expect.arrayContaining([expect.objectContaining({ step: 'rule germany', matched: true })]),
    });
    const then = await ok('POST', `${E}/flags/${key}/evaluate`, { body: { context, revision: 1 } });
    expect(then.body).toMatchObject({ value: false, reason: { kind: 'OFF' } });
    const many = await ok('POST', `${E}/evaluate`, { body: { flags: [key], context: null } });
    expect(many.body).toMatchObject({ items: [{ flag: key, value: false, reason: { kind: 'FALLTHROUGH' } }] });
    const all = (await ok('POST', `${E}/evaluate`, { body: { context } })).body as { items: { flag: string }[] };
    expect(all.items.map(({ flag }) => flag)).toContain(key);
  });

  test('a preview says who gets what before and after, and writes nothing', async () => {
    const key = await aFlag();
    const context = { key: 'u1' };
    const { body } = await ok('POST', `${E}/flags/${key}/preview`, {
      body: { instructions: [{ kind: 'turn-on' }], contexts: [context] },
    });
    expect(body).toMatchObject({
      summary: ['turned on in production'],
      towardSafe: false,
      revision: 1,
      contexts: [{ context, before: { value: false }, after: { value: true } }],
    });
    expect(body['before']).not.toEqual(body['after']);
    expect((await ok('GET', `${E}/flags/${key}`)).body).toMatchObject({ on: false, revision: 1 });
  });

  test('a preview refuses what the change would refuse', async () => {
    const key = await aFlag();
    const instructions = [{ kind: 'set-prerequisites', prerequisites: [{ flag: key, variations: ['on'] }] }];
    const answer = await send('POST', `${E}/flags/${key}/preview`, { body: { instructions } });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('cycle') } });
  });
});

describe('who may', () => {
  test('an operator kills and toggles, and edits nothing', async () => {
    const key = await aFlag();
    const operator = service.as(await service.token({ role: 'operator' }));
    const as = (instruction: object) =>
      operator('PATCH', `${E}/flags/${key}`, { body: { instructions: [instruction] } });
    expect((await as({ kind: 'turn-on' })).status).toBe(200);
    expect((await operator('POST', `${E}/flags/${key}/kill`, { body: { reason: 'x' } })).status).toBe(200);
    expect(await as({ kind: 'set-off-variation', variation: 'on' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', errors: [{ pointer: '/instructions/0' }] },
    });
    expect((await operator('POST', `${P}/flags`, { body: { key: 'x', type: 'boolean' } })).status).toBe(403);
  });

  test('a viewer reads and previews, and changes nothing', async () => {
    const key = await aFlag();
    const viewer = service.as(await service.token({ role: 'viewer' }));
    expect((await viewer('GET', `${E}/flags/${key}`)).status).toBe(200);
    expect((await viewer('POST', `${E}/flags/${key}/preview`, { body: { instructions: [] } })).status).toBe(200);
    expect((await viewer('POST', `${E}/flags/${key}/kill`, { body: { reason: 'x' } })).status).toBe(403);
  });

  test('an SDK key reads no configuration', async () => {
    const key = await aFlag();
    const sdk = service.as(await service.sdkKey('production'));
    expect((await sdk('GET', `${E}/flags/${key}`)).status).toBeGreaterThanOrEqual(401);
  });
});
