import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSdkSocket } from '../support/sdk-socket.ts';
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

async function aFlag(): Promise<string> {
  made += 1;
  const key = `flag-${made}`;
  await ok('POST', `${P}/flags`, { body: { key, type: 'boolean' } });
  return key;
}

async function aSegment(): Promise<string> {
  made += 1;
  const key = `segment-${made}`;
  await ok('POST', `${P}/segments`, { body: { key, name: 'Beta testers' } });
  return key;
}

const versionOf = async (): Promise<number> => ((await ok('GET', E)).body as { version: number }).version;

describe('several documents at once', () => {
  test('are one version per environment and one record', async () => {
    const [a, b] = [await aFlag(), await aFlag()];
    const before = await versionOf();
    const answer = await ok('POST', `${P}/changes`, {
      body: {
        comment: 'launch',
        changes: [
          { flag: a, environment: 'production', expectedRevision: 1, instructions: [{ kind: 'turn-on' }] },
          { flag: b, environment: 'production', instructions: [{ kind: 'turn-on' }] },
          { flag: b, instructions: [{ kind: 'rename', name: 'B' }] },
        ],
      },
    });
    expect(answer.body).toMatchObject({
      versions: { production: before + 1 },
      documents: [
        { kind: 'flag-config', key: a, environment: 'production', revision: 2 },
        { kind: 'flag-config', key: b },
        { kind: 'flag', key: b, environment: null, revision: 2, document: { name: 'B' } },
      ],
    });
    expect(Object.keys(answer.body['versions'] as object)).toEqual(['production']);
  });

  test('are refused together, and the pointer names the one at fault', async () => {
    const [a, b] = [await aFlag(), await aFlag()];
    const before = await versionOf();
    const answer = await send('POST', `${P}/changes`, {
      body: {
        changes: [
          { flag: a, environment: 'production', instructions: [{ kind: 'turn-on' }] },
          { flag: b, environment: 'production', expectedRevision: 7, instructions: [{ kind: 'turn-on' }] },
        ],
      },
    });
    expect(answer).toMatchObject({ status: 412, body: { current: { flag: b, revision: 1 } } });
    const wrong = await send('POST', `${P}/changes`, {
      body: {
        changes: [
          { flag: a, environment: 'production', instructions: [{ kind: 'turn-on' }] },
          { flag: b, environment: 'production', instructions: [{ kind: 'set-off-variation', variation: 'x' }] },
        ],
      },
    });
    expect(wrong.body).toMatchObject({ errors: [{ pointer: '/changes/1/instructions/0/variation' }] });
    expect(await versionOf()).toBe(before);
  });

  test('a body that fits no kind of change is refused by name', async () => {
    const answer = await send('POST', `${P}/changes`, {
      body: { changes: [{ flag: 'a', environment: 'production', instructions: [{ kind: 'turn-onn' }] }] },
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/changes/0/instructions/0/kind' }] });
  });
});

describe("an environment's history", () => {
  test('lists versions in order, each with the change that made it', async () => {
    const key = await aFlag();
    const before = await versionOf();
    await ok('POST', `${E}/flags/${key}/kill`, { body: { reason: 'errors' } });
    await ok('POST', `${E}/flags/${key}/restore`, { body: { reason: 'mended', as: 'before' } });
    const { body } = await ok('GET', `${E}/changes?after=${before}`);
    expect(body).toMatchObject({
      total: 2,
      items: [
        {
          version: before + 1,
          urgent: true,
          by: 'Ada',
          origin: 'ui',
          comment: 'errors',
          items: [{ op: 'put', kind: 'flag', key }],
          summary: ['killed in production: errors'],
        },
        { version: before + 2, comment: 'mended' },
      ],
    });
    const page = (await ok('GET', `${E}/changes?after=${before}&limit=1`)).body;
    expect(page).toMatchObject({ items: [{ version: before + 1 }], next: String(before + 1) });
  });

  test('proves the delivery of a version to the SDKs that are connected', async () => {
    const key = await aFlag();
    const sdk = await openSdkSocket({ url: service.url, key: await service.sdkKey('production') });
    const acknowledge = (v: number, digest: string) =>
      sdk.send({ t: 'ack', v, d8: digest.slice(0, 8), applyUs: 10, heldMs: 0 });
    sdk.hello(null);
    const { v, digest } = await sdk.take('commit');
    acknowledge(v, digest);
    const killing = ok('POST', `${E}/flags/${key}/kill?waitForApplied=5s`, { body: { reason: 'errors' } });
    const change = await sdk.take('change');
    acknowledge(change.to, change.digest);
    const { body } = await killing;
    const { versions, delivery } = body as { versions: { production: number }; delivery: object };
    expect(delivery).toMatchObject({ production: { connected: 1, applied: 1, complete: true, stragglers: [] } });
    const report = await ok('GET', `${E}/changes/${versions.production}/delivery`);
    expect(report.body).toMatchObject({ version: versions.production, connected: 1, applied: 1 });
    expect((await ok('GET', `${E}/connections`)).body).toMatchObject({
      total: 1,
      items: [{ version: versions.production }],
    });
    expect(change).toMatchObject({ to: versions.production, urgent: true });
    sdk.close();
  });
});

describe('a segment', () => {
  test('is created, renamed, defined and listed', async () => {
    const key = await aSegment();
    const renamed = await ok('PATCH', `${P}/segments/${key}`, {
      body: { instructions: [{ kind: 'rename', name: 'Staff' }] },
    });
    expect(renamed.body).toMatchObject({ document: { name: 'Staff', revision: 2 }, versions: {} });
    const rule = { id: 'r', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], share: 50_000 };
    const defined = await ok('PATCH', `${E}/segments/${key}`, {
      body: {
        instructions: [
          { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['u1', 'u2'] },
          { kind: 'add-rule', rule },
        ],
      },
    });
    expect(defined.body).toMatchObject({
      document: { included: [{ contextKind: 'user', count: 2 }], excluded: [], rules: [{ id: 'r', share: 50_000 }] },
      versions: { production: await versionOf() },
    });
    const { body } = await ok('GET', `${P}/segments?q=staff`);
    expect(body).toMatchObject({
      items: [
        { key, environments: [{ included: 0 }, { included: 0 }, { environment: 'production', included: 2, rules: 1 }] },
      ],
    });
  });

  test('in use is not deleted, and its users are named; out of use it goes', async () => {
    const [segment, flag] = [await aSegment(), await aFlag()];
    const rule = {
      id: 'r',
      clauses: [{ attribute: '', operator: 'in-segment', values: [segment] }],
      serve: { variation: 'on' },
    };
    await ok('PATCH', `${E}/flags/${flag}`, { body: { instructions: [{ kind: 'add-rule', rule }] } });
    expect(await send('DELETE', `${P}/segments/${segment}`)).toMatchObject({
      status: 409,
      body: { code: 'in-use', users: [{ environment: 'production', kind: 'flag', key: flag }] },
    });
    await ok('PATCH', `${E}/flags/${flag}`, { body: { instructions: [{ kind: 'remove-rule', ruleId: 'r' }] } });
    expect((await ok('DELETE', `${P}/segments/${segment}`)).body).toMatchObject({ document: null });
    expect((await send('GET', `${P}/segments/${segment}`)).status).toBe(404);
    expect((await send('POST', `${P}/segments`, { body: { key: segment } })).body).toMatchObject({
      code: 'already-exists',
    });
  });

  const members = (path: string, body: string, type = 'application/x-ndjson') =>
    send('POST', path, { body, headers: { 'content-type': type } });
  const line = (op: string, key: string) => JSON.stringify({ op, list: 'included', contextKind: 'user', key });

  test('takes many members as one change, line by line or as one array, and pages through them', async () => {
    const key = await aSegment();
    const before = await versionOf();
    const lines = Array.from({ length: 30_000 }, (_, index) => line('add', `user-${index}`));
    const added = await members(`${E}/segments/${key}/members`, lines.join('\n'));
    expect(added.body).toMatchObject({
      document: { included: [{ contextKind: 'user', count: 30_000 }] },
      versions: { production: before + 1 },
    });
    const more = await members(
      `${E}/segments/${key}/members`,
      `[${line('remove', 'user-0')},${line('add', 'late')},${line('remove', 'late')}]`,
      'application/json',
    );
    expect(more.body).toMatchObject({ document: { included: [{ count: 29_999 }] } });
    const first = (await ok('GET', `${E}/segments/${key}/members?limit=2`)).body as { next: string };
    expect(first).toMatchObject({ total: 29_999, items: [{ key: 'user-1' }, { key: 'user-2' }] });
    const second = (await ok('GET', `${E}/segments/${key}/members?limit=1&cursor=${first.next}`)).body;
    expect(second).toMatchObject({ items: [{ list: 'included', contextKind: 'user', key: 'user-3' }] });
  });

  test.for([
    ['a line that is no JSON', 'nonsense', 400],
    ['a line without a key', '{"op":"add","list":"included","contextKind":"user"}', 400],
    ['nothing', '', 400],
    ['more than 10 MiB', 'x'.repeat(10 * 1024 * 1024 + 1), 413],
  ] as const)('refuses %s among its members', async ([, body, status]) => {
    const key = await aSegment();
    const answer = await members(`${E}/segments/${key}/members`, body === '' ? ' ' : `${line('add', 'u1')}\n${body}`);
    expect(answer.status).toBe(status);
    expect((await ok('GET', `${E}/segments/${key}`)).body).toMatchObject({ revision: 1 });
  });

  test('takes members in no other type', async () => {
    const key = await aSegment();
    expect((await members(`${E}/segments/${key}/members`, line('add', 'u1'), 'text/plain')).status).toBe(415);
  });
});

describe('the audit log', () => {
  test('answers records by filter, newest first, page by page', async () => {
    const key = await aFlag();
    await ok('PATCH', `${E}/flags/${key}`, { body: { comment: 'launch', instructions: [{ kind: 'turn-on' }] } });
    const { body } = await ok('GET', `/api/v1/audit?flag=${key}&environment=production`);
    expect(body).toMatchObject({
      items: [
        {
          action: 'change-flag',
          actor: `member:${service.admin.memberId}`,
          environments: [{ key: 'production' }],
          content: { comment: 'launch', changes: [{ kind: 'flag-config', key, from: 1, to: 2 }] },
        },
        { action: 'create-flag' },
      ],
    });
    const page = (await ok('GET', `/api/v1/audit?flag=${key}&limit=1`)).body as { next: string };
    const rest = await ok('GET', `/api/v1/audit?flag=${key}&limit=1&cursor=${page.next}`);
    expect(rest.body).toMatchObject({ items: [{ action: 'create-flag' }] });
  });

  test('is exported as CSV and as JSON Lines, and a cell that looks like a formula is text', async () => {
    const key = await aFlag();
    const comment = '=HYPERLINK("x")';
    await ok('PATCH', `${E}/flags/${key}`, { body: { comment, instructions: [{ kind: 'turn-on' }] } });
    const csv = await send<string>('GET', `/api/v1/audit?flag=${key}`, { headers: { accept: 'text/csv' } });
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.body.split('\r\n')[0]).toBe('seq,at,actor,origin,action,project,changeId,environments,content,hash');
    expect(csv.body.trim().split('\r\n')).toHaveLength(3);
    const jsonl = await send<string>('GET', `/api/v1/audit?flag=${key}`, { headers: { accept: 'application/jsonl' } });
    const lines = jsonl.body
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { content: { comment: string | null } });
    expect(lines.map(({ content }) => content.comment)).toEqual([comment, null]);
  });

  test('is a chain that verifies', async () => {
    const { body } = await ok('GET', '/api/v1/audit/verify');
    expect(body).toMatchObject({ state: 'intact', seq: expect.any(Number) });
    const { items } = (await ok('GET', '/api/v1/audit?limit=1')).body as unknown as { items: { seq: number }[] };
    expect(body['seq']).toBe(items[0]?.seq);
  });

  test('of the whole installation is not shown to who may see nothing of it', async () => {
    expect((await service.send('GET', '/api/v1/audit')).status).toBe(401);
    const viewer = service.as(await service.token({ role: 'viewer', projects: ['default'] }));
    expect((await viewer('GET', '/api/v1/audit')).status).toBe(403);
    expect((await viewer('GET', '/api/v1/audit?project=default')).status).toBe(200);
    expect((await viewer('GET', '/api/v1/audit?project=other')).status).toBe(404);
  });
});
