import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { blockKitFaults } from '../support/block-kit.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { openSlackInbox, type SlackInbox } from '../support/slack-inbox.ts';
import { type Answer, type Asked, type Send, type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;
const SIGNING_SECRET = 'signing-secret-that-nobody-may-see';
const SLACK_TOKEN = 'T00000000/B00000000/canaryOfTheSlackAddress';
const MINUTE = 60_000;

type Body = Record<string, unknown>;

let service: Service;
let clock: ManualClock;
let inbox: SlackInbox;
let made = 0;
const lines: string[] = [];
const answers: string[] = [];

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  inbox = await openSlackInbox();
  service = await startService({
    clock,
    logger: recordingLogger(lines),
    settings: { SLACK_ORIGIN: inbox.origin, SLACK_SIGNING_SECRET: SIGNING_SECRET, OUTBOUND_ALLOW: '127.0.0.1' },
  });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await inbox[Symbol.asyncDispose]();
});
beforeEach(() => inbox.answer(() => ({ status: 200 })));

async function ask(send: Send, method: string, at: string, asked?: Asked): Promise<Answer<Body>> {
  const answer = await send<Body>(method, at, asked);
  answers.push(JSON.stringify(answer.body));
  return answer;
}
const admin = (method: string, at: string, asked?: Asked) => ask(service.admin.send, method, at, asked);

async function ok(method: string, at: string, asked?: Asked): Promise<Body> {
  const answer = await admin(method, at, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

/** A channel at a path of its own. */
async function aChannel(
  input: object = {},
): Promise<{ readonly id: string; readonly at: string; readonly body: Body }> {
  made += 1;
  const at = `/services/${SLACK_TOKEN}${made}`;
  const given = { name: `Ops ${made}`, kind: 'slack', address: inbox.origin + at, events: ['flag-killed'], ...input };
  const body = await ok('POST', `${P}/channels`, { body: given });
  return { id: (body['document'] as { id: string }).id, at, body };
}
const arrivedAt = (at: string) => inbox.messages.filter((message) => message.path === at);

/** A flag that is on, named after its turn. */
async function aFlag(): Promise<string> {
  made += 1;
  const flag = `checkout-${made}`;
  await ok('POST', `${P}/flags`, { body: { key: flag, type: 'boolean' } });
  const instructions = [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }];
  await ok('PATCH', `${E}/flags/${flag}`, { body: { instructions } });
  return flag;
}
const kill = (flag: string) => ok('POST', `${E}/flags/${flag}/kill`, { body: { reason: 'Payments <fail> & burn' } });
const noticesOf = async (id: string) => (await ok('GET', `${P}/channels/${id}/notices`))['items'] as readonly Body[];

describe('a channel', () => {
  test('is made, listed, edited and removed; its address is never shown again', async () => {
    const { id, body } = await aChannel({ environments: ['production'], tags: ['payments'] });
    expect(body['document']).toMatchObject({
      kind: 'slack',
      events: ['flag-killed'],
      environments: ['production'],
      tags: ['payments'],
      isEnabled: true,
      waiting: 0,
      lastError: null,
    });
    expect(body).not.toHaveProperty('secret');
    const edited = await ok('PATCH', `${P}/channels/${id}`, { body: { name: 'Everybody', isEnabled: false } });
    expect(edited['document']).toMatchObject({ id, name: 'Everybody', isEnabled: false, revision: 2 });
    const old = await admin('PATCH', `${P}/channels/${id}`, { body: { name: 'X' }, headers: { 'if-match': '"1"' } });
    expect(old.status).toBe(412);
    const listed = (await ok('GET', `${P}/channels`))['items'] as readonly Body[];
    expect(listed.map((channel) => channel['id'])).toContain(id);
    expect((await admin('DELETE', `${P}/channels/${id}`)).status).toBe(204);
    expect((await admin('GET', `${P}/channels/${id}`)).status).toBe(404);
  });

  test('of a webhook gets a signing secret, shown once, by which its messages can be checked', async () => {
    const address = `${inbox.origin}/hook`;
    const { id, body } = await aChannel({ kind: 'webhook', address });
    const secret = String(body['secret']);
    expect(secret).toMatch(/^whsec_/);
    expect(await ok('POST', `${P}/channels/${id}/test`)).toEqual({ delivered: true, detail: 'answered 200' });
    const [message] = arrivedAt('/hook');
    const { 'webhook-id': messageId, 'webhook-timestamp': at, 'webhook-signature': signature } = message?.headers ?? {};
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key).update(`${messageId}.${at}.${message?.text}`).digest('base64');
    expect(signature).toBe(`v1,${expected}`);
  });

  test.for([
    ['http://127.0.0.2:4000/', 'webhook', /not public/],
    ['http://[::1]:4000/', 'webhook', /not public/],
    ['http://169.254.169.254/latest/meta-data', 'webhook', /not public/],
    ['https://user:pw@example.com/', 'webhook', /user name/],
    ['https://hooks.slack.com.evil.example/services/x', 'slack', /must begin with/],
    ['http://127.0.0.1/elsewhere', 'slack', /must begin with/],
    ['nonsense', 'slack', /no address/],
  ] as const)('is refused for %s: neither saved nor moved there', async ([address, kind, why]) => {
    const input = { name: 'X', kind, address, events: [] };
    const refused = await admin('POST', `${P}/channels`, { body: input });
    expect(refused.status).toBe(400);
    expect(refused.body['detail']).toMatch(why);
    const { id } = await aChannel({ kind });
    const moved = await admin('PATCH', `${P}/channels/${id}`, { body: { address } });
    expect(moved.status).toBe(400);
  });

  test('that names an environment which is not there is refused', async () => {
    const input = { name: 'X', kind: 'webhook', address: `${inbox.origin}/x`, events: [], environments: ['mars'] };
    expect((await admin('POST', `${P}/channels`, { body: input })).body).toMatchObject({ code: 'unknown-reference' });
  });

  test('shows the message of an event before anybody sends one', async () => {
    for (const event of ['flag-killed', 'rollout-rolled-back', 'deploy-failed', 'changed']) {
      const { payload } = await ok('POST', `${P}/channels/preview`, { body: { kind: 'slack', event, flag: 'banner' } });
      expect(blockKitFaults(payload)).toEqual([]);
    }
    const before = inbox.messages.length;
    const body = { kind: 'webhook', event: 'rollout-moved', flag: 'banner' };
    expect(await ok('POST', `${P}/channels/preview`, { body })).toMatchObject({
      title: 'banner in production: rollout is at 25 %',
      payload: { type: 'rollout-moved', data: { flag: 'banner', to: { percent: 25 } } },
    });
    expect(inbox.messages).toHaveLength(before);
  });
});

