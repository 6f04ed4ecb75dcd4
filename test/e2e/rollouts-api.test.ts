import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type Asked, type Send, type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;
const MINUTE = 60_000;
const SOON = { interval: 5, timeout: 10_000 };

type Body = Record<string, unknown>;

let service: Service;
let clock: ManualClock;
let flag = '';
let made = 0;

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock });
});
afterAll(() => service[Symbol.asyncDispose]());

/** Each test has a flag of its own that is on and serves `off` to everybody. */
beforeEach(async () => {
  made += 1;
  flag = `checkout-${made}`;
  await ok('POST', `${P}/flags`, { body: { key: flag, type: 'boolean' } });
  const serve = { variation: 'off' };
  await edit({ kind: 'turn-on' }, { kind: 'set-fallthrough', serve });
});

const send = (method: string, path: string, asked?: Asked): Promise<Answer<Body>> =>
  service.admin.send<Body>(method, path, asked);

async function ok(method: string, path: string, asked?: Asked): Promise<Body> {
  const answer = await send(method, path, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

const edit = (...instructions: readonly object[]) => ok('PATCH', `${E}/flags/${flag}`, { body: { instructions } });
/** Time passes, and whoever waits for it has had a turn. */
async function pass(ms: number): Promise<void> {
  clock.moveTo(clock.now() + ms);
  await new Promise(setImmediate);
}

const rollouts = () => `${E}/flags/${flag}/rollouts`;

/** Ungated, so that nothing but time decides. */
const PLAN = {
  stages: [
    { kind: 'percent', percent: 10, bakeMinutes: 1, approval: 'manual', checklist: ['support informed'] },
    { kind: 'percent', percent: 100, bakeMinutes: 1 },
  ],
  gates: [],
};

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly percent: number;
  readonly revision: number;
}

async function aRollout(plan: object = PLAN, more: object = {}): Promise<Shown> {
  const { document } = await ok('POST', rollouts(), { body: { plan, begin: true, ...more } });
  return document as unknown as Shown;
}

const command = (id: string, verb: string, body: object = {}, headers = {}) =>
  send('POST', `${P}/rollouts/${id}/${verb}`, { body, headers });
const shown = async (id: string) => (await ok('GET', `${P}/rollouts/${id}`)) as unknown as Shown & Body;

/** Time passes until the rollout is in that state. */
async function until(id: string, state: string): Promise<void> {
  await expect
    .poll(async () => {
      await pass(5_000);
      return (await shown(id)).state;
    }, SOON)
    .toBe(state);
}

const served = async () => {
  const { fallthrough } = await ok('GET', `${E}/flags/${flag}`);
  return fallthrough;
};

describe('a rollout by the API', () => {
  test('goes its way: begun, approved with its checklist, completed; and says what happened', async () => {
    const { id } = await aRollout(PLAN, { comment: 'the new checkout' });
    await until(id, 'running');
    expect(await shown(id)).toMatchObject({ percent: 10, stage: 0, comment: 'the new checkout', startedBy: 'Ada' });
    expect(await served()).toEqual({
      split: {
        weights: { on: 10_000, off: 90_000 },
        allocation: [
          { from: 0, to: 10_000, variation: 'on' },
          { from: 10_000, to: 100_000, variation: 'off' },
        ],
      },
    });
    await until(id, 'holding');
    expect(await shown(id)).toMatchObject({ cause: { kind: 'checklist', reason: 'support informed' } });
    expect((await command(id, 'approve')).status).toBe(409);
    expect((await command(id, 'check', { line: 'support informed' })).status).toBe(200);
    await until(id, 'awaiting-approval');
    // Whoever has seen another stage approves nothing.
    const late = await command(id, 'approve', { stage: 1 });
    expect(late).toMatchObject({ status: 409, body: { errors: [{ pointer: '/stage' }] } });
    expect((await command(id, 'approve', { comment: 'looks good', stage: 0 })).body).toMatchObject({
      document: { progress: { approvedBy: 'Ada' } },
    });
    await until(id, 'completed');
    const { items } = await ok('GET', `${P}/rollouts/${id}/records`);
    expect((items as Body[]).map(({ to, percent, actor }) => `${to} ${percent} ${actor}`)).toEqual([
      'waiting 0 Ada',
      'running 10 Glidepath',
      'holding 10 Glidepath',
      'holding 10 Ada',
      'awaiting-approval 10 Glidepath',
      'running 10 Ada',
      'running 100 Glidepath',
      'completed 100 Glidepath',
    ]);
    expect(await shown(id)).toMatchObject({ next: null, endedAt: expect.stringMatching(/Z$/) });
  });

  test('advances ahead of time only for who types the key of the flag', async () => {
    const { id } = await aRollout();
    await until(id, 'running');
    const refused = await command(id, 'advance');
    expect(refused).toMatchObject({ status: 409, body: { code: 'confirmation-needed' } });
    expect(refused.body['errors']).toEqual([{ pointer: '/confirm', detail: `must be \`${flag}\`` }]);
    const advance = () => command(id, 'advance', { confirm: flag, stage: 0 });
    expect((await advance()).body).toMatchObject({
      document: { percent: 100, stage: 1 },
      versions: { production: expect.any(Number) },
    });
    // Somebody else has pressed the same button a moment later.
    expect(await advance()).toMatchObject({ status: 409, body: { errors: [{ pointer: '/stage' }] } });
  });

  test('pauses, resumes, and rolls back to exactly what was before', async () => {
    const before = await served();
    const { id } = await aRollout();
    await until(id, 'running');
    expect((await command(id, 'pause', { comment: 'lunch' })).body).toMatchObject({
      document: { state: 'paused', cause: { kind: 'person', reason: 'Ada: lunch' } },
    });
    // Said again it is no other state, and nothing is recorded twice.
    const { total } = await ok('GET', `${P}/rollouts/${id}/records`);
    expect((await command(id, 'pause', { comment: 'lunch' })).status).toBe(200);
    expect((await ok('GET', `${P}/rollouts/${id}/records`))['total']).toBe(total);
    await pass(10 * MINUTE);
    expect((await command(id, 'resume')).body).toMatchObject({ document: { state: 'running', percent: 10 } });
    expect((await command(id, 'roll-back', { comment: 'odd' })).body).toMatchObject({
      document: { state: 'rolled-back', percent: 0, incident: null },
    });
    expect(await served()).toEqual(before);
    expect((await command(id, 'resume')).body).toMatchObject({ code: 'not-possible-now' });
    const again = await command(id, 'restart');
    expect(again).toMatchObject({
      status: 201,
      body: { document: { state: expect.stringMatching(/waiting|running/) } },
    });
  });

  test.for<[title: string, act: () => Promise<unknown>, cause: string]>([
    ['killed', () => ok('POST', `${E}/flags/${flag}/kill`, { body: { reason: 'fire' } }), 'kill'],
    ['turned off', () => edit({ kind: 'turn-off' }), 'turned-off'],
    ['edited', () => edit({ kind: 'set-split', at: 'fallthrough', weights: { on: 30_000, off: 70_000 } }), 'edit'],
  ])('stops when its flag is %s, and leaves what it finds', async ([, act, cause]) => {
    const { id } = await aRollout();
    await until(id, 'running');
    await act();
    const left = await ok('GET', `${E}/flags/${flag}`);
    await until(id, 'aborted');
    expect(await shown(id)).toMatchObject({ cause: { kind: cause, reason: expect.stringContaining('Ada') } });
    expect(await ok('GET', `${E}/flags/${flag}`)).toMatchObject({
      fallthrough: left['fallthrough'],
      on: left['on'],
      killed: left['killed'],
    });
  });

  test('is refused beside another one, and on a flag that nobody gets', async () => {
    const { id } = await aRollout();
    expect(await send('POST', rollouts(), { body: { plan: PLAN } })).toMatchObject({
      status: 409,
      body: { code: 'in-use', rollout: id },
    });
    await command(id, 'abort');
    await edit({ kind: 'turn-off' });
    expect(await send('POST', rollouts(), { body: { plan: PLAN } })).toMatchObject({
      status: 409,
      body: { code: 'not-possible-now', detail: expect.stringContaining('off') },
    });
  });

  test.for<[title: string, plan: object, pointer: string]>([
    ['a variation that there is not', { variation: 'blue' }, '/plan/variation'],
    ['no last stage', { stages: [{ kind: 'percent', percent: 5, bakeMinutes: 1 }] }, '/plan/stages'],
    ['an unknown segment', { template: 'employees-first', segment: 'nobody' }, '/plan/stages/0/segment'],
    ['a template that needs a segment', { template: 'employees-first' }, '/plan/segment'],
    ['an unknown template', { template: 'nope' }, '/plan/template'],
    ['a rule that there is not', { at: 'nowhere' }, '/plan/at'],
    ['itself as what is required', { requires: ['itself'] }, '/plan/requires/0'],
  ])('is refused for %s, by its place', async ([, plan, pointer]) => {
    const body = { plan: { ...plan, ...('requires' in plan ? { requires: [flag] } : {}) } };
    const answer = await send('POST', rollouts(), { body });
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer })]);
  });

  test("is told by the flag's own plan, with all that goes without saying, or why that cannot be followed", async () => {
    const define = (plan?: object) => {
      const production = { on: true, offVariation: 'off', fallthrough: { variation: 'off' }, ...(plan && { plan }) };
      const flags = [{ key: flag, type: 'boolean', environments: { production } }];
      return ok('POST', `${P}/definitions`, { body: { apiVersion: 'glidepath/v1', flags } });
    };
    const plans = () => ok('GET', `${P}/flags/${flag}/plans`);
    expect(await plans()).toEqual({ items: [] });
    await ok('POST', `${P}/flags`, { body: { key: 'accounts', type: 'boolean' } });
    await define({ stages: PLAN.stages, requires: ['accounts'] });
    const plan = { variation: 'on', control: 'off', at: 'fallthrough', stages: PLAN.stages, requires: ['accounts'] };
    const gates = [{ kind: 'error-rate' }, { kind: 'latency' }];
    expect(await plans()).toMatchObject({
      items: [{ environment: 'production', template: null, plan: { ...plan, gates, runbook: '' }, problem: null }],
    });
    await ok('POST', `${P}/plans`, { body: { id: 'short-lived', name: 'Short-lived', stages: PLAN.stages } });
    await define({ template: 'short-lived' });
    await ok('DELETE', `${P}/plans/short-lived`);
    expect(await plans()).toMatchObject({
      items: [{ template: 'short-lived', plan: null, problem: expect.stringContaining('no plan `short-lived`') }],
    });
    await define();
    expect(await plans()).toEqual({ items: [] });
    const audit = await ok('GET', `/api/v1/audit?project=default&flag=${flag}&limit=3`);
    expect(audit['items']).toMatchObject(
      ['no release plan', 'plan `short-lived`', '10 % for 1 min, 100 % for 1 min'].map((words) => ({
        content: { changes: [{ summary: [expect.stringContaining(words)] }] },
      })),
    );
    expect((await send('GET', `${P}/flags/nope/plans`)).status).toBe(404);
  });

  test('is only foretold by a dry run', async () => {
    const forecast = await send('POST', `${rollouts()}?dryRun=true`, { body: { plan: { template: 'big-bang' } } });
    expect(forecast).toMatchObject({ status: 200, body: { warnings: [expect.stringContaining('at once')] } });
    expect(await ok('GET', rollouts())).toMatchObject({ total: 0 });
  });

  test('is started once by a request that is repeated', async () => {
    const asked = { body: { plan: PLAN }, headers: { 'idempotency-key': `start-${flag}` } };
    const first = await ok('POST', rollouts(), asked);
    const second = await ok('POST', rollouts(), asked);
    expect((second['document'] as Shown).id).toBe((first['document'] as Shown).id);
    expect(await ok('GET', rollouts())).toMatchObject({
      total: 1,
      items: [{ state: 'waiting', next: { waitsFor: 'somebody to begin it' } }],
    });
  });

  test('refuses a command of somebody who has seen an older state', async () => {
    const { id } = await aRollout();
    await until(id, 'running');
    const { revision } = await shown(id);
    const headers = { 'if-match': `"${revision - 1}"` };
    expect(await command(id, 'pause', {}, headers)).toMatchObject({ status: 412, body: { code: 'revision-conflict' } });
    // Time that is counted is nothing that somebody has to see.
    await pass(20_000);
    expect((await command(id, 'pause', {}, { 'if-match': `"${revision}"` })).status).toBe(200);
  });

  test('is listed by flag, environment and state', async () => {
    const { id } = await aRollout();
    await until(id, 'running');
    const found = await ok('GET', `${P}/rollouts?flag=${flag}&environment=production&live=true&state=running`);
    expect(found).toMatchObject({ total: 1, items: [{ id }] });
    expect(await ok('GET', `${P}/rollouts?flag=${flag}&live=false`)).toMatchObject({ total: 0 });
    expect(await ok('GET', `${E}/flags/${flag}`)).toMatchObject({ rollout: { id, state: 'running', percent: 10 } });
    const series = await ok('GET', `${P}/rollouts/${id}/gates/sample-ratio/series`);
    expect(series).toMatchObject({ gate: 'sample-ratio', points: expect.any(Array) });
    expect((await send('GET', `${P}/rollouts/${id}/gates/nope/series`)).status).toBe(404);
  });

  test('may be run by an operator, who may not edit splits', async () => {
    const secret = await service.token({ role: 'operator' });
    const operator: Send = service.as(secret);
    const weights = { on: 1_000, off: 99_000 };
    const split = { instructions: [{ kind: 'set-split', at: 'fallthrough', weights }] };
    expect((await operator('PATCH', `${E}/flags/${flag}`, { body: split })).status).toBe(403);
    const started = await operator<Body>('POST', rollouts(), { body: { plan: PLAN, begin: true } });
    expect(started.status).toBe(201);
    const { id } = started.body['document'] as Shown;
    await until(id, 'running');
    expect((await operator('POST', `${P}/rollouts/${id}/advance`, { body: { confirm: flag } })).status).toBe(200);
    expect(await served()).toMatchObject({ split: { weights: { on: 100_000 } } });
  });

  test('is no door for who may only look', async () => {
    const viewer: Send = service.as(await service.token({ role: 'viewer' }));
    expect((await viewer('POST', rollouts(), { body: { plan: PLAN } })).status).toBe(403);
  });
});

