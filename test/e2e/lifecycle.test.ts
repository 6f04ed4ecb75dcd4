import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createManualClock, type ManualClock } from '@glidepath/server';
import type { CleanUpView, FlagAskersView, LifecycleView } from '@glidepath/server/api-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Send, type Service, startService } from '../support/start-service.ts';

const DAY = 86_400_000;
const MADE = Date.UTC(2026, 2, 1, 12);
const NOW = MADE + 40 * DAY;
const P = '/api/v1/projects/default';
const ENVIRONMENTS = ['development', 'staging', 'production'];
const HALF = { kind: 'set-split', at: 'fallthrough', weights: { on: 50_000, off: 50_000 } };

/** What was made forty days ago, and how it was left; all of it is on. */
const FLAGS: readonly { readonly key: string; readonly [field: string]: unknown }[] = [
  { key: 'released', name: 'The cart of spring', tags: ['checkout'] },
  { key: 'half-way' },
  { key: 'needed' },
  { key: 'forgotten' },
  { key: 'switch', purpose: 'kill-switch' },
];

let service: Service;
let send: Send;
let clock: ManualClock;
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-lives-'));

async function write(to: Send, method: string, route: string, body: object): Promise<void> {
  const answer = await to(method, `${P}${route}`, { body });
  if (answer.status >= 300)
    throw new Error(`${method} ${route} answered ${answer.status} ${JSON.stringify(answer.body)}`);
}

const change = (to: Send, environment: string, flag: string, ...instructions: readonly object[]) =>
  write(to, 'PATCH', `/environments/${environment}/flags/${flag}`, { instructions });

/** As it was forty days ago. */
async function begin(): Promise<void> {
  const then = await startService({ clock: createManualClock(MADE), dataDir });
  const { send: to } = then.admin;
  for (const flag of FLAGS) {
    await write(to, 'POST', '/flags', { type: 'boolean', ...flag });
    for (const environment of ENVIRONMENTS) await change(to, environment, flag.key, { kind: 'turn-on' });
  }
  await change(to, 'production', 'half-way', HALF);
  await then[Symbol.asyncDispose]();
}