describe('a kill', () => {
  test('is told at once to the channels that ask for it, and stands in their log', async () => {
    const { id, at } = await aChannel();
    const other = await aChannel({ events: ['incident-opened'] });
    const flag = await aFlag();
    await kill(flag);
    await expect.poll(() => arrivedAt(at)).toHaveLength(1);
    const [message] = arrivedAt(at);
    expect(blockKitFaults(message?.body)).toEqual([]);
    expect(message?.text).toContain(`${flag} was killed in production`);
    expect(message?.text).toContain('Payments &lt;fail&gt; &amp; burn');
    expect(message?.text).toContain('Ada');
    await expect
      .poll(async () => (await noticesOf(id))[0])
      .toMatchObject({
        event: 'flag-killed',
        title: `${flag} was killed in production`,
        state: 'delivered',
        attempts: 1,
        isRepeated: false,
      });
    expect(arrivedAt(other.at)).toEqual([]);
    await ok('DELETE', `${P}/channels/${id}`).catch(() => undefined);
  });

  test('that cannot be told is visible as such, and can be tried again', async () => {
    const { id, at } = await aChannel();
    inbox.answer((message) => ({ status: message.path === at ? 410 : 200 }));
    await kill(await aFlag());
    await expect.poll(async () => (await noticesOf(id))[0]?.['state']).toBe('failed');
    expect(await ok('GET', `${P}/channels/${id}`)).toMatchObject({ lastError: 'answered 410', waiting: 0 });
    inbox.answer(() => ({ status: 200 }));
    const [notice] = await noticesOf(id);
    const retry = `${P}/channels/${id}/notices/${String(notice?.['id'])}/retry`;
    expect((await admin('POST', retry)).status).toBe(204);
    await expect.poll(async () => (await noticesOf(id))[0]).toMatchObject({ state: 'delivered', attempts: 2 });
    expect((await admin('POST', retry)).status).toBe(404);
    expect(arrivedAt(at)).toHaveLength(2);
  });
});

