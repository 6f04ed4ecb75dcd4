import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from '@glidepath/core/protocol';
import { flagItem } from '@glidepath/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, createScriptedService, digest } from '../support/scripted-service.ts';
import { createListeners } from '../support/sdk-script.ts';
import { startTimedClients, type TimedClient, type TimedClients, type TimedView } from '../support/timed-control.ts';

/** The built SDK in a process of its own, against services that do what they should not; hours go by in seconds. */

const SDK_KEY = 'gp_srv_0123456789';
const MINUTE = 60_000;
/** What timers may be late by. */
const GRACE_MS = 1_000;

const listeners = createListeners();
const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-hostile-'));
const service = createScriptedService();
let url: string;
let clients: TimedClients;

beforeAll(async () => {
  url = await listeners.open(service.server);
  clients = startTimedClients();
});
afterEach(async () => {
  expect(await clients.ask({ do: 'close' })).toEqual({ faults: [] });
});
afterAll(async () => {
  await clients[Symbol.asyncDispose]();
  listeners.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Minute by minute: on a machine that is busy with something else an hour may take longer than an answer may. */
async function advance(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= MINUTE) await clients.ask({ do: 'advance', ms: Math.min(left, MINUTE) });
}

async function look(contexts: readonly Readonly<Record<string, unknown>>[] = []): Promise<readonly TimedView[]> {
  const { clients: views = [], faults } = await clients.ask({ do: 'look', contexts });
  expect(faults).toEqual([]);
  return views;
}

/** How long it waited each time, from then on. */
const waitsFrom = (from: number, times: readonly number[]): readonly number[] => {
  const later = times.filter((at) => at >= from);
  return later.map((at, i) => at - (later[i - 1] ?? from));
};

type Within = readonly [leastMs: number, mostMs: number];
type Refusal = Extract<Answer, { kind: 'refuse' }>;
interface Row {
  readonly what: string;
  readonly answer: Refusal;
  /** How the last of it is told of where polls are answered so; of streams it may be another. */
  readonly code: string;
  /** What it asks for in so many words, or by its status; null = nothing. */
  readonly asked: Within | null;
}

const SLOW: Within = [2.5 * MINUTE, 7.5 * MINUTE];
const SILENCED: Within = [10 * MINUTE, 10 * MINUTE];

/** Between attempt number n (0 = the first after a good connection) and the one before it. */
function streamWithin(n: number, asked: Within | null, at: number): Within {
  if (n === 0) return [0, 5_000];
  const ceiling = 1_000 * 2 ** n;
  // Less often where polls have begun to help out, and less often still after ten minutes.
  const furthest = at < 10 * MINUTE ? MINUTE : 2 * MINUTE;
  const [least, most] = [Math.min(30_000, ceiling) / 2, Math.min(furthest, ceiling)];
  return asked === null ? [least, most] : [Math.max(asked[0], least), Math.max(asked[1], most)];
}

/** Between poll number n and the one before it. */
function pollWithin(n: number, asked: Within | null): Within {
  const apartMs = Math.min(5 * MINUTE, 30_000 * 2 ** n);
  // The first comes whenever it was due.
  const [least, most] = [n === 0 ? 0 : 0.8 * apartMs, 1.2 * apartMs];
  return n === 0 || asked === null ? [least, most] : [Math.max(asked[0], least), Math.max(asked[1], most)];
}

const outside = (waits: readonly number[], within: (n: number, at: number) => Within): readonly string[] => {
  let at = 0;
  return waits.flatMap((wait, n) => {
    at += wait;
    const [least, most] = within(n, at);
    const isRight = wait >= least - GRACE_MS / 1_000 && wait <= most + GRACE_MS;
    return isRight ? [] : [`number ${n} after ${Math.round(wait)} ms, not ${least} to ${most}`];
  });
};

describe('T28: a service that answers with anything but flags', () => {
  const row = (status: number, code: string, asked: Within | null = null, retryAfter?: string): Row => ({
    what: retryAfter === undefined ? `${status}` : `${status}, again after ${retryAfter}`,
    answer: { kind: 'refuse', status, ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }) },
    code,
    asked,
  });
  const page = (what: string, type: string, body: string): Row => ({
    what,
    answer: { kind: 'refuse', status: 200, headers: { 'content-type': type }, body },
    code: 'GP1106',
    asked: null,
  });
  const impatient = (status: number, code: string): readonly Row[] => [
    row(status, code, [5_000, 5_000], '5'),
    row(status, code, null, '-1'),
    row(status, code, null, 'soon'),
    row(status, code, SILENCED, '100000000'),
    row(status, code, null, '1000000000'),
  ];
  const rows: readonly Row[] = [
    page('a page of a proxy', 'text/html', '<!doctype html><title>Sign in</title>'),
    page('JSON that is none', 'application/json', '{"kind":"full","items":[{'),
    page('JSON of something else', 'application/json', '{"kind":"full","items":[]}'),
    row(401, 'GP1401', SLOW),
    row(403, 'GP1403', SLOW),
    row(426, 'GP1426', SLOW),
    ...[204, 301, 307, 400, 404, 407, 413, 500, 502, 503].map((status) => row(status, 'GP1500')),
    row(429, 'GP1429'),
    ...impatient(429, 'GP1429'),
    ...impatient(503, 'GP1500'),
  ];
  const modes = ['stream', 'poll'] as const;
  const all = modes.flatMap((mode) => rows.map((one, i) => ({ ...one, mode, name: `${mode}-${i}` })));
  const fileOf = (name: string): string => path.join(folder, `${name}.json`);
  const files = (): readonly string[] => all.map(({ name }) => readFileSync(fileOf(name), 'utf8'));

  test('keeps no client from its values and its pace, learns no key of a redirect, and is served from when it is well', async () => {
    const elsewhere = createScriptedService();
    const location = `${await listeners.open(elsewhere.server)}/stolen/sdk/v1/payload`;
    const answers = all.map(({ name, answer }): readonly [string, Answer] => {
      const isRedirect = Math.floor(answer.status / 100) === 3;
      return [name, isRedirect ? { ...answer, headers: { location } } : answer];
    });
    const made = all.map(({ name, mode }, seed): TimedClient => {
      return { options: { url: `${url}/${name}`, sdkKey: SDK_KEY, mode, cacheFile: fileOf(name) }, seed };
    });
    service.answer({ kind: 'serve' });
    const good = flagItem('good', {}, 1);
    service.serve([good], 1);
    await clients.ask({ do: 'make', clients: made });
    // Long enough for what was before to be forgotten, and for the cache to be written.
    const beat = encode({ t: 'hb', v: 1, d8: digest([good]).slice(0, 8) });
    for (let beats = 0; beats < 3; beats += 1) {
      await advance(25_000);
      await service.say(() => beat);
    }
    const goodMs = 75_000;
    const served = (await look()).map(({ version, good: value, source }) => [version, value, source]);
    expect(served).toEqual(all.map(({ mode }) => [1, true, mode]));
    await expect.poll(files).toEqual(all.map(() => expect.stringContaining('"version":1')));
    const before = files();

    service.answer({ kind: 'serve' }, new Map(answers));
    service.cut();
    // Nobody may take time to go by for a stream that is over.
    await expect.poll(async () => (await look()).filter(({ connection }) => connection === 'streaming')).toEqual([]);
    await advance(12 * MINUTE);
    const wrong = (await look()).flatMap(({ version, good: value, goodReason, lastError, attempts, ...view }, i) => {
      const { what, mode, code, asked } = all[i] as (typeof all)[number];
      const kept = [version, value, goodReason].join() === '1,true,FALLTHROUGH' ? [] : [`values: ${version} ${value}`];
      const told = mode === 'stream' || lastError === code ? [] : [`told ${lastError}, not ${code}`];
      const state = asked === SLOW && code !== 'GP1426' ? 'unauthorized' : 'stale';
      const states = view.state === state ? [] : [`it is ${view.state}`];
      const waits = waitsFrom(goodMs, attempts[mode]);
      const pace = outside(
        waits,
        mode === 'poll' ? (n) => pollWithin(n, asked) : (n, at) => streamWithin(n, asked, at),
      );
      const few = waits.length >= 2 ? [] : ['it gave up'];
      return [...kept, ...told, ...states, ...pace, ...few].map((problem) => `${what} (${mode}): ${problem}`);
    });
    expect(wrong).toEqual([]);
    expect(files()).toEqual(before);
    expect(elsewhere.asked).toEqual([]);
    expect(service.asked.every(({ headers }) => headers.authorization === `Bearer ${SDK_KEY}`)).toBe(true);

    service.serve([flagItem('good', { on: false }, 2)], 2);
    service.answer({ kind: 'serve' });
    await advance(8.5 * MINUTE);
    expect((await look()).map((view) => [view.version, view.good])).toEqual(all.map(() => [2, false]));
  });
});

