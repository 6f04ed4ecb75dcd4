import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectBelow } from '../support/least.ts';
import type { Answer, Asked } from '../support/start-service.ts';
import { type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;

let service: Service;
let made = 0;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function ok(method: string, path: string, asked?: Asked): Promise<Record<string, unknown>> {
  const answer: Answer<Record<string, unknown>> = await service.admin.send(method, path, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

async function aSegment(): Promise<string> {
  made += 1;
  await ok('POST', `${P}/segments`, { body: { key: `s${made}`, name: 'Beta testers' } });
  return `s${made}`;
}

async function aFlagFor(segment: string): Promise<string> {
  made += 1;
  await ok('POST', `${P}/flags`, { body: { key: `f${made}`, name: 'Checkout', type: 'boolean' } });
  const clauses = [{ attribute: '', operator: 'in-segment', values: [segment] }];
  const rule = { id: 'testers', name: 'Testers', clauses, serve: { variation: 'on' } };
  await ok('PATCH', `${E}/flags/f${made}`, {
    body: { instructions: [{ kind: 'add-rule', rule }, { kind: 'turn-on' }] },
  });
  return `f${made}`;
}

const define = (segment: string, instructions: readonly object[], comment = 'made by the test') =>
  ok('PATCH', `${E}/segments/${segment}`, { body: { comment, instructions } });

const linesOf = (keys: readonly string[], op = 'add', list = 'included') =>
  keys.map((key) => JSON.stringify({ op, list, contextKind: 'user', key })).join('\n');

const send = (path: string, body: string) =>
  service.admin.send<Record<string, unknown>>('POST', path, {
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  });

const europeans = {
  id: 'eu',
  name: 'Europe',
  clauses: [{ attribute: 'country', operator: 'in', values: ['RO', 'DE'] }],
};

describe('a segment', () => {
  test('says who belongs to it, and the list says it too', async () => {
    const key = await aSegment();
    await define(key, [
      { kind: 'add-rule', rule: europeans },
      { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['ana', 'radu'] },
    ]);
    const belongs = [
      'Always, by name: 2 user keys.',
      'Rule 1 (Europe): takes everyone if `country` is one of `RO` or `DE`.',
    ];
    expect(await ok('GET', `${E}/segments/${key}`)).toMatchObject({ belongs });
    const list = await ok('GET', `${P}/segments?q=${key}`);
    expect(list['items']).toMatchObject([
      { key, environments: [{}, {}, { environment: 'production', included: 2, rules: 1, belongs }] },
    ]);
  });

  test('names the rules that use it, in flags and in other segments', async () => {
    const key = await aSegment();
    const [flag, outer] = [await aFlagFor(key), await aSegment()];
    const clauses = [{ attribute: '', operator: 'in-segment', values: [key] }];
    await define(outer, [{ kind: 'add-rule', rule: { id: 'inner', clauses } }]);
    const users = await ok('GET', `${P}/segments/${key}/users`);
    expect(users).toMatchObject({
      total: 2,
      items: [
        {
          environment: 'production',
          kind: 'flag',
          key: flag,
          name: 'Checkout',
          ruleId: 'testers',
          ruleIndex: 0,
          ruleName: 'Testers',
          state: { label: 'On' },
        },
        { environment: 'production', kind: 'segment', key: outer, ruleId: 'inner', state: null },
      ],
    });
    const list = await ok('GET', `${P}/segments?q=${key}`);
    expect(list['items']).toMatchObject([
      { usedBy: { flags: 1, segments: 1 }, environments: [{ usedBy: 0 }, { usedBy: 0 }, { usedBy: 1 }] },
    ]);
    expect(await service.admin.send('DELETE', `${P}/segments/${key}`)).toMatchObject({
      status: 409,
      body: { users: [{ key: flag, ruleId: 'testers', ruleIndex: 0 }, { key: outer }] },
    });
  });

  test('has a history in each environment, and one of what environments share', async () => {
    const key = await aSegment();
    await ok('PATCH', `${P}/segments/${key}`, { body: { instructions: [{ kind: 'rename', name: 'Staff' }] } });
    await define(key, [{ kind: 'add-rule', rule: europeans }], 'we begin here');
    expect(await ok('GET', `${E}/segments/${key}/history`)).toMatchObject({
      total: 2,
      items: [{ revision: 2, comment: 'we begin here', after: { rules: [{ id: 'eu' }] } }, { revision: 1 }],
    });
    expect(await ok('GET', `${P}/segments/${key}/history`)).toMatchObject({
      items: [{ revision: 2, summary: ['renamed to “Staff”'] }, { revision: 1 }],
    });
  });
});

describe('members', () => {
  test('are found by a part of the key, by list, and from any place on', async () => {
    const key = await aSegment();
    await define(key, [
      { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['ana-1', 'ana-2', 'radu'] },
      { kind: 'add-members', list: 'excluded', contextKind: 'org', keys: ['anatolia'] },
    ]);
    const found = async (query: string) => {
      const page = (await ok('GET', `${E}/segments/${key}/members?${query}`)) as unknown as {
        items: { key: string }[];
        total: number;
      };
      return [page.total, ...page.items.map((member) => member.key)];
    };
    expect(await found('q=ANA')).toEqual([3, 'ana-1', 'ana-2', 'anatolia']);
    expect(await found('q=ana&list=excluded')).toEqual([1, 'anatolia']);
    expect(await found('contextKind=user&offset=1&limit=1')).toEqual([3, 'ana-2']);
  });

  test('are counted before they are written: what is new, what goes, what is there already', async () => {
    const key = await aSegment();
    await define(key, [{ kind: 'add-members', list: 'included', contextKind: 'user', keys: ['a', 'b'] }]);
    const body = `${linesOf(['a', 'c', 'd'])}\n${linesOf(['b'], 'remove')}`;
    const dry = await send(`${E}/segments/${key}/members?dryRun=true`, body);
    expect(dry.body).toMatchObject({ members: { added: 2, removed: 1, unchanged: 1 } });
    expect(JSON.stringify(dry.body['diff'])).not.toContain('keys');
    expect(await ok('GET', `${E}/segments/${key}`)).toMatchObject({ revision: 2 });
  });

  test('are written with a comment, on top of the revision that was seen', async () => {
    const key = await aSegment();
    const path = `${E}/segments/${key}/members?comment=${encodeURIComponent('the first testers')}`;
    const headers = { 'content-type': 'application/x-ndjson', 'if-match': '"1"' };
    const import1 = () => service.admin.send('POST', path, { body: linesOf(['ana']), headers });
    expect((await import1()).status).toBe(200);
    expect((await import1()).status).toBe(412);
    expect(await ok('GET', `${E}/segments/${key}/history`)).toMatchObject({
      items: [{ comment: 'the first testers' }, { revision: 1 }],
    });
  });

  test('stand in the audit log as counts, not as keys', async () => {
    const key = await aSegment();
    const keys = Array.from({ length: 50 }, (_, index) => `secret-${index}@example.test`);
    await send(`${E}/segments/${key}/members`, linesOf(keys));
    const audit = await ok('GET', '/api/v1/audit?limit=1');
    expect(audit['items']).toMatchObject([
      { content: { changes: [{ key, instructions: [{ kind: 'add-members', count: 50 }] }] } },
    ]);
    expect(JSON.stringify(audit)).not.toContain('secret-40');
  });

  test('of 100,000 keys are imported in seconds, paged in a moment, and one more is refused', async () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
    await expectBelow({ importMs: 15_000, pageMs: 3_000 }, async () => {
      const key = await aSegment();
      const started = performance.now();
      const imported = await send(`${E}/segments/${key}/members`, linesOf(keys));
      const importMs = performance.now() - started;
      expect(imported.status, JSON.stringify(imported.body)).toBe(200);
      const asked = performance.now();
      const page = await ok('GET', `${E}/segments/${key}/members?q=user-99999&limit=50`);
      const pageMs = performance.now() - asked;
      console.log(`100,000 keys: imported in ${Math.round(importMs)} ms, searched in ${Math.round(pageMs)} ms`);
      expect(page).toMatchObject({ total: 1, items: [{ key: 'user-99999' }] });
      const more = await send(`${E}/segments/${key}/members`, linesOf(['one-too-many']));
      expect(more).toMatchObject({ status: 400, body: { code: 'validation' } });
      expect(JSON.stringify(more.body)).toContain('The segment has 100,001 keys. At most 100,000 are allowed.');
      return { importMs, pageMs };
    });
  });

  test('of 100,000 keys are previewed with what they do to a flag before they are written', async () => {
    const key = await aSegment();
    const flag = await aFlagFor(key);
    const keys = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
    const instructions = [{ kind: 'add-members', list: 'included', contextKind: 'user', keys }];
    await expectBelow({ previewMs: 15_000 }, async () => {
      const started = performance.now();
      const preview = await ok('POST', `${E}/segments/${key}/preview`, { body: { instructions } });
      const previewMs = performance.now() - started;
      console.log(`100,000 keys: previewed in ${Math.round(previewMs)} ms`);
      expect(preview).toMatchObject({
        before: ['Nobody belongs to it.'],
        after: ['Always, by name: 100,000 user keys.'],
        flags: [{ flag }],
        revision: 1,
      });
      return { previewMs };
    });
  });
});
