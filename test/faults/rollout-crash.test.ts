import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { type FakeClock, openFakeClock } from '../support/fake-clock.ts';
import { newDatabase } from '../support/postgres.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { enter, type Send } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;
const FULL = process.env['GLIDEPATH_TEST_TIER'] === 'faults';

type Body = Record<string, unknown>;

/** Three moves: two stages and the end. Ungated, so that nothing but time decides. */
const PLAN = {
  stages: [
    { kind: 'percent', percent: 10, bakeMinutes: 0 },
    { kind: 'percent', percent: 100, bakeMinutes: 0 },
  ],
  gates: [],
};
const COURSE = ['waiting 0', 'running 10', 'running 100', 'completed 100'];

async function ok(send: Send, method: string, route: string, body?: object): Promise<Body> {
  const answer = await send<Body>(method, route, body === undefined ? {} : { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

/** Flags that are on and serve `off`, and a rollout of each, begun. */
async function someRollouts(send: Send, flags: readonly string[]): Promise<readonly string[]> {
  for (const key of flags) await ok(send, 'POST', `${P}/flags`, { key, type: 'boolean' });
  const instructions = [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }];
  const changes = flags.map((flag) => ({ flag, environment: 'production', instructions }));
  await ok(send, 'POST', `${P}/changes`, { changes });
  const started = flags.map((flag) => ok(send, 'POST', `${E}/flags/${flag}/rollouts`, { plan: PLAN, begin: true }));
  return (await Promise.all(started)).map(({ document }) => (document as { id: string }).id);
}

interface Move {
  readonly to: string;
  readonly percent: number;
  readonly version: number | null;
}

async function movesOf(send: Send, id: string): Promise<readonly Move[]> {
  const { items } = await ok(send, 'GET', `${P}/rollouts/${id}/records`);
  return items as readonly Move[];
}

/** Each move once, in order, with a version of its own where people get something else. */
async function expectOnce(send: Send, id: string): Promise<readonly number[]> {
  const moves = await movesOf(send, id);
  expect(moves.map(({ to, percent }) => `${to} ${percent}`)).toEqual(COURSE);
  return moves.flatMap(({ version }) => (version === null ? [] : [version]));
}

/** Moves the clock on, second by second, until it is so. */
const passUntil = (clock: FakeClock, isReached: () => Promise<boolean>): Promise<void> =>
  expect
    .poll(
      async () => {
        await clock.advance(1_000);
        return isReached();
      },
      { interval: 10, timeout: 60_000 },
    )
    .toBe(true);

const isGone = async ({ pid }: ServerProcess): Promise<boolean> => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('a server that is killed in the middle of a rollout', () => {
  test('goes on where it was: each move happens once', async () => {
    await using clock = await openFakeClock();
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-rollout-'));
    const start = (failpoints: string) =>
      startServer({
        GLIDEPATH_DATA_DIR: dataDir,
        GLIDEPATH_TEST_CLOCK: String(clock.port),
        GLIDEPATH_FAILPOINTS: failpoints,
      });
    try {
      let id = '';
      {
        // Before the change is durable, and with nothing written of the move but the flag.
        await using server = await start('settle-after-change=kill');
        const { send } = await enter(server.url ?? '', server.setupLink);
        [id = ''] = await someRollouts(send, ['new-checkout']);
        await passUntil(clock, () => isGone(server));
        expect(await server.ended()).toBe('SIGKILL');
      }
      // The move that was interrupted, then the next one: ended when all is written, and when it is durable already.
      for (const failpoints of ['step-after-event=kill@2', 'step-after-commit=kill@1']) {
        await using server = await start(failpoints);
        await passUntil(clock, () => isGone(server));
        expect(await server.ended()).toBe('SIGKILL');
      }
      await using server = await start('');
      const { send } = await enter(server.url ?? '', server.setupLink);
      await passUntil(clock, async () => (await movesOf(send, id)).length === COURSE.length);
      const versions = await expectOnce(send, id);
      expect(new Set(versions).size).toBe(3);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('T49: several servers on one database', () => {
  const ROLLOUTS = FULL ? 100 : 15;

  test('move each rollout once, though one is killed and one stands still in the middle', async () => {
    await using clock = await openFakeClock();
    const settings = {
      GLIDEPATH_DATABASE_URL: await newDatabase(inject('pgUrl')),
      GLIDEPATH_SECRET: 'one secret that all of the replicas have',
      GLIDEPATH_TEST_CLOCK: String(clock.port),
    };
    await using first = await startServer(settings);
    const { send } = await enter(first.url ?? '', first.setupLink);
    const ids = await someRollouts(
      send,
      Array.from({ length: ROLLOUTS }, (_, i) => `flag-${i}`),
    );
    // Each of them has made a move before: one ends in the middle of its next, one stands still there.
    const [doomed, frozen] = await Promise.all([
      startServer({ ...settings, GLIDEPATH_FAILPOINTS: 'settle-after-record=kill@2' }),
      startServer({ ...settings, GLIDEPATH_FAILPOINTS: `settle-after-row=sleep:${FULL ? 30_000 : 2_000}@2` }),
    ]);
    await using _doomed = doomed;
    await using _frozen = frozen;
    const isOver = async () => {
      const { total } = await ok(send, 'GET', `${P}/rollouts?live=false&limit=1`);
      return total === ROLLOUTS;
    };
    await passUntil(clock, isOver);
    expect(await doomed.ended()).toBe('SIGKILL');
    const versions: number[] = [];
    for (const id of ids) versions.push(...(await expectOnce(send, id)));
    expect(new Set(versions).size).toBe(3 * ROLLOUTS);
  });
});
