import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;
const SOON = { interval: 10, timeout: 60_000 };

let service: Service;
let clock: ManualClock;
let flags: FlagsClient;
let flag = '';
let made = 0;

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock });
  flags = createClient({ url: service.url, sdkKey: await service.sdkKey('production'), application: { name: 'shop' } });
  await flags.waitForInitialization();
});
afterAll(async () => {
  await flags.close();
  await service[Symbol.asyncDispose]();
});

/** Each test has a flag of its own that is on and serves `off` to everybody. */
beforeEach(async () => {
  made += 1;
  flag = `checkout-${made}`;
  await ok('POST', `${P}/flags`, { key: flag, type: 'boolean' });
  const instructions = [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }];
  await ok('PATCH', `${E}/flags/${flag}`, { instructions });
});

async function ok<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await service.admin.send<T>(method, path, body === undefined ? {} : { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly percent: number;
  readonly incident: string | null;
  readonly sentence: string;
  readonly gates: readonly {
    readonly gate: { readonly id: string };
    readonly verdict: null | {
      readonly kind: string;
      readonly reason?: string;
      readonly figures: {
        readonly value: number | null;
        readonly samples: { readonly released: number; readonly control: number } | null;
      };
    };
  }[];
}

const shown = (id: string): Promise<Shown> => ok(`GET`, `${P}/rollouts/${id}`);

/** Time passes, and whoever waits for it has had a turn. */
async function pass(ms: number): Promise<void> {
  clock.moveTo(clock.now() + ms);
  await new Promise(setImmediate);
}

const PLAN = {
  stages: [
    { kind: 'percent', percent: 50, bakeMinutes: 0.5 },
    { kind: 'percent', percent: 100, bakeMinutes: 0.5 },
  ],
  gates: [
    { id: 'errors', kind: 'error-rate' },
    { id: 'p95', kind: 'latency' },
  ],
};

/** Half of the people have it, and the SDK knows of both arms. */
async function aRollout(): Promise<string> {
  const { document } = await ok<{ document: Shown }>('POST', `${E}/flags/${flag}/rollouts`, {
    plan: PLAN,
    begin: true,
  });
  await expect
    .poll(async () => {
      await pass(1_000);
      return (await shown(document.id)).percent;
    }, SOON)
    .toBe(50);
  await expect
    .poll(() => people(400).filter((key) => flags.variation(flag, { key }, false)).length, SOON)
    .toBeGreaterThan(150);
  return document.id;
}

const people = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `person-${i}`);

/** Everybody asks a few times; the new way breaks for one in so many. */
async function requests(brokenForOneIn = Number.POSITIVE_INFINITY): Promise<void> {
  for (const [i, key] of people(300).entries())
    for (let k = 0; k < 4; k += 1)
      flags.runWithContext({ key }, (scope) => {
        const isNew = scope.variation(flag, false);
        scope.end({
          ok: !(isNew && (i + k) % brokenForOneIn === 0),
          durationMs: 20 + ((i * 7 + k) % 10),
          operation: 'POST /pay',
        });
      });
  expect(await flags.flush()).toMatchObject({ ok: true });
}

const verdictOf = async (id: string, gate: string) =>
  (await shown(id)).gates.find((one) => one.gate.id === gate)?.verdict;

describe('a rollout of what real SDKs measure', () => {
  test('S20: what requests do appears in the verdicts of its gates within 15 seconds, in both arms', async () => {
    const id = await aRollout();
    const from = clock.now();
    await requests();
    await expect
      .poll(async () => {
        await pass(1_000);
        return (await verdictOf(id, 'p95'))?.figures.samples?.released ?? 0;
      }, SOON)
      .toBeGreaterThan(500);
    expect(clock.now() - from).toBeLessThanOrEqual(15_000);
    const { figures } = (await verdictOf(id, 'p95')) ?? expect.unreachable();
    expect((figures.samples?.released ?? 0) + (figures.samples?.control ?? 0)).toBe(1_200);
    expect(figures.value).toBeGreaterThan(20);
    expect(figures.value).toBeLessThan(32);
  });

  test('goes to everybody while all is well, and is watched there too', async () => {
    const id = await aRollout();
    await expect
      .poll(async () => {
        await requests();
        await pass(10_000);
        await pass(10_000);
        return (await shown(id)).state;
      }, SOON)
      .toBe('completed');
    expect(await ok('GET', `${P}/rollouts/${id}/records`)).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ percent: 100 })]),
    });
    await expect.poll(() => people(100).every((key) => flags.variation(flag, { key }, false)), SOON).toBe(true);
  });

  test('is taken back by itself once the new way breaks, and everybody has the old one', async () => {
    const id = await aRollout();
    await expect
      .poll(async () => {
        await requests(10);
        await pass(10_000);
        return (await shown(id)).state;
      }, SOON)
      .toBe('rolled-back');
    const { incident, sentence } = await shown(id);
    expect(incident).toMatch(/^INC-\d+$/);
    expect(sentence).toContain('of executions failed');
    await expect.poll(() => people(400).some((key) => flags.variation(flag, { key }, false)), SOON).toBe(false);
  });
});

test('a plan with a gate that can never say anything is refused, at its place', async () => {
  const gates = [{ id: 'p', kind: 'prometheus', query: 'up', threshold: 1 }];
  const answer = await service.admin.send('POST', `${E}/flags/${flag}/rollouts`, {
    body: { plan: { ...PLAN, gates } },
  });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/plan/gates/0/kind' }] } });
});

test('a dry run tells how long the first stage takes to show harm, and who shares its operation', async () => {
  const told = await ok('POST', `${E}/flags/${flag}/rollouts?dryRun=true`, { plan: PLAN });
  expect(told).toMatchObject({ sentence: expect.stringContaining('Nothing was measured') });
  await aRollout();
  await requests();
  const [other, before] = [`other-${made}`, flag];
  await ok('POST', `${P}/flags`, { key: other, type: 'boolean' });
  const instructions = [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }];
  await ok('PATCH', `${E}/flags/${other}`, { instructions });
  await expect.poll(() => flags.variationDetail(other, { key: 'u' }, true).value, SOON).toBe(false);
  flag = other;
  await requests();
  const forecast = await ok('POST', `${E}/flags/${other}/rollouts?dryRun=true`, { plan: PLAN });
  expect(forecast).toMatchObject({
    warnings: expect.arrayContaining([expect.stringContaining(`\`POST /pay\` is measured for \`${before}\` too`)]),
    sentence: expect.stringMatching(/50 % needs about \d+ (minute|hour)s? to detect \+0\.5 percentage points/),
  });
});
