import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ASKED_BY_NAME, RELEASE_MUTANTS, type ReleaseMutant, TESTS } from './release-mutants.ts';
import { openSources, type Sources } from './sources.ts';
import { openTrial } from './trial.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENT_MS = 20_000;
const HASTY_MS = 300;
/** Whether two who write at once disturb each other is a matter of chance. */
const CHANCES = 4;

/** A guard that is broken on purpose must not let anything out of this machine. */
function inside(request: typeof http.request) {
  return (options: http.RequestOptions) => {
    const { hostname = '', lookup } = options;
    const found: string[] = isIP(hostname ?? '') === 0 ? [] : [hostname ?? ''];
    lookup?.(hostname ?? '', { all: true }, (_error, addresses) => {
      if (found.length === 0 && Array.isArray(addresses)) found.push(...addresses.map(({ address }) => address));
    });
    if (!found.every((address) => address.startsWith('127.'))) throw new Error(`it asks ${found.join(', ')}`);
    return request(options);
  };
}

const trial = openTrial();
let sources: Sources;

/** Those that stand on a database are asked by name: they take longer than all others together. */
function isAsked(file: string, title: string, mutant: ReleaseMutant | null): boolean {
  if (mutant?.by !== undefined) return title.includes(mutant.by);
  if (!ASKED_BY_NAME.has(file)) return true;
  return mutant === null && RELEASE_MUTANTS.some(({ by }) => by !== undefined && title.includes(by));
}

/** The first test that fails; null where all hold. */
async function failing(files: readonly string[], mutant: ReleaseMutant | null): Promise<string | null> {
  for (const file of files) {
    try {
      await sources.load([file], mutant);
    } catch (error) {
      trial.taken();
      return `${file} does not begin: ${error}`;
    }
    for (const { title, run } of trial.taken()) {
      if (!isAsked(file, title, mutant)) continue;
      try {
        await run();
      } catch (error) {
        return `${file}: ${title}: ${error instanceof Error ? error.message : error}`;
      }
    }
  }
  return null;
}

beforeAll(async () => {
  const guarded = {
    'node:http': { ...http, request: inside(http.request) },
    'node:https': { ...https, request: inside(https.request) },
  };
  sources = await openSources(TESTS, { ...trial.standIns, ...guarded });
});

const named = ({ file, from, to }: ReleaseMutant) => `${file}: ${from.trim()} → ${to.trim() || 'nothing'}`;

describe('releases with one place of their source altered', () => {
  test('are altered where their source says so, once', () => {
    const lost = RELEASE_MUTANTS.filter(
      ({ file, from, to }) => readFileSync(ROOT + file, 'utf8').split(from).length !== 2 || from === to,
    );
    expect(lost.map(named)).toEqual([]);
  });

  test('are right where nothing was altered', async () => {
    trial.patience(PATIENT_MS);
    expect(await failing(TESTS, null)).toBeNull();
  });

  test.for(RELEASE_MUTANTS.map((one) => [named(one), one] as const))('fail a test: %s', async ([, one]) => {
    trial.patience(HASTY_MS);
    const concerned = TESTS.filter((file) => sources.uses(file, one.file));
    expect(concerned).not.toEqual([]);
    let failed: string | null = null;
    for (let chance = 0; failed === null && chance < CHANCES; chance += 1) failed = await failing(concerned, one);
    expect(failed).not.toBeNull();
  });
});
