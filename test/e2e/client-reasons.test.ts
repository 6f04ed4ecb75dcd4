import type { Values } from '@glidepath/core/protocol';
import { createManualClock, type ManualClock } from '@glidepath/server';
import type { AuditView } from '@glidepath/server/api-types';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BrowserSocket, openBrowserSocket } from '../support/browser-socket.ts';
import { ENVIRONMENT, flagWorld } from '../support/flag-world.ts';
import { type Service, startService, stopUnder } from '../support/start-service.ts';

/** An environment that tells pages why they get a value, and one that does not. */

const HERE = `/api/v1/projects/default/environments/${ENVIRONMENT}`;
const ANA = { key: 'ana', plan: 'canary-plan' };

let service: Service;
let clock: ManualClock;
let id: string;
const open: BrowserSocket[] = [];

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock, random: () => 0.5 });
  const world = flagWorld(service);
  const toSplit = { split: { weights: { on: 100_000, off: 0 } } };
  await world.segment('canary-segment', [
    { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['ana'] },
  ]);
  await world.flag({ key: 'canary-server-flag' }, [{ kind: 'turn-off' }]);
  await world.flag({ key: 'plain', clientSide: true });
  await world.flag({ key: 'split', clientSide: true }, [{ kind: 'set-fallthrough', serve: toSplit }]);
  await world.flag({ key: 'killed', clientSide: true });
  await world.kill('killed');
  await world.flag({ key: 'by-rule', clientSide: true }, [
    {
      kind: 'add-rule',
      rule: {
        id: 'testers',
        name: 'canary name',
        clauses: [
          { attribute: 'plan', operator: 'in', values: ['canary-plan'] },
          { attribute: 'key', operator: 'in-segment', values: ['canary-segment'] },
        ],
        serve: { variation: 'on' },
      },
    },
  ]);
  for (const [key, flag] of [
    ['after-known', 'killed'],
    ['after-hidden', 'canary-server-flag'],
  ] as const)
    await world.flag({ key, clientSide: true }, [
      { kind: 'set-prerequisites', prerequisites: [{ flag, variations: ['on'] }] },
    ]);
  id = await service.sdkKey(ENVIRONMENT, { kind: 'client' });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
afterAll(() => stopUnder(clock, service));

async function tellReasons(reasonsInBrowsers: boolean): Promise<void> {
  const { status, body } = await service.admin.send('PATCH', HERE, { body: { reasonsInBrowsers } });
  expect([status, body]).toMatchObject([200, { document: { reasonsInBrowsers } }]);
}

async function page(fields: object = {}): Promise<BrowserSocket> {
  const socket = await openBrowserSocket({ url: service.url, key: id });
  open.push(socket);
  socket.hello({ context: ANA, ...fields });
  return socket;
}

const reasonsIn = ({ put }: Pick<Values, 'put'>) => Object.fromEntries(put.map(({ key, reason }) => [key, reason]));
const basisOf = ({ epoch, v }: Values) => ({ basis: { epoch, v } });

async function polled(fields: object = {}): Promise<Omit<Values, 't' | 'n'>> {
  const body = { id, context: ANA, ...fields };
  return (await service.send<Values>('POST', '/client/v1/evaluate', { body })).body;
}

const TOLD = {
  plain: { kind: 'FALLTHROUGH', openFeature: 'STATIC' },
  split: { kind: 'FALLTHROUGH', openFeature: 'SPLIT' },
  killed: { kind: 'KILLED', openFeature: 'DISABLED' },
  'by-rule': { kind: 'RULE_MATCH', ruleId: 'testers', ruleIndex: 0, openFeature: 'TARGETING_MATCH' },
  'after-known': { kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'killed', openFeature: 'TARGETING_MATCH' },
  'after-hidden': { kind: 'PREREQUISITE_FAILED', openFeature: 'TARGETING_MATCH' },
};

test('pages are told no reasons as long as nobody wants them to be', async () => {
  const { body } = await service.admin.send('GET', HERE);
  expect(body).toMatchObject({ reasonsInBrowsers: false });
  const socket = await page();
  await socket.take('values');
  expect(JSON.stringify([socket.texts, await polled()])).not.toContain('reason');
});

test('then pages that are there are told anew, with reasons that give away nothing of rules and hidden flags', async () => {
  const socket = await page();
  const before = await socket.take('values');
  await tellReasons(true);
  clock.moveTo(clock.now() + 2_000);
  const told = await socket.take('values');
  expect(told).toMatchObject({ full: true, v: before.v });
  expect(reasonsIn(told)).toEqual(TOLD);
  expect(reasonsIn(await polled())).toEqual(TOLD);
  const heard = JSON.stringify([socket.texts, await polled()]);
  expect(heard).not.toMatch(/canary|bucket|contextKind/);
});

test('what a page holds from before is not right any more, whichever way it was changed', async () => {
  await tellReasons(false);
  const without = await (await page()).take('values');
  await tellReasons(true);
  const back = await (await page(basisOf(without))).take('values');
  expect(back).toMatchObject({ full: true, v: without.v });
  expect(reasonsIn(back)).toEqual(TOLD);
  expect(await polled(basisOf(back))).toMatchObject({ full: false, put: [] });
  const same = await (await page(basisOf(back))).take('values');
  expect(same).toMatchObject({ full: false, put: [], count: 6 });
  await tellReasons(false);
  expect(reasonsIn(await polled(basisOf(back)))).toEqual(
    Object.fromEntries(back.put.map(({ key }) => [key, undefined])),
  );
});

test('who changed it is in the audit log', async () => {
  const { body } = await service.admin.send<{ items: AuditView[] }>('GET', '/api/v1/audit?limit=20');
  const edits = body.items.filter(({ action }) => action === 'edit-environment');
  expect(edits[0]?.content).toMatchObject({ before: { reasonsInBrowsers: true }, after: { reasonsInBrowsers: false } });
});
