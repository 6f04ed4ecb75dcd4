import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Asked } from '../support/start-service.ts';
import { type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';

let service: Service;

beforeAll(async () => {
  service = await startService();
  await ok('POST', `${P}/flags`, { body: { key: 'new-checkout', type: 'boolean' } });
});
afterAll(() => service[Symbol.asyncDispose]());

type Body = Record<string, unknown>;

const send = (method: string, path: string, asked?: Asked): Promise<Answer<Body>> =>
  service.admin.send<Body>(method, path, asked);

async function ok(method: string, path: string, asked?: Asked): Promise<Body> {
  const answer = await send(method, path, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

async function anIncident(more: Body = {}): Promise<{ readonly id: string; readonly revision: number } & Body> {
  const body = { title: 'Checkout fails', severity: 'SEV1', environment: 'production', ...more };
  const { document } = await ok('POST', `${P}/incidents`, { body });
  return document as { id: string; revision: number } & Body;
}

describe('an incident', () => {
  test('is named by the count of its project, and shown from its opening to its end', async () => {
    const first = await anIncident({ flags: ['new-checkout'] });
    const second = await anIncident();
    expect(Number(second.id.slice(4)) - Number(first.id.slice(4))).toBe(1);
    expect(first).toMatchObject({ openedBy: expect.any(String), resolvedAt: null, flags: ['new-checkout'], notes: [] });
    expect(first['openedBy']).not.toMatch(/^member:/);

    await ok('POST', `${P}/incidents/${first.id}/notes`, { body: { text: 'The payment provider is slow.' } });
    await ok('POST', `${P}/incidents/${first.id}/resolve`, { body: { comment: 'killed ads-v3' } });
    expect(await ok('GET', `${P}/incidents/${first.id}`)).toMatchObject({
      notes: [{ text: 'The payment provider is slow.' }],
      resolvedAt: expect.stringMatching(/Z$/),
    });
    const open = (await ok('GET', `${P}/incidents?open=true`))['items'] as { id: string }[];
    expect(open.map(({ id }) => id)).toContain(second.id);
    expect(open.map(({ id }) => id)).not.toContain(first.id);
    await ok('POST', `${P}/incidents/${second.id}/resolve`);
  });

  test('is resolved once, and can be opened again', async () => {
    const { id } = await anIncident();
    await ok('POST', `${P}/incidents/${id}/resolve`);
    expect(await send('POST', `${P}/incidents/${id}/resolve`)).toMatchObject({ status: 409 });
    expect(await ok('POST', `${P}/incidents/${id}/reopen`)).toMatchObject({ document: { resolvedAt: null } });
    await ok('POST', `${P}/incidents/${id}/resolve`);
  });

  test('is in what a session begins with: the worst that is open, and of several the oldest', async () => {
    const shown = async () => (await ok('GET', '/api/v1/session'))['incident'];
    expect(await shown()).toBeNull();
    const mild = await anIncident({ severity: 'SEV3', title: 'Slow search' });
    expect(await shown()).toMatchObject({ id: mild.id, project: 'default', environment: 'production' });
    const bad = await anIncident({ severity: 'SEV1' });
    const later = await anIncident({ severity: 'SEV1' });
    expect(await shown()).toMatchObject({ id: bad.id, severity: 'SEV1', title: 'Checkout fails' });
    for (const { id } of [bad, later, mild]) await ok('POST', `${P}/incidents/${id}/resolve`);
    expect(await shown()).toBeNull();
  });

  test('is not written over by somebody who has read an older one', async () => {
    const { id, revision } = await anIncident();
    const headers = { 'if-match': `"${revision}"` };
    await ok('PATCH', `${P}/incidents/${id}`, { body: { severity: 'SEV2' }, headers });
    expect(await send('PATCH', `${P}/incidents/${id}`, { body: { severity: 'SEV3' }, headers })).toMatchObject({
      status: 412,
    });
    await ok('POST', `${P}/incidents/${id}/resolve`);
  });

  test.each([
    [{ environment: 'nowhere' }, '/environment'],
    [{ flags: ['no-such-flag'] }, '/flags/0'],
    [{ lead: 'nobody' }, '/lead'],
    [{ startedAt: '2999-01-01T00:00:00.000Z' }, '/startedAt'],
    [{ severity: 'SEV9' }, '/severity'],
  ])('with %j is refused, and the answer says where', async (more, pointer) => {
    const body = { title: 'Checkout fails', severity: 'SEV1', environment: 'production', ...more };
    const answer = await send('POST', `${P}/incidents`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toMatchObject([{ pointer }]);
  });

  test('is in the audit log, and opened once however often the request is repeated', async () => {
    const headers = { 'idempotency-key': 'incident-1' };
    const body = { title: 'Search is slow', severity: 'SEV3', environment: 'staging' };
    const [a, b] = [
      await ok('POST', `${P}/incidents`, { body, headers }),
      await ok('POST', `${P}/incidents`, { body, headers }),
    ];
    expect((a['document'] as Body)['id']).toBe((b['document'] as Body)['id']);
    const records = (await ok('GET', '/api/v1/audit?limit=50'))['items'] as { action: string; changeId: string }[];
    expect(records.filter(({ changeId }) => changeId === a['changeId'])).toMatchObject([{ action: 'open-incident' }]);
  });
});
