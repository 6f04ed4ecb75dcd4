import { createHmac } from 'node:crypto';
import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { blockKitFaults } from '../support/block-kit.ts';
import { newDatabase } from '../support/postgres.ts';
import { openSlackInbox, type SlackInbox } from '../support/slack-inbox.ts';
import { type Asked, type Send, type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const SIGNING_SECRET = 'signing-secret-that-nobody-may-see';
const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** A Monday, some hours before nine. */
const START = Date.UTC(2026, 0, 5);
const NINE = 9 * 3_600_000;

type Body = Record<string, unknown>;

let inbox: SlackInbox;
let made = 0;
beforeAll(async () => {
  inbox = await openSlackInbox();
});
afterAll(() => inbox[Symbol.asyncDispose]());

const settingsOf = () => ({
  SLACK_ORIGIN: inbox.origin,
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  OUTBOUND_ALLOW: '127.0.0.1',
  PUBLIC_URL: 'http://127.0.0.1:9',
});
const arrivedAt = (at: string) => inbox.messages.filter((message) => message.path === at);

async function ok(send: Send, method: string, at: string, asked?: Asked): Promise<Body> {
  const answer = await send<Body>(method, at, asked);
  expect(answer.status, `${method} ${at}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

/** A channel at a path of its own, told of these events. */
async function aChannel(send: Send, ...events: readonly string[]): Promise<string> {
  made += 1;
  const at = `/services/T/B/${made}`;
  await ok(send, 'POST', `${P}/channels`, {
    body: { name: `Team ${made}`, kind: 'slack', address: inbox.origin + at, events },
  });
  return at;
}

/** A flag that lives for a week and a day, of this owner. */
async function aFlag(send: Send, owner: string | null, input: object = {}): Promise<string> {
  made += 1;
  const key = `old-${made}`;
  await ok(send, 'POST', `${P}/flags`, { body: { key, type: 'boolean', lifetimeDays: 8, owner, ...input } });
  return key;
}
const flagOf = (send: Send, key: string) => ok(send, 'GET', `${P}/flags/${key}`);

/** Waits for messages, and until it is known that they have arrived: time must not go on before. */
async function arrived(send: Send, at: string, count: number): Promise<void> {
  await expect.poll(() => arrivedAt(at).length).toBe(count);
  await expect
    .poll(async () => {
      const { items } = await ok(send, 'GET', `${P}/channels`);
      return (items as readonly Body[]).filter(({ waiting }) => waiting !== 0);
    })
    .toEqual([]);
}

describe('two replicas over one database', () => {
  let clock: ManualClock;
  let replicas: readonly Service[];
  let send: Send;
  let sendToOther: Send;
  let at: string;
  let nudges: string;
  let team: string;
  let flag: string;

  beforeAll(async () => {
    clock = createManualClock(START);
    const database = await newDatabase(inject('pgUrl'));
    const settings = { ...settingsOf(), DATABASE_URL: database, SECRET: 'one secret that both of the replicas have' };
    const one = await startService({ clock, settings });
    const other = await startService({ clock, settings });
    replicas = [one, other];
    const token = await one.token();
    send = one.as(token);
    sendToOther = other.as(token);
    at = await aChannel(send, 'stale-digest');
    nudges = await aChannel(send, 'owner-nudged');
    team = await aChannel(send, 'nudge-escalated');
    flag = await aFlag(send, one.admin.memberId);
    await aFlag(send, null);
  });
  afterAll(async () => {
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
  });

  test('say nothing while nothing is stale', async () => {
    clock.leapTo(START + NINE);
    // The times before the first look are over.
    const slot = async () => {
      const [project] = (await replicas[0]?.app.store.documents('project')) ?? [];
      return replicas[0]?.app.store.digestSlot(project?.id ?? '');
    };
    await expect.poll(slot).not.toBeNull();
    clock.leapTo(START + WEEK + NINE);
    expect(await ok(send, 'GET', `${P}/lifecycle/digest`)).toMatchObject({
      dueAt: new Date(START + 2 * WEEK + NINE).toISOString(),
      messages: [],
      nudges: [],
    });
  });

  test('send one digest between them, and remind an owner once, of what has gone stale', async () => {
    clock.leapTo(START + 2 * WEEK + NINE);
    await arrived(send, at, 1);
    await arrived(send, nudges, 1);
    const [digest] = arrivedAt(at);
    expect(blockKitFaults(digest?.body)).toEqual([]);
    expect(digest?.text).toContain('2 stale flags in default');
    expect(digest?.text).toContain(`/p/default/flags/${flag}/lifecycle|${flag}`);
    expect(digest?.text).toContain('Nobody owns');
    const [nudge] = arrivedAt(nudges);
    expect(blockKitFaults(nudge?.body)).toEqual([]);
    expect(nudge?.text).toContain('1 stale flag of Ada in default');
    await expect.poll(async () => (await flagLife(send, flag))['nudgedAt']).not.toBeNull();
  });

  test('do not remind by hand either within a week: two reminders are one message', async () => {
    const refused = await send<Body>('POST', `${P}/flags/${flag}/nudge`, { body: {} });
    expect(refused).toMatchObject({ status: 409, body: { code: 'not-possible-now' } });
    expect(refused.body['detail']).toMatch(/Ada was reminded on 2026-01-19/);
  });

  test('after weeks of sleep send what they have missed once', async () => {
    clock.leapTo(START + 5 * WEEK + NINE);
    await arrived(send, at, 2);
    await arrived(send, nudges, 2);
  });

  test('tell the team once where nobody acts on three reminders', async () => {
    for (const [week, reminders] of [
      [6, 3],
      [7, 4],
      [8, 5],
    ] as const) {
      clock.leapTo(START + week * WEEK + NINE);
      await arrived(send, nudges, reminders);
    }
    await arrived(send, team, 1);
    expect(arrivedAt(team)[0]?.text).toContain('Nobody looks after 1 stale flag of Ada in default');
    await arrived(send, at, 5);
  });

  test('start over as soon as somebody acts', async () => {
    await ok(send, 'POST', `${P}/flags/${flag}/keep`, { body: { days: 10, reason: 'the launch is late' } });
    clock.leapTo(START + 9 * WEEK + NINE);
    await arrived(send, at, 6);
    expect(arrivedAt(at)[5]?.text).not.toContain(`|${flag}`);
    clock.leapTo(START + 10 * WEEK + NINE);
    await arrived(send, nudges, 6);
    await arrived(send, at, 7);
    expect(arrivedAt(team)).toHaveLength(1);
  });

  test('send one that is asked for at most once a minute, and say from when on', async () => {
    clock.leapTo(clock.now() + 60 * MINUTE);
    const nextAt = new Date(clock.now() + MINUTE).toISOString();
    const route = `${P}/lifecycle/digest/send`;
    const answers = await Promise.all([send('POST', route), sendToOther('POST', route)]);
    const [sent, refused] = answers.toSorted((one, other) => one.status - other.status);
    expect([sent?.status, refused?.status]).toEqual([200, 429]);
    expect(refused?.headers.get('retry-after')).toBe('60');
    expect(refused?.body['detail']).toContain(`the next one can be sent from ${nextAt}`);
    await arrived(send, at, 8);
    clock.leapTo(Date.parse(nextAt));
    expect((await sendToOther('POST', route)).status).toBe(200);
    await arrived(send, at, 9);
  });
});

/** What is known of a flag's life. */
const flagLife = (send: Send, key: string) => ok(send, 'GET', `${P}/flags/${key}/lifecycle`);

describe('a button of a stale flag at Slack', () => {
  const RESPONSES = '/actions/stale';
  const USER = { id: 'U1', team_id: 'T1' };
  const EVE = { id: 'U2', team_id: 'T1' };
  const VIC = { id: 'U3', team_id: 'T1' };
  let clock: ManualClock;
  let service: Service;
  let send: Send;
  let at: string;
  let sdkKey: string;
  let eve: string;
  let nonce = 0;

  beforeAll(async () => {
    clock = createManualClock(START);
    service = await startService({ clock, settings: settingsOf() });
    send = service.as(await service.token());
    at = await aChannel(send, 'stale-digest');
    // Only what these tests ask for is told.
    const { revision: _none, ...known } = await ok(send, 'GET', `${P}/lifecycle/settings`);
    const quiet = { digest: { ...(known['digest'] as Body), isEnabled: false } };
    const nudge = { ...(known['nudge'] as Body), isEnabled: false };
    await ok(send, 'PUT', `${P}/lifecycle/settings`, { body: { ...known, ...quiet, nudge } });
    sdkKey = await service.sdkKey('production');
    await link(USER, service.admin.send);
    eve = await aMember('Eve', 'editor', EVE);
    await aMember('Vic', 'viewer', VIC);
    await ok(service.admin.send, 'POST', '/api/v1/projects', { body: { key: 'other' } });
    await aMember('Zoe', 'editor', { id: 'U8', team_id: 'T1' }, 'other');
  });
  afterAll(() => service[Symbol.asyncDispose]());

  async function sendSigned(sent: string, secret = SIGNING_SECRET): Promise<number> {
    const timestamp = String(Math.floor(clock.now() / 1_000));
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${sent}`).digest('hex');
    const response = await fetch(`${service.url}/hooks/v1/slack`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
      },
      body: sent,
    });
    await response.text();
    return response.status;
  }

  function formOf(action: object, { user = USER, blocks = [] as readonly Body[] } = {}): string {
    nonce += 1;
    const payload = {
      type: 'block_actions',
      user,
      team: { id: 'T1' },
      response_url: inbox.origin + RESPONSES,
      actions: [action],
      message: { blocks },
    };
    return new URLSearchParams({ payload: JSON.stringify(payload), n: String(nonce) }).toString();
  }

  /** What Slack was told in answer to the press. */
  async function answerTo(form: string): Promise<Body> {
    const before = arrivedAt(RESPONSES).length;
    expect(await sendSigned(form)).toBe(200);
    await vi.waitUntil(() => arrivedAt(RESPONSES).length > before, { timeout: 30_000 });
    const answer = arrivedAt(RESPONSES)[before]?.body ?? {};
    expect(blockKitFaults(answer)).toEqual([]);
    return answer;
  }

  /** Somebody who has linked their account at Slack. */
  async function aMember(name: string, role: string, user: typeof USER, project = 'default'): Promise<string> {
    const credentials = { email: `${name.toLowerCase()}@example.test`, password: 'the harbour at night' };
    const body = { ...credentials, name, roles: { [project]: role } };
    const { document } = await ok(service.admin.send, 'POST', '/api/v1/members', { body });
    await link(user, (await service.signIn(credentials)).send);
    return (document as { readonly id: string }).id;
  }

  async function link(user: typeof USER, by: Send): Promise<void> {
    const { code } = await ok(by, 'POST', '/api/v1/me/slack-link');
    await answerTo(formOf({ action_id: 'link', value: String(code) }, { user }));
  }

  /** A message that tells of these flags, and the button of one of them in it. */
  async function aDigest(): Promise<readonly Body[]> {
    const before = arrivedAt(at).length;
    // A project gets one a minute at the most.
    clock.leapTo(clock.now() + MINUTE);
    await ok(send, 'POST', `${P}/lifecycle/digest/send`);
    await arrived(send, at, before + 1);
    const digest = arrivedAt(at)[before];
    expect(blockKitFaults(digest?.body)).toEqual([]);
    return digest?.body['blocks'] as readonly Body[];
  }

  function buttonIn(blocks: readonly Body[], flag: string, action: string): Body {
    const named = blocks.findIndex((block) => JSON.stringify(block).includes(`|${flag}>`));
    const block = blocks.slice(named).find(({ type }) => type === 'actions');
    const button = ((block?.['elements'] ?? []) as readonly Body[]).find((element) => element['action_id'] === action);
    expect(button, `${action} of ${flag}`).toBeDefined();
    return { ...button, block_id: block?.['block_id'] };
  }

  async function pressed(flag: string, action: string, chosen: object = {}, user = USER): Promise<Body> {
    const blocks = await aDigest();
    return answerTo(formOf({ ...buttonIn(blocks, flag, action), ...chosen }, { user, blocks }));
  }

  async function aStaleFlag(owner: string | null = null): Promise<string> {
    const key = await aFlag(send, owner, { lifetimeDays: 1 });
    clock.leapTo(clock.now() + 2 * DAY);
    return key;
  }

  /** On for everybody for more than a week, and in use. */
  async function aSettledFlag(): Promise<string> {
    const flag = await aFlag(send, null);
    const instructions = [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'on' } }];
    for (const environment of ['development', 'production'])
      await ok(send, 'PATCH', `${P}/environments/${environment}/flags/${flag}`, { body: { instructions } });
    clock.leapTo(clock.now() + 8 * DAY);
    const sdk = service.as(sdkKey);
    const evals = [{ flag, fv: 1, var: 'on', reason: 'FALLTHROUGH', n: 3 }];
    const report = { schema: 1, instance: 'i-1', seq: 1, sdk: 'node/1.0.0', from: 0, to: 10_000, evals };
    await ok(sdk, 'POST', '/sdk/v1/events', { body: report });
    return flag;
  }

  async function lastAudit(): Promise<Body> {
    const { items } = await ok(send, 'GET', '/api/v1/audit?origin=slack');
    return (items as readonly Body[])[0] ?? {};
  }

  test('archives as the member who is linked; its place in the message says so, and the others keep theirs', async () => {
    const [flag, other] = [await aFlag(send, null, { lifetimeDays: 1 }), await aStaleFlag()];
    const blocks = await aDigest();
    const button = buttonIn(blocks, flag, 'archive');
    const answer = await answerTo(formOf(button, { blocks }));
    expect(answer).toMatchObject({ replace_original: true });
    const after = answer['blocks'] as readonly Body[];
    expect(after).toHaveLength(blocks.length);
    const changed = after.filter((block, index) => JSON.stringify(block) !== JSON.stringify(blocks[index]));
    expect(changed).toEqual([expect.objectContaining({ type: 'context' })]);
    expect(JSON.stringify(changed)).toContain(`Ada: archived ${flag}. It goes on serving as it is for 30 days.`);
    expect(buttonIn(after, other, 'archive')).toMatchObject({ type: 'button' });
    expect((await flagOf(send, flag))['archivedAt']).not.toBeNull();
    expect(await lastAudit()).toMatchObject({ actor: `member:${service.admin.memberId}`, origin: 'slack' });
    // The message may be older than what has happened since.
    expect(JSON.stringify(await answerTo(formOf(button, { blocks })))).toContain('archived already');
  });

  test('that archives what is still at work takes its key, typed', async () => {
    const flag = await aStaleFlag();
    const blocks = await aDigest();
    const button = buttonIn(blocks, flag, 'archive');
    const instructions = [
      { kind: 'turn-on' },
      { kind: 'set-fallthrough', serve: { split: { weights: { on: 50_000, off: 50_000 } } } },
    ];
    await ok(send, 'PATCH', `${P}/environments/production/flags/${flag}`, { body: { instructions } });
    const asked = await answerTo(formOf(button, { blocks }));
    const input = (asked['blocks'] as readonly Body[]).find(({ type }) => type === 'input');
    expect(JSON.stringify(asked)).toContain('still at work');
    const typed = (value: string) =>
      answerTo(formOf({ action_id: 'confirm-archive', block_id: input?.['block_id'], value }));
    await typed('something-else');
    expect((await flagOf(send, flag))['archivedAt']).toBeNull();
    expect(JSON.stringify(await typed(` ${flag} `))).toContain('Done.');
    expect((await flagOf(send, flag))['archivedAt']).not.toBeNull();
  });

  test.for([
    ['snooze-7', 7],
    ['snooze-30', 30],
  ] as const)('%s keeps the flag for %i days, and the next message is without it', async ([action, days]) => {
    const flag = await aStaleFlag();
    const answer = await pressed(flag, action);
    const day = new Date(clock.now() + days * DAY).toISOString().slice(0, 10);
    expect(JSON.stringify(answer)).toContain(`Ada: snoozed ${flag}. Nobody is reminded of it before ${day}.`);
    expect(await lastAudit()).toMatchObject({ actor: `member:${service.admin.memberId}`, action: 'keep-flag' });
    const other = await aStaleFlag();
    const next = JSON.stringify(await aDigest());
    expect(next).toContain(`|${other}>`);
    expect(next).not.toContain(`|${flag}>`);
  });

  test('makes the flag permanent', async () => {
    const flag = await aStaleFlag();
    expect(JSON.stringify(await pressed(flag, 'make-permanent'))).toContain(`made permanent: ${flag}`);
    expect((await flagOf(send, flag))['lifetimeDays']).toBeNull();
  });

  test('transfers it to who presses, or to who is chosen, if Glidepath knows them', async () => {
    const flag = await aStaleFlag();
    expect(JSON.stringify(await pressed(flag, 'transfer-to-me'))).toContain('Ada owns it now.');
    expect((await flagOf(send, flag))['owner']).toBe(service.admin.memberId);
    expect(JSON.stringify(await pressed(flag, 'transfer', { selected_user: 'U9' }))).toContain('does not know who');
    expect((await flagOf(send, flag))['owner']).toBe(service.admin.memberId);
    expect(JSON.stringify(await pressed(flag, 'transfer', { selected_user: 'U2' }))).toContain('Eve owns it now.');
    expect((await flagOf(send, flag))['owner']).toBe(eve);
  });

  test('transfers it to nobody who may not see the project', async () => {
    const flag = await aStaleFlag();
    expect(JSON.stringify(await pressed(flag, 'transfer', { selected_user: 'U8' }))).toContain(
      'Zoe may not see default',
    );
    expect((await flagOf(send, flag))['owner']).toBeNull();
  });

  test('does nothing for who is not linked, who may not edit flags, and for flags that nobody may see', async () => {
    const flag = await aStaleFlag();
    const blocks = await aDigest();
    const button = buttonIn(blocks, flag, 'archive');
    const stranger = await answerTo(formOf(button, { blocks, user: { id: 'U7', team_id: 'T1' } }));
    expect(stranger).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(JSON.stringify(stranger)).toContain('Code from Glidepath');
    expect(JSON.stringify(await answerTo(formOf(button, { blocks, user: VIC })))).toContain('flag.edit');
    const unknown = { ...button, value: JSON.stringify({ f: 'nonsense' }) };
    expect(JSON.stringify(await answerTo(formOf(unknown, { blocks })))).toContain('no such flag');
    expect((await flagOf(send, flag))['archivedAt']).toBeNull();
  });

  test('is believed only with a signature of Slack, and once', async () => {
    const flag = await aStaleFlag();
    const blocks = await aDigest();
    const form = formOf(buttonIn(blocks, flag, 'make-permanent'), { blocks });
    expect(await sendSigned(form, 'another secret')).toBe(401);
    expect((await flagOf(send, flag))['lifetimeDays']).toBe(1);
    expect(await sendSigned(form)).toBe(200);
    expect((await flagOf(send, flag))['lifetimeDays']).toBeNull();
    await ok(send, 'PATCH', `${P}/flags/${flag}`, {
      body: { instructions: [{ kind: 'set-lifetime', lifetimeDays: 1 }] },
    });
    expect(await sendSigned(form)).toBe(409);
    expect((await flagOf(send, flag))['lifetimeDays']).toBe(1);
  });

  test('shows what removes the flag from the code to who asks, and to nobody else', async () => {
    const flag = await aSettledFlag();
    const answer = await pressed(flag, 'removal-command');
    expect(answer).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(JSON.stringify(answer)).toContain(`glidepath prune ${flag}`);
  });

  test('has an owner called who is linked', async () => {
    const nudges = await aChannel(send, 'owner-nudged');
    const flag = await aStaleFlag(service.admin.memberId);
    const preview = await ok(send, 'POST', `${P}/flags/${flag}/nudge`, { body: { dryRun: true } });
    expect(preview).toMatchObject({ owner: service.admin.memberId, nudgedAt: null });
    expect(arrivedAt(nudges)).toEqual([]);
    const sent = await ok(send, 'POST', `${P}/flags/${flag}/nudge`, { body: {} });
    expect(sent['flags']).toContain(flag);
    await arrived(send, nudges, 1);
    expect(arrivedAt(nudges)[0]?.text).toContain('<@U1>');
  });
});