describe('a service that is well', () => {
  const good = flagItem('good', {}, 1);
  const beat = encode({ t: 'hb', v: 1, d8: digest([good]).slice(0, 8) });
  const documented = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');

  test('S28: an hour of it writes no line to the log, ten minutes without it at most ten, each with a documented code', async () => {
    service.answer({ kind: 'serve' });
    service.serve([good], 1);
    const made = (['stream', 'poll'] as const).map((mode, seed): TimedClient => {
      return { options: { url: `${url}/${mode}`, sdkKey: SDK_KEY, mode, events: {} }, seed };
    });
    await clients.ask({ do: 'make', clients: made });
    for (let ms = 0; ms < 60 * MINUTE; ms += 25_000) {
      await advance(25_000);
      await service.say(() => beat);
    }
    expect((await look()).map(({ state, lines }) => [state, lines])).toEqual([
      ['ready', []],
      ['ready', []],
    ]);
    service.answer({ kind: 'reset' });
    service.cut();
    await expect.poll(async () => (await look()).map(({ connection }) => connection)).not.toContain('streaming');
    await advance(10 * MINUTE);
    for (const { lines } of await look()) {
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(10);
      for (const line of lines) {
        const [, code, address] = /^\[glidepath\] (GP\d{4}) .* \((\S+)\)$/.exec(line) ?? [];
        expect(documented, line).toContain(`| \`${code}\` |`);
        expect(address).toBe(`${url}/${line.includes('/poll/') ? 'poll' : 'stream'}/errors/${code}`);
      }
    }
  });

  test('S16: a million evaluations of 50 flags for 100,000 users in a minute reach it in at most seven reports of 20 kB', async () => {
    const [flags, users, perSecond] = [50, 100_000, 16_667];
    service.answer({ kind: 'serve' });
    service.serve(
      Array.from({ length: flags }, (_, i) => flagItem(`flag-${i}`, { on: true }, 1)),
      1,
    );
    const options = { url: `${url}/many`, sdkKey: SDK_KEY, mode: 'stream', events: {} } as const;
    await clients.ask({ do: 'make', clients: [{ options }] });
    for (let second = 0; second < 60; second += 1) {
      await clients.ask({ do: 'evaluate', times: perSecond, flags, users });
      await clients.ask({ do: 'advance', ms: 1_000 });
    }
    const reports = () => service.bodies.filter(({ name }) => name === 'many');
    const inTime = reports();
    console.log(`S16: ${inTime.length} reports of at most ${Math.max(...inTime.map(({ bytes }) => bytes))} bytes`);
    expect(inTime.length).toBeLessThanOrEqual(7);
    // What came last.
    await clients.ask({ do: 'advance', ms: 12_000 });
    const counted = () =>
      reports()
        .flatMap(({ text }) => (JSON.parse(text) as { evals: readonly { n: number }[] }).evals)
        .reduce((sum, { n }) => sum + n, 0);
    await expect.poll(counted).toBe(60 * perSecond);
    expect(Math.max(...reports().map(({ bytes }) => bytes))).toBeLessThanOrEqual(20_000);
  });
});

