import type { CanIReleaseView, DryRun, RolloutView, Written } from '@glidepath/server/api-types';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flagWorld } from '../support/flag-world.ts';
import { type Send, type Service, startService } from '../support/start-service.ts';

const PROJECT = '/api/v1/projects/default';
const HERE = `${PROJECT}/environments/development`;
/** One stage at a time, each as long as somebody wants. */
const STAGES = [10, 100].map((percent) => ({ kind: 'percent', percent, bakeMinutes: 60 }));

let service: Service;
let send: Send;
let flags = 0;
let flag: string;

beforeAll(async () => {
  service = await startService();
  ({ send } = service.admin);
});
afterAll(() => service[Symbol.asyncDispose]());

beforeEach(async () => {
  flags += 1;
  flag = `release-${flags}`;
  await flagWorld(service).flag({ key: flag }, [{ kind: 'set-fallthrough', serve: { variation: 'off' } }]);
});

const start = async (): Promise<RolloutView> => {
  const body = { plan: { stages: STAGES, gates: [] }, begin: true };
  const answer = await send<Written<RolloutView>>('POST', `${HERE}/flags/${flag}/rollouts`, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  const { id } = answer.body.document;
  await expect.poll(async () => (await rolloutOf(id)).state).toBe('running');
  return rolloutOf(id);
};
const rolloutOf = async (id: string) => (await send<RolloutView>('GET', `${PROJECT}/rollouts/${id}`)).body;
const asked = async (query = '') => (await send<CanIReleaseView>('GET', `${HERE}/can-i-release${query}`)).body;
const openIncident = async (about: object) => {
  const body = { title: 'Cards are declined', severity: 'SEV2', environment: 'development', ...about };
  return (await send<Written<{ readonly id: string }>>('POST', `${PROJECT}/incidents`, { body })).body.document.id;
};

describe('can-i-release', () => {
  test('says yes where nothing speaks against it, and which rollouts are under way', async () => {
    const { id } = await start();
    const { go, reasons, freeze, incidents, rollouts } = await asked();
    expect({ go, reasons, freeze, incidents }).toEqual({ go: true, reasons: [], freeze: null, incidents: [] });
    expect(rollouts).toContainEqual({ id, flag, state: 'running', percent: 10 });
  });

  test('says no while an incident is open, and yes once it is over', async () => {
    const id = await openIncident({});
    expect(await asked()).toMatchObject({
      go: false,
      reasons: [`${id} (SEV2) is open: Cards are declined`],
      incidents: [{ id, severity: 'SEV2' }],
    });
    await send('POST', `${PROJECT}/incidents/${id}/resolve`, { body: {} });
    expect(await asked()).toMatchObject({ go: true });
  });

  test('counts for a flag only what touches it', async () => {
    await flagWorld(service).flag({ key: `${flag}-other` });
    const id = await openIncident({ flags: [`${flag}-other`] });
    expect(await asked(`?flag=${flag}`)).toMatchObject({ go: true, incidents: [] });
    expect(await asked(`?flag=${flag}-other`)).toMatchObject({ go: false, incidents: [{ id }] });
    await send('POST', `${PROJECT}/incidents/${id}/resolve`, { body: {} });
    await start();
    expect(await asked(`?flag=${flag}`)).toMatchObject({
      go: false,
      reasons: [`A rollout drives ${flag} already (running).`],
    });
  });
});

describe('a verb of a rollout that is only tried', () => {
  test('tells what would come of it, and changes nothing', async () => {
    const { id, revision } = await start();
    const tried = await send<DryRun>('POST', `${PROJECT}/rollouts/${id}/roll-back?dryRun=true`, {
      body: { comment: 'looks bad' },
    });
    expect([tried.status, tried.body.diff]).toEqual([200, []]);
    expect(tried.body.summary.join()).toContain('was rolled back (Ada: looks bad): everybody has what they had before');
    expect(await rolloutOf(id)).toMatchObject({ state: 'running', percent: 10, revision });
  });

  test('is refused as it would be', async () => {
    const { id } = await start();
    const verb = (name: string) => send('POST', `${PROJECT}/rollouts/${id}/${name}?dryRun=true`, { body: {} });
    expect((await verb('resume')).body).toMatchObject({ code: 'not-possible-now' });
    expect((await verb('advance')).body).toMatchObject({ code: 'confirmation-needed' });
    expect((await verb('restart')).body).toMatchObject({ code: 'not-possible-now' });
    await send('POST', `${PROJECT}/rollouts/${id}/abort`, { body: {} });
    const restart = await verb('restart');
    expect([restart.status, restart.body['summary']]).toEqual([
      200,
      [`The release of \`on\` of \`${flag}\` in development waits to begin.`],
    ]);
    expect(await rolloutOf(id)).toMatchObject({ state: 'aborted' });
  });
});