describe('a button at Slack', () => {
  const RESPONSES = '/actions/response';
  const USER = { id: 'U1', team_id: 'T1' };

  interface Pressed {
    readonly body?: string;
    readonly at?: number;
    readonly secret?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }

  function formOf(action: object, user: object = USER): string {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'x' } },
      { type: 'actions', elements: [] },
    ];
    const payload = {
      type: 'block_actions',
      user,
      team: { id: 'T1' },
      response_url: inbox.origin + RESPONSES,
      actions: [action],
      message: { blocks },
    };
    return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  }

  let nonce = 0;
  async function press(
    form: string,
    { body = form, at = clock.now(), secret = SIGNING_SECRET, headers = {} }: Pressed = {},
  ) {
    // Slack signs anew what is pressed anew: without this, a second press in the same second would be a copy.
    nonce += 1;
    const sent = `${body}&n=${nonce}`;
    return sendSigned(sent, { at, secret, headers });
  }

  async function sendSigned(sent: string, { at = clock.now(), secret = SIGNING_SECRET, headers = {} }: Pressed = {}) {
    const timestamp = String(Math.floor(at / 1_000));
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${sent}`).digest('hex');
    const response = await fetch(`${service.url}/hooks/v1/slack`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
        ...headers,
      },
      body: sent,
    });
    answers.push(await response.text());
    return response.status;
  }

  /** What Slack was told in answer to the press. */
  async function answerTo(form: string): Promise<Body> {
    const before = arrivedAt(RESPONSES).length;
    expect(await press(form)).toBe(200);
    await expect.poll(() => arrivedAt(RESPONSES).length).toBe(before + 1);
    return arrivedAt(RESPONSES)[before]?.body ?? {};
  }

  async function aRollout(): Promise<{ readonly id: string; readonly flag: string }> {
    const flag = await aFlag();
    const stages = [
      { kind: 'percent', percent: 10, bakeMinutes: 60 },
      { kind: 'percent', percent: 100, bakeMinutes: 60 },
    ];
    const plan = { variation: 'on', stages, gates: [] };
    const { document } = await ok('POST', `${E}/flags/${flag}/rollouts`, { body: { plan, begin: true } });
    const { id } = document as { readonly id: string };
    await expect
      .poll(async () => {
        clock.moveTo(clock.now() + 1_000);
        return (await rolloutNow(id))['state'];
      })
      .toBe('running');
    return { id, flag };
  }
  const rolloutNow = (id: string) => ok('GET', `${P}/rollouts/${id}`);
  const button = (verb: string, id: string, stage: number | null = 0) => ({
    action_id: verb,
    value: JSON.stringify({ p: 'default', r: id, s: stage }),
  });

  async function link(user: object = USER, send: Send = service.admin.send): Promise<Body> {
    const { body } = await ask(send, 'POST', '/api/v1/me/slack-link');
    return answerTo(formOf({ action_id: 'link', value: ` ${String(body['code'])} ` }, user));
  }

  test('does nothing for somebody who is not linked, and says how to be', async () => {
    const { id } = await aRollout();
    const stranger = { id: 'U9', team_id: 'T1' };
    const answer = await answerTo(formOf(button('roll-back', id), stranger));
    expect(answer).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(blockKitFaults(answer)).toEqual([]);
    expect(JSON.stringify(answer)).toContain('Code from Glidepath');
    expect((await rolloutNow(id))['state']).toBe('running');
  });

  test('acts in the name of the member who is linked, and the message says what came of it', async () => {
    expect(JSON.stringify(await link())).toContain('You are linked');
    expect(await ok('GET', '/api/v1/me/slack-link')).toMatchObject({
      isAvailable: true,
      persons: [{ person: 'T1.U1' }],
    });
    const { id } = await aRollout();
    const paused = await answerTo(formOf(button('pause', id)));
    expect(paused).toMatchObject({ replace_original: true });
    expect(blockKitFaults(paused)).toEqual([]);
    expect(JSON.stringify(paused)).toMatch(/Ada: paused it/);
    expect(JSON.stringify(paused)).not.toContain('"actions"');
    expect((await rolloutNow(id))['state']).toBe('paused');
    const audit = (await ok('GET', '/api/v1/audit?origin=slack'))['items'] as readonly Body[];
    expect(audit[0]).toMatchObject({ actor: `member:${service.admin.memberId}`, action: 'pause-rollout' });
    await answerTo(formOf(button('roll-back', id)));
    expect((await rolloutNow(id))['state']).toBe('rolled-back');
  });

  test('that skips what the plan asks for takes the key of the flag, typed', async () => {
    await link();
    const { id, flag } = await aRollout();
    const asked = await answerTo(formOf(button('advance', id)));
    expect(blockKitFaults(asked)).toEqual([]);
    const input = (asked['blocks'] as readonly Body[]).find(({ type }) => type === 'input');
    expect((await rolloutNow(id))['stage']).toBe(0);
    const typed = (value: string) =>
      answerTo(formOf({ action_id: 'confirm-advance', block_id: String(input?.['block_id']), value }));
    await typed('something-else');
    expect((await rolloutNow(id))['stage']).toBe(0);
    expect(JSON.stringify(await typed(flag))).toContain('Done.');
    expect((await rolloutNow(id))['stage']).toBe(1);
    // The message with the button is of the stage before.
    expect(JSON.stringify(await answerTo(formOf(button('advance', id))))).toContain('has gone on since');
    expect((await rolloutNow(id))['stage']).toBe(1);
  });

  test('reaches no further than the rights of the member', async () => {
    const credentials = { email: 'vic@example.test', password: 'the harbour at night' };
    const body = { ...credentials, name: 'Vic', roles: { default: 'viewer' } };
    const { document } = await ok('POST', '/api/v1/members', { body });
    const viewer = await service.signIn(credentials);
    const user = { id: 'U2', team_id: 'T1' };
    await link(user, viewer.send);
    const { id } = await aRollout();
    expect(JSON.stringify(await answerTo(formOf(button('roll-back', id), user)))).toContain('rollout.run');
    await ok('PATCH', `/api/v1/members/${(document as { id: string }).id}`, { body: { disabled: true } });
    expect(JSON.stringify(await answerTo(formOf(button('roll-back', id), user)))).toContain('may not sign in');
    expect((await rolloutNow(id))['state']).toBe('running');
  });

  test('is not linked by a code that is used, old, or made up; and links can be taken back', async () => {
    const { code } = await ok('POST', '/api/v1/me/slack-link');
    const typed = (value: unknown, id: string) =>
      answerTo(formOf({ action_id: 'link', value: String(value) }, { id, team_id: 'T1' }));
    const [member, expiry, nonce] = String(code).split('.');
    expect(JSON.stringify(await typed(`${member}.${expiry}.${nonce}.AAAA`, 'U3'))).toContain('not valid');
    expect(JSON.stringify(await typed(code, 'U3'))).toContain('You are linked');
    expect(JSON.stringify(await typed(code, 'U4'))).toContain('not valid');
    const old = (await ok('POST', '/api/v1/me/slack-link'))['code'];
    clock.leapTo(clock.now() + 10 * MINUTE);
    expect(JSON.stringify(await typed(old, 'U4'))).toContain('not valid');
    await admin('DELETE', '/api/v1/me/slack-link');
    const { id } = await aRollout();
    const user = { id: 'U3', team_id: 'T1' };
    expect(JSON.stringify(await answerTo(formOf(button('pause', id), user)))).toContain('Code from Glidepath');
  });

  describe('T62: is believed only if Slack has signed it', () => {
    const form = () => formOf({ action_id: 'open', value: '' });

    test.for<[what: string, pressed: Pressed, status: number]>([
      ['as it comes', {}, 200],
      ['with another secret', { secret: `${SIGNING_SECRET}x` }, 401],
      ['without a signature', { headers: { 'x-slack-signature': '' } }, 401],
      ['by another algorithm', { headers: { 'x-slack-signature': 'v1=00' } }, 401],
      ['without a time', { headers: { 'x-slack-request-timestamp': '' } }, 401],
      ['of another time than is signed', { headers: { 'x-slack-request-timestamp': '1' } }, 401],
    ])('%s', async ([, pressed, status]) => {
      expect(await press(form(), pressed)).toBe(status);
    });

    test('within five minutes', async () => {
      expect(await press(form(), { at: clock.now() - 5 * MINUTE })).toBe(200);
      expect(await press(form(), { at: clock.now() + 5 * MINUTE })).toBe(200);
      expect(await press(form(), { at: clock.now() - 5 * MINUTE - 1_000 })).toBe(401);
      expect(await press(form(), { at: clock.now() + 5 * MINUTE + 1_000 })).toBe(401);
    });

    test('once, byte by byte, and not beyond a quarter of a megabyte', async () => {
      const copied = `${form()}&once`;
      expect(await sendSigned(copied)).toBe(200);
      expect(await sendSigned(copied)).toBe(409);
      const json = { 'content-type': 'application/json' };
      expect(await press('{}', { headers: json })).toBe(415);
      expect(await press(`${form()}&x=${'y'.repeat(300_000)}`)).toBe(413);
      expect(await press('payload=nonsense')).toBe(200);
    });
  });
});

test('T60: addresses and secrets are in no log, no answer, no audit record and no table', async () => {
  expect(inbox.messages.length).toBeGreaterThan(10);
  const audit = await service.admin.send<string>('GET', '/api/v1/audit', { headers: { accept: 'application/jsonl' } });
  const database = readFileSync(path.join(service.dataDir, 'glidepath.db'), 'latin1');
  const log = readFileSync(path.join(service.dataDir, 'glidepath.db-wal'), 'latin1');
  const said = { answers, lines, audit: [JSON.stringify(audit.body)], database: [database, log] };
  for (const canary of ['canaryOfTheSlackAddress', SIGNING_SECRET]) {
    for (const [where, texts] of Object.entries(said))
      expect(texts.filter((text) => text.includes(canary)).map(() => where)).toEqual([]);
  }
});
