import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { createManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Send, type Service, startService } from '../support/start-service.ts';

const NOON = Date.UTC(2026, 4, 5, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PROJECT = '/api/v1/projects/default';
const INTEGRATIONS = `${PROJECT}/integrations`;

interface Integration {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
}

type Headers = Readonly<Record<string, string>>;
type Body = Record<string, unknown>;

const clock = createManualClock(NOON);
let service: Service;
/** By a token: sessions end while time goes by. */
let admin: Send;

beforeAll(async () => {
  service = await startService({ clock });
  admin = service.as(await service.token());
});
afterAll(() => service[Symbol.asyncDispose]());

async function anIntegration(kind: string, more: Body = {}): Promise<Integration> {
  const body = { name: kind, kind, environment: 'production', ...more };
  const made = await admin<{ document: Omit<Integration, 'secret'>; secret: string }>('POST', INTEGRATIONS, { body });
  expect(made.status).toBe(201);
  return { ...made.body.document, secret: made.body.secret };
}

async function post(path: string, body: string | Buffer, headers: Headers = {}) {
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

const hex = (secret: string, body: string | Buffer) => createHmac('sha256', secret).update(body).digest('hex');

/** As any library for Standard Webhooks does it. */
function signed(
  secret: string,
  body: string,
  { id = `msg-${hex('', body)}`, at: signedAt = clock.now() } = {},
): Headers {
  const seconds = String(Math.floor(signedAt / 1_000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}

let services = 0;
/** A message of its own about a deploy of its own. */
function aMessage(more: Body = {}): { readonly name: string; readonly body: string } {
  services += 1;
  const name = `hooked-${services}`;
  return { name, body: JSON.stringify({ service: name, version: '1.4.0', status: 'succeeded', ...more }) };
}

const deploysOf = async (name: string) =>
  (await admin<{ items: readonly Body[] }>('GET', `${PROJECT}/deploys?service=${name}`)).body.items;

function gitHubMessage(name: string, state: string, more: Body = {}): string {
  const deployment = { id: 7, sha: 'c0ffee', ref: 'v1.4.0', environment: 'Production', created_at: at(0), ...more };
  return JSON.stringify({ deployment_status: { state, created_at: at(1) }, deployment, repository: { name } });
}
const at = (minutes: number) => new Date(NOON + minutes * MINUTE).toISOString();
const gitHubHeaders = (secret: string, body: string): Headers => ({
  'x-github-event': 'deployment_status',
  'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  'x-hub-signature-256': `sha256=${hex(secret, body)}`,
});

describe('T62: a message', () => {
  test('of every kind counts when it is signed as its sender signs', async () => {
    const [github, gitlab, argoCd, flux, generic] = await Promise.all(
      ['github', 'gitlab', 'argo-cd', 'flux', 'generic'].map((kind) => anIntegration(kind)),
    );
    if (!(github && gitlab && argoCd && flux && generic)) throw new Error('five integrations');
    const ofGitHub = gitHubMessage('of-github', 'success');
    const ofGitLab = JSON.stringify({
      object_kind: 'deployment',
      status: 'success',
      status_changed_at: '2026-05-05 12:00:00 UTC',
      deployment_id: 15,
      environment: 'production',
      project: { name: 'of-gitlab' },
      short_sha: 'c0ffee00',
    });
    const ofArgo = JSON.stringify({ service: 'of-argo', revision: 'c0ffee', phase: 'Succeeded', health: 'Healthy' });
    const ofFlux = JSON.stringify({
      involvedObject: { kind: 'HelmRelease', name: 'of-flux' },
      severity: 'info',
      timestamp: at(0),
      reason: 'UpgradeSucceeded',
      metadata: { revision: '1.4.0' },
    });
    const any = aMessage();
    const sent = await Promise.all([
      post(github.path, ofGitHub, gitHubHeaders(github.secret, ofGitHub)),
      post(gitlab.path, ofGitLab, { 'x-gitlab-event': 'Deployment Hook', 'x-gitlab-token': gitlab.secret }),
      post(argoCd.path, ofArgo, { 'x-glidepath-token': argoCd.secret }),
      post(flux.path, ofFlux, { 'x-signature': `sha256=${hex(flux.secret, ofFlux)}` }),
      post(generic.path, any.body, signed(generic.secret, any.body)),
    ]);
    expect(sent.map(({ status, body }) => [status, body['result']])).toEqual(Array(5).fill([200, 'recorded']));
    for (const name of ['of-github', 'of-gitlab', 'of-argo', 'of-flux', any.name])
      expect(await deploysOf(name)).toMatchObject([{ status: 'succeeded', environment: 'production' }]);
    const again = ofGitLab.replace('"deployment_id":15', '"deployment_id":16');
    expect(await post(gitlab.path, again, signed(gitlab.secret, again))).toMatchObject({
      status: 200,
      body: { result: 'recorded' },
    });
    expect(new Set([github, gitlab, argoCd, flux, generic].map(({ secret }) => secret)).size).toBe(5);
    for (const { secret } of [github, argoCd, flux]) expect(secret).toMatch(/^gp_hook_[\w-]{43}$/);
    for (const { secret } of [gitlab, generic])
      expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
  });

  test('whose signature is wrong, missing or of another kind is refused, and leaves nothing', async () => {
    const github = await anIntegration('github');
    const body = gitHubMessage('forged', 'success');
    const right = gitHubHeaders(github.secret, body);
    const digest = hex(github.secret, body);
    const { 'x-hub-signature-256': _, ...unsigned } = right;
    const wrong: readonly Headers[] = [
      unsigned,
      { ...right, 'x-hub-signature-256': '' },
      { ...right, 'x-hub-signature-256': digest },
      { ...right, 'x-hub-signature-256': `sha1=${digest}` },
      { ...right, 'x-hub-signature-256': `sha512=${createHmac('sha512', github.secret).update(body).digest('hex')}` },
      { ...right, 'x-hub-signature-256': `sha256=${hex('another secret', body)}` },
      { ...right, 'x-hub-signature-256': `sha256=${digest}, sha256=${digest}` },
      { ...unsigned, 'x-hub-signature': `sha1=${createHmac('sha1', github.secret).update(body).digest('hex')}` },
      { ...unsigned, 'x-gitlab-token': github.secret, 'x-glidepath-token': github.secret },
      { ...unsigned, authorization: `Bearer ${github.secret}` },
    ];
    for (const headers of wrong) expect((await post(github.path, body, headers)).status).toBe(401);
    expect((await post('/hooks/v1/nowhere', body, right)).status).toBe(404);
    expect(await deploysOf('forged')).toEqual([]);
    expect((await post(github.path, body, right)).body).toMatchObject({ result: 'recorded' });
  });

  test('is taken by its bytes: the same JSON written anew is another message', async () => {
    const github = await anIntegration('github');
    const body = gitHubMessage('bytes', 'success');
    const written = JSON.stringify(JSON.parse(body), null, 2);
    expect((await post(github.path, written, gitHubHeaders(github.secret, body))).status).toBe(401);
    const latin = Buffer.from(body.replace('bytes', 'b\u00fctes'), 'latin1');
    const headers = {
      ...gitHubHeaders(github.secret, ''),
      'x-hub-signature-256': `sha256=${hex(github.secret, latin)}`,
    };
    expect((await post(github.path, latin, headers)).status).toBe(200);
  });

  test.for<[string, number, number]>([
    ['five minutes old', -5 * MINUTE, 200],
    ['older', -5 * MINUTE - 1_000, 401],
    ['five minutes ahead', 5 * MINUTE, 200],
    ['further ahead', 5 * MINUTE + 1_000, 401],
  ])('of Standard Webhooks that is %s', async ([, offset, status]) => {
    const { path, secret } = await anIntegration('generic');
    const { body } = aMessage();
    const sent = await post(path, body, signed(secret, body, { at: clock.now() + offset }));
    expect(sent.status).toBe(status);
  });

  test('of Standard Webhooks counts with one good signature among several, and no other kind of them', async () => {
    const { path, secret } = await anIntegration('generic');
    const { body } = aMessage();
    const right = signed(secret, body);
    const signature = right['webhook-signature'] ?? '';
    const other = signed(`whsec_${Buffer.alloc(32).toString('base64')}`, body)['webhook-signature'];
    const withSignature = (text: string) => post(path, body, { ...right, 'webhook-signature': text });
    for (const text of [`${other}`, `v1a${signature.slice(2)}`, signature.slice(3), `v2${signature.slice(2)}`, ''])
      expect((await withSignature(text)).status).toBe(401);
    expect((await post(path, body, { ...right, 'webhook-id': 'another' })).status).toBe(401);
    expect((await withSignature(`${other} v1a,AAAA ${signature}`)).status).toBe(200);
  });

  test('counts under the old secret beside the new one, for as long as both are meant to', async () => {
    const { id, path, secret } = await anIntegration('generic');
    const rotate = (hours: number) =>
      admin<{ secret: string }>('POST', `${INTEGRATIONS}/${id}/rotate`, { body: { overlapHours: hours } });
    const { secret: next } = (await rotate(1)).body;
    const accepted = async (key: string) => {
      const { body } = aMessage();
      return (await post(path, body, signed(key, body))).status === 200;
    };
    expect([await accepted(secret), await accepted(next)]).toEqual([true, true]);
    clock.leapTo(clock.now() + HOUR);
    expect([await accepted(secret), await accepted(next)]).toEqual([false, true]);
    const { secret: last } = (await rotate(0)).body;
    expect([await accepted(next), await accepted(last)]).toEqual([false, true]);
    await admin('DELETE', `${INTEGRATIONS}/${id}`);
    expect(await accepted(last)).toBe(false);
  });

  test('of exactly 1 MiB is read, and a larger one is refused before it is', async () => {
    const github = await anIntegration('github');
    const base = gitHubMessage('large', 'success');
    const padded = (length: number) => base + ' '.repeat(length - base.length);
    const [fits, tooLarge] = [padded(1_024 * 1_024), padded(1_024 * 1_024 + 1)];
    expect((await post(github.path, fits, gitHubHeaders(github.secret, fits))).status).toBe(200);
    expect((await post(github.path, tooLarge, gitHubHeaders(github.secret, tooLarge))).status).toBe(413);
  });

  test('in chunks, without a type or of any other, is the same message', async () => {
    const github = await anIntegration('github');
    const body = gitHubMessage('chunked', 'success');
    const { hostname, port } = new URL(service.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { ...gitHubHeaders(github.secret, body), 'transfer-encoding': 'chunked' };
      const sent = request({ method: 'POST', hostname, port, path: github.path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      for (const part of [body.slice(0, 10), body.slice(10, 200), body.slice(200)]) sent.write(part);
      sent.end();
    });
    expect(status).toBe(200);
    const other = gitHubMessage('chunked', 'failure', { id: 8 });
    const text = { ...gitHubHeaders(github.secret, other), 'content-type': 'text/plain' };
    expect((await post(github.path, other, text)).status).toBe(200);
  });

  test('that is proven and no JSON, or not what its sender documents, is refused in words', async () => {
    const { path, secret } = await anIntegration('generic');
    const form = 'payload=%7B%7D';
    expect(await post(path, form, signed(secret, form))).toMatchObject({ status: 400 });
    const body = '{"service":"api"}';
    expect(await post(path, body, signed(secret, body))).toMatchObject({ status: 400, body: { code: 'validation' } });
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(await post(path, deep, signed(secret, deep, { id: 'deep' }))).toMatchObject({ status: 400 });
  });
});

test('a flood of forged messages from one address keeps no other from reporting', async () => {
  await using behind = await startService({ settings: { TRUST_PROXY: '127.0.0.1, ::1' } });
  const sent = (address: string) =>
    fetch(`${behind.url}/hooks/v1/known`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: '{}',
    }).then(({ status }) => status);
  const flood = async (times: number) => Promise.all(Array.from({ length: times }, () => sent('203.0.113.7')));
  const statuses = new Set<number>();
  // It recovers by ten messages a second: on a slow machine it takes a few more until all is used up.
  for (let i = 0; i < 40 && !statuses.has(429); i += 1) for (const status of await flood(50)) statuses.add(status);
  expect(statuses).toEqual(new Set([404, 429]));
  expect(await sent('203.0.113.8')).toBe(404);
});

describe('T51: a message that comes again', () => {
  test('ten times at once, or ten minutes later, changes nothing', async () => {
    const { path, secret } = await anIntegration('generic');
    const { name, body } = aMessage();
    const headers = signed(secret, body);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(path, body, headers)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const results = answers.map((answer) => answer.body['result']);
    expect(results.filter((result) => result === 'recorded')).toHaveLength(1);
    expect(results.filter((result) => result === 'repeated')).toHaveLength(9);
    clock.leapTo(clock.now() + 10 * MINUTE);
    expect((await post(path, body, headers)).status).toBe(401);
    expect(await deploysOf(name)).toMatchObject([{ revision: 1 }]);
  });

  test('under another delivery id is a copy all the same, even after a day', async () => {
    const github = await anIntegration('github');
    const body = gitHubMessage('copied', 'success');
    const headers = gitHubHeaders(github.secret, body);
    const send = (delivery: string) => post(github.path, body, { ...headers, 'x-github-delivery': delivery });
    expect((await send('one')).body).toMatchObject({ result: 'recorded' });
    expect((await send('two')).body).toMatchObject({ result: 'repeated' });
    clock.leapTo(clock.now() + 25 * HOUR);
    await service.app.store.prune(clock.now());
    expect((await send('three')).body).toMatchObject({ result: 'repeated' });
  });

  test('out of order never takes a deploy back', async () => {
    const github = await anIntegration('github');
    const send = (state: string, id: number) => {
      const body = gitHubMessage('out-of-order', state, { id, created_at: at(id - 2) });
      return post(github.path, body, gitHubHeaders(github.secret, body));
    };
    await send('success', 1);
    expect((await send('in_progress', 1)).body).toMatchObject({ result: 'unchanged' });
    await send('in_progress', 2);
    expect(await deploysOf('out-of-order')).toMatchObject([{ status: 'started' }, { status: 'succeeded' }]);
  });

  test('after a failure of ours counts: nothing of it was kept', async () => {
    const { path, secret } = await anIntegration('generic');
    const { name, body } = aMessage();
    const headers = signed(secret, body);
    const { store } = service.app;
    const { write } = store;
    Object.assign(store, {
      write: ((environments, work) =>
        write(environments, async (tx) => {
          await work(tx);
          throw new Error('the database went away');
        })) satisfies typeof write,
    });
    const failed = await post(path, body, headers).finally(() => Object.assign(store, { write }));
    expect(failed.status).toBe(500);
    expect(await deploysOf(name)).toEqual([]);
    expect((await post(path, body, headers)).body).toMatchObject({ result: 'recorded' });
  });
});

describe('an integration', () => {
  test('reports for one project only, and only for environments that are there', async () => {
    const github = await anIntegration('github', { environment: null });
    const body = gitHubMessage('elsewhere', 'success', { environment: 'preview-12' });
    expect((await post(github.path, body, gitHubHeaders(github.secret, body))).body).toEqual({
      result: 'ignored',
      reason: 'there is no environment `preview-12` here',
    });
    expect(await deploysOf('elsewhere')).toEqual([]);
  });

  test('shows when it was used, and never its secret', async () => {
    const { id, path, secret } = await anIntegration('github', { service: 'api' });
    const shown = async () => (await admin<Body>('GET', `${INTEGRATIONS}/${id}`)).body;
    expect(await shown()).toMatchObject({
      kind: 'github',
      service: 'api',
      lastUsedAt: null,
      lastFour: secret.slice(-4),
    });
    const ping = '{"zen":"Design for failure."}';
    const headers = { ...gitHubHeaders(secret, ping), 'x-github-event': 'ping' };
    expect((await post(path, ping, headers)).body).toMatchObject({ result: 'ignored' });
    expect(await shown()).toMatchObject({ lastUsedAt: new Date(clock.now()).toISOString() });
    const audit = await admin('GET', '/api/v1/audit?project=default&limit=500');
    const listed = await admin('GET', INTEGRATIONS);
    for (const seen of [audit.body, listed.body, await shown()]) expect(JSON.stringify(seen)).not.toContain(secret);
  });

  test('names itself in the log as who has reported', async () => {
    const { id, path, secret } = await anIntegration('generic');
    const { name, body } = aMessage();
    await post(path, body, signed(secret, body));
    expect(await deploysOf(name)).toMatchObject([{ reportedBy: `integration:${id}` }]);
  });

  test('is edited with the revision that was seen, and made for an environment that is there', async () => {
    const { id } = await anIntegration('flux');
    const patch = (body: Body, match: string) =>
      admin('PATCH', `${INTEGRATIONS}/${id}`, { body, headers: { 'if-match': match } });
    expect((await patch({ name: 'cluster' }, '"9"')).status).toBe(412);
    expect((await patch({ environment: 'moon' }, '"1"')).status).toBe(400);
    expect(await patch({ name: 'cluster', environment: null }, '"1"')).toMatchObject({
      status: 200,
      body: { document: { name: 'cluster', environment: null, revision: 2 } },
    });
  });
});
