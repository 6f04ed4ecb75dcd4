import { createManualClock } from '@glidepath/server';
import type { KeepView, LifecycleSettingsView } from '@glidepath/server/api-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Send, type Service, startService } from '../support/start-service.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const DAY = 86_400_000;
const P = '/api/v1/projects/default';
const SETTINGS = `${P}/lifecycle/settings`;

let service: Service;
let send: Send;

beforeAll(async () => {
  service = await startService({ clock: createManualClock(NOW) });
  ({ send } = service.admin);
  await send('POST', `${P}/flags`, { body: { key: 'dark-mode', type: 'boolean' } });
});
afterAll(() => service[Symbol.asyncDispose]());

const lastRecord = async () => (await send<{ items: object[] }>('GET', '/api/v1/audit?limit=1')).body.items[0];

describe('a flag that is kept', () => {
  const KEEP = `${P}/flags/dark-mode/keep`;
  const keep = (body: object) => send<{ document: KeepView; code?: string }>('POST', KEEP, { body });

  test('is so for some days or until a time, with who said so and why, until it is taken back', async () => {
    const { body } = await keep({ days: 30, reason: 'the fair in May' });
    const by = `member:${service.admin.memberId}`;
    const document = {
      flag: 'dark-mode',
      keepUntil: new Date(NOW + 30 * DAY).toISOString(),
      by,
      reason: 'the fair in May',
    };
    expect(body.document).toEqual(document);
    expect(await lastRecord()).toMatchObject({
      action: 'keep-flag',
      content: { summary: ['Keep `dark-mode` until 2026-03-31: the fair in May'], after: document },
    });
    expect((await keep({ until: '2026-04-01T00:00:00+02:00' })).body.document).toMatchObject({
      keepUntil: '2026-03-31T22:00:00.000Z',
      reason: null,
    });
    const ended = await send<{ document: KeepView }>('DELETE', KEEP);
    expect(ended.body.document).toEqual({ flag: 'dark-mode', keepUntil: null, by: null, reason: null });
    expect(await lastRecord()).toMatchObject({ action: 'end-keep', content: { before: { by } } });
  });

  test('is as if nobody had been reminded: somebody has acted', async () => {
    const { store } = service.app;
    const [project] = await store.documents('project');
    const id = project?.id ?? '';
    const before = await store.reminder(id, 'dark-mode');
    await store.write([], (tx) => tx.putReminder({ ...before, nudgedAt: NOW, nudges: 4, escalatedAt: NOW }));
    await keep({ days: 7 });
    expect(await store.reminder(id, 'dark-mode')).toMatchObject({ nudgedAt: NOW, nudges: 0, escalatedAt: null });
  });

  test.for<[string, object]>([
    ['nothing', {}],
    ['both', { days: 7, until: '2026-04-01T00:00:00.000Z' }],
    ['no days', { days: 0 }],
    ['the past', { until: '2026-02-01T00:00:00.000Z' }],
    ['for ever', { until: '2096-02-01T00:00:00.000Z' }],
  ])('is not so for %s', async ([, body]) => {
    expect(await keep(body)).toMatchObject({ status: 400, body: { code: 'validation' } });
  });

  test('is one that exists and is not archived', async () => {
    expect((await send('POST', `${P}/flags/nobodys/keep`, { body: { days: 7 } })).status).toBe(404);
    await send('POST', `${P}/flags`, { body: { key: 'aside', type: 'boolean' } });
    await send('PATCH', `${P}/flags/aside`, { body: { instructions: [{ kind: 'archive' }] } });
    expect((await send('POST', `${P}/flags/aside/keep`, { body: { days: 7 } })).body).toMatchObject({
      code: 'archived',
    });
  });
});

describe('how the flags of a project age', () => {
  const read = () => send<LifecycleSettingsView>('GET', SETTINGS);
  const put = (body: object, headers = {}) =>
    send<{ document: LifecycleSettingsView; code?: string }>('PUT', SETTINGS, { body, headers });
  const strict = {
    settledDays: 3,
    idleDays: 5,
    digest: { isEnabled: true, cron: '30 8 * * 1-5', zone: 'Europe/Berlin' },
    nudge: { isEnabled: false, afterDays: 10, everyDays: 14 },
    escalateAfter: null,
  };

  test('is as usual until somebody says otherwise, by revision', async () => {
    const usual = await read();
    expect(usual.headers.get('etag')).toBe('"0"');
    expect(usual.body).toEqual({
      settledDays: 7,
      idleDays: 14,
      digest: { isEnabled: true, cron: '0 9 * * 1', zone: 'UTC' },
      nudge: { isEnabled: true, afterDays: 0, everyDays: 7 },
      escalateAfter: 3,
      revision: 0,
    });
    const written = await put({ ...strict, comment: 'we move fast' }, { 'if-match': '"0"' });
    expect(written.body.document).toEqual({ ...strict, revision: 1 });
    expect(await lastRecord()).toMatchObject({
      action: 'set-lifecycle-settings',
      content: { comment: 'we move fast', after: strict },
    });
    const late = await put(strict, { 'if-match': '"0"' });
    expect(late).toMatchObject({ status: 412, body: { code: 'revision-conflict', current: { settledDays: 3 } } });
    expect((await read()).headers.get('etag')).toBe('"1"');
  });

  test.for<[string, object]>([
    ['a zone that does not exist', { digest: { ...strict.digest, zone: 'Europe/Atlantis' } }],
    ['a cron of six fields', { digest: { ...strict.digest, cron: '0 30 8 * * 1' } }],
    ['no cron', { digest: { ...strict.digest, cron: 'on Mondays' } }],
    ['a day that never comes', { digest: { ...strict.digest, cron: '0 9 30 2 *' } }],
    ['a digest every minute', { digest: { ...strict.digest, cron: '* * * * *' } }],
    ['two digests a day', { digest: { ...strict.digest, cron: '0 9,15 * * 1' } }],
    ['a nudge every six days', { nudge: { ...strict.nudge, everyDays: 6 } }],
    ['no time to settle', { settledDays: 0 }],
  ])('is refused with %s', async ([, wrong]) => {
    expect(await put({ ...strict, ...wrong })).toMatchObject({ status: 400, body: { code: 'validation' } });
  });

  test('allows a digest on every day of the year, also when the clocks change', async () => {
    const daily = { ...strict, digest: { isEnabled: true, cron: '0 9 * * *', zone: 'America/New_York' } };
    expect((await put(daily)).status).toBe(200);
  });
});