describe('T29: an hour of a service', () => {
  const SEEDS = [1, 2, 3];
  const deviationOf = (waits: readonly number[]): number => {
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    return Math.sqrt(waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / waits.length) / mean;
  };

  test.for<[what: string, answer: Answer, origin: string | null]>([
    ['that accepts and drops at once', { kind: 'accept and drop' }, null],
    ['that ends every connection', { kind: 'reset' }, null],
    // A port below those that are given to whoever connects: nobody ever meets himself there.
    ['that is not there', { kind: 'reset' }, 'http://127.0.0.1:1'],
    ['whose name nobody knows', { kind: 'reset' }, 'https://flags.invalid'],
  ])('%s has few attempts, and never at a steady pace', async ([what, answer, origin]) => {
    service.answer(answer);
    const made = SEEDS.map((seed): TimedClient => {
      return { options: { url: `${origin ?? url}/seed-${seed}`, sdkKey: SDK_KEY, mode: 'stream' }, seed };
    });
    await clients.ask({ do: 'make', clients: made });
    await advance(60 * MINUTE);
    const views = await look();
    const counts = views.map(({ attempts }) => `${attempts.stream.length} and ${attempts.poll.length} polls`);
    console.log(`T29 ${what}: attempts in an hour: ${counts.join(', ')}`);
    for (const { attempts, state, goodReason } of views) {
      expect([state, goodReason]).toEqual(['initializing', 'ERROR']);
      expect(attempts.stream.filter((at) => at <= 5 * MINUTE).length).toBeLessThanOrEqual(20);
      expect(attempts.stream.length).toBeGreaterThan(10);
      expect(attempts.stream.length).toBeLessThanOrEqual(60);
      expect(attempts.poll.length).toBeLessThanOrEqual(60);
      expect(deviationOf(waitsFrom(0, attempts.stream).slice(1))).toBeGreaterThan(0.2);
    }
    // Each by its own chance.
    expect(new Set(views.map(({ attempts }) => attempts.stream[3])).size).toBe(SEEDS.length);
  });
});