beforeAll(async () => {
  await begin();
  clock = createManualClock(NOW);
  service = await startService({ clock, dataDir });
  ({ send } = service.admin);
  const prerequisites = [{ flag: 'needed', variations: ['on'] }];
  await change(send, 'staging', 'half-way', { kind: 'set-prerequisites', prerequisites });
  await write(send, 'POST', '/flags', { key: 'young', type: 'boolean', owner: service.admin.memberId });
  const evals = ['released', 'half-way', 'needed', 'switch'].map((flag) => ({
    flag,
    fv: 1,
    var: 'on',
    reason: 'FALLTHROUGH',
    n: 12,
  }));
  const report = { schema: 1, instance: 'one', seq: 1, sdk: 'node/1.0.0', from: 0, to: 10_000, evals };
  const told = await service.as(await service.sdkKey('production'))('POST', '/sdk/v1/events', { body: report });
  if (told.status >= 300) throw new Error(`counts were answered with ${told.status}`);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

async function cleanUp(query = ''): Promise<CleanUpView> {
  const { status, body } = await send<CleanUpView>('GET', `${P}/lifecycle${query}`);
  expect(status).toBe(200);
  return body;
}
const keysOf = ({ items }: CleanUpView) => items.map(({ flag }) => flag);
const lifeOf = async (flag: string) => (await send<LifecycleView>('GET', `${P}/flags/${flag}/lifecycle`)).body;

describe('the list of flags to clean up', () => {
  test('holds what is stale, and counts all flags', async () => {
    const { items, counts, ages, total, asOf } = await cleanUp('?sort=key');
    expect(items.map(({ flag, stage, readiness }) => [flag, stage, readiness.kind])).toEqual([
      ['forgotten', 'abandoned', 'caution'],
      ['half-way', 'rolling-out', 'blocked'],
      ['needed', 'settled', 'blocked'],
      ['released', 'settled', 'caution'],
    ]);
    expect(total).toBe(4);
    expect(counts).toEqual({ live: 6, stale: 4, overAge: 4, ready: 0, archived: 0 });
    expect(asOf).toBe(new Date(NOW).toISOString());
    expect(ages.map(({ from, to, count }) => [from, to, count])).toEqual([
      [0, 30, 1],
      [30, 60, 4],
      [60, 90, 0],
      [90, 180, 0],
      [180, null, 0],
    ]);
  });

  test.for<[query: string, flags: readonly string[]]>([
    ['ready=caution', ['forgotten', 'released']],
    ['ready=safe,blocked', ['half-way', 'needed']],
    ['stage=abandoned', ['forgotten']],
    ['stage=new', ['young']],
    ['stage=settled', ['needed', 'released', 'switch']],
    ['stale=settled', ['needed', 'released']],
    ['owner=none', ['forgotten', 'half-way', 'needed', 'released']],
    ['owner=nobody-here', []],
    ['age=30-60', ['forgotten', 'half-way', 'needed', 'released']],
    ['age=180-', []],
    ['q=SPRING', ['released']],
    ['q=checkout', ['released']],
  ])('%s', async ([query, flags]) => {
    expect(keysOf(await cleanUp(`?sort=key&${query}`))).toEqual(flags);
  });

  test.for<[sort: string, first: string]>([
    ['-key', 'released'],
    ['evaluated', 'forgotten'],
  ])('is sorted by %s', async ([sort, first]) => {
    expect(keysOf(await cleanUp(`?sort=${sort}`))[0]).toBe(first);
  });

  test('comes in pages', async () => {
    const first = await cleanUp('?sort=key&limit=3');
    expect(first).toMatchObject({ total: 4, items: [{}, {}, {}] });
    const second = await cleanUp(`?sort=key&limit=3&cursor=${first.next}`);
    expect(keysOf(second)).toEqual(['released']);
    expect(second).not.toHaveProperty('next');
  });

  test('refuses words that it does not know', async () => {
    for (const query of ['ready=maybe', 'stage=old', 'stale=x', 'age=7-9', 'sort=name'])
      expect((await send('GET', `${P}/lifecycle?${query}`)).status).toBe(400);
  });
});

test.for<[query: string, flags: readonly string[]]>([
  ['stale=true', ['forgotten', 'half-way', 'needed', 'released']],
  ['stale=false', ['switch', 'young']],
  ['stage=settled,new', ['needed', 'released', 'switch', 'young']],
  ['stage=settled&stale=false', ['switch']],
  ['stage=settled&purpose=kill-switch', ['switch']],
])('the list of all flags can be asked for %s', async ([query, flags]) => {
  const { body } = await send<{ items: readonly { key: string }[] }>('GET', `${P}/flags?${query}`);
  expect(body.items.map(({ key }) => key)).toEqual(flags);
});

describe('the life of one flag', () => {
  test('is told with its evidence, what the code gets instead, and what is next', async () => {
    expect(await lifeOf('released')).toMatchObject({
      name: 'The cart of spring',
      ageDays: 40,
      lifetimeDays: 30,
      stale: [{ code: 'over-age', since: new Date(MADE + 30 * DAY).toISOString() }, { code: 'settled' }],
      forward: { variation: 'on', value: true },
      references: null,
      evaluatedAt: new Date(NOW).toISOString(),
      evaluations7d: 12,
      next: { action: 'remove-code' },
      removalCommand: 'glidepath prune released --variation on',
    });
    expect(await lifeOf('switch')).toMatchObject({ stage: 'settled', stale: [], next: { action: 'none' } });
    expect(await lifeOf('needed')).toMatchObject({ readiness: { kind: 'blocked' }, removalCommand: null });
  });

  test('is not known of a flag that does not exist', async () => {
    expect(await send('GET', `${P}/flags/none/lifecycle`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  test('goes on for thirty days after it was archived, and shows who asks', async () => {
    const instructions = [{ kind: 'archive', confirm: 'forgotten' }];
    await write(send, 'PATCH', '/flags/forgotten', { instructions });
    expect(await lifeOf('forgotten')).toMatchObject({
      stage: 'archived',
      archivedAt: new Date(NOW).toISOString(),
      servesUntil: new Date(NOW + 30 * DAY).toISOString(),
      next: { action: 'none' },
    });
    expect((await cleanUp('?stage=archived')).counts).toMatchObject({ live: 5, archived: 1 });
    expect(keysOf(await cleanUp('?stage=archived'))).toEqual(['forgotten']);
    expect(keysOf(await cleanUp())).not.toContain('forgotten');
  });

  test('is told with the applications that have asked since it was archived, and no key is unknown by it', async () => {
    const askers = (flag: string) => send<FlagAskersView>('GET', `${P}/flags/${flag}/askers`);
    expect((await askers('released')).body).toEqual({ items: [] });
    const body = { instructions: [{ kind: 'archive', confirm: 'released' }] };
    const archived = await send<{ versions: { production: number } }>('PATCH', `${P}/flags/released`, { body });
    expect((await askers('released')).body).toEqual({ items: [] });
    const report = service.as(await service.sdkKey('production'));
    const asks = (instance: string, app: object) => {
      const evals = [{ flag: 'released', fv: archived.body.versions.production, var: 'on', reason: 'OFF', n: 3 }];
      const sent = { schema: 1, instance, seq: 1, sdk: 'node/1.0.0', app, from: 0, to: 1, evals };
      return report('POST', '/sdk/v1/events', { body: sent });
    };
    await asks('a', { name: 'shop', version: '4.2.0' });
    await asks('b', { name: 'shop', version: '4.2.0' });
    clock.moveTo(clock.now() + 1_000);
    await asks('c', { name: 'billing' });
    const told = { environment: 'production', sdk: 'node/1.0.0', instances: 0, isServed: true };
    expect((await askers('released')).body.items).toEqual([
      { ...told, application: 'billing', evaluations: 3, lastAt: new Date(clock.now()).toISOString() },
      { ...told, application: 'shop 4.2.0', evaluations: 6, lastAt: new Date(clock.now() - 1_000).toISOString() },
    ]);
    const unknown = await send<{ total: number }>('GET', `${P}/environments/production/usage/unknown`);
    expect(unknown.body.total).toBe(0);
    expect((await askers('none')).status).toBe(404);
  });
});

test('how many flags there are is written down once a day', async () => {
  const { store } = service.app;
  const [project] = await store.documents('project');
  const id = project?.id ?? '';
  const today = NOW - (NOW % DAY);
  const day = { live: 9, stale: 8, ready: 7 };
  await store.putLifecycleDay(id, { day: today - DAY, ...day });
  clock.moveTo(clock.now() + 61_000);
  await expect.poll(() => store.lifecycleTrend(id, today)).toMatchObject([{ day: today, ready: 0 }]);
  const { trend, counts } = await cleanUp();
  expect(trend).toEqual([
    { day: '2026-04-09', ...day },
    { day: '2026-04-10', live: counts.live, stale: counts.stale, ready: 0 },
  ]);
});