describe('instructions from outside', () => {
  test('never name who is compared, nor rules of a rollout', async () => {
    const arms = { rollout: 'r1', stage: 0, t: [[0, 1]], c: [[1, 2]] };
    const split = { kind: 'set-split', at: 'fallthrough', weights: { on: 1, off: 99_999 }, arms };
    expect((await send('PATCH', `${E}/flags/${flag}`, { body: { instructions: [split] } })).status).toBe(400);
    const rule = { id: 'rollout:r1', clauses: [], serve: { variation: 'on' } };
    const added = await send('PATCH', `${E}/flags/${flag}`, { body: { instructions: [{ kind: 'add-rule', rule }] } });
    expect(added.body['errors']).toEqual([
      expect.objectContaining({ detail: expect.stringContaining('belongs to a rollout') }),
    ]);
  });
});

describe('plans', () => {
  test('are listed with those that are built in first, kept, used, edited and deleted', async () => {
    const { document } = await ok('POST', `${P}/plans`, { body: { name: 'Careful', ...PLAN } });
    const { id, revision } = document as Shown;
    const { items } = await ok('GET', `${P}/plans`);
    expect((items as Body[]).map((plan) => plan['id'])).toEqual([
      'standard',
      'quick',
      'canary',
      'employees-first',
      'big-bang',
      id,
    ]);
    const started = await aRollout({ template: id });
    expect(await shown(started.id)).toMatchObject({ plan: { stages: PLAN.stages, gates: [] } });
    const headers = { 'if-match': `"${revision}"` };
    expect(await ok('PATCH', `${P}/plans/${id}`, { body: { name: 'Calm' }, headers })).toMatchObject({
      document: { name: 'Calm', stages: PLAN.stages },
    });
    expect((await send('PATCH', `${P}/plans/${id}`, { body: { name: 'Late' }, headers })).status).toBe(412);
    const falling = [...PLAN.stages].reverse();
    expect(await send('PATCH', `${P}/plans/${id}`, { body: { stages: falling } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/stages' }, { pointer: '/stages' }] },
    });
    await ok('DELETE', `${P}/plans/${id}`);
    expect((await send('GET', `${P}/plans/${id}`)).status).toBe(404);
    expect((await send('DELETE', `${P}/plans/standard`)).status).toBe(409);
  });
});
