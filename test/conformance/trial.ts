import { setTimeout as passed } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect } from 'vitest';

type Work = (row?: unknown) => unknown;

interface Tried {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** Tests that are collected and run here, without a runner of their own. */
export interface Trial {
  /** Takes the place of `vitest` and `fast-check`. */
  readonly standIns: Readonly<Record<string, unknown>>;
  /** What was collected since the last call. */
  taken(): readonly Tried[];
  /** How long the tests may wait for something from now on. */
  patience(ms: number): void;
}

/** Cases of a law. */
const RUNS = 150;
/** How many waits a test may have. */
const LONGEST_WAITS = 4;

async function inTime(work: Work, ms: number): Promise<void> {
  const over = new AbortController();
  const late = passed(ms, null, { signal: over.signal }).then(
    () => Promise.reject(new Error('it takes too long')),
    () => undefined,
  );
  try {
    await Promise.race([(async () => work())(), late]);
  } finally {
    over.abort();
  }
}

export function openTrial(): Trial {
  let collected: Tried[] = [];
  let titles: string[] = [];
  let hooks: { readonly before: Work[]; readonly after: Work[] } = { before: [], after: [] };
  let patienceMs = 0;

  function describe(title: string, work: () => void): void {
    titles = [...titles, title];
    work();
    titles = titles.slice(0, -1);
  }

  function collect(title: string, work: Work): void {
    const { before, after } = hooks;
    const run = async (): Promise<void> => {
      for (const hook of before) await hook();
      try {
        await inTime(work, patienceMs * LONGEST_WAITS);
      } finally {
        for (const hook of after) await hook();
      }
    };
    collected.push({ title: [...titles, title].join(' '), run });
  }

  const test = Object.assign(collect, {
    for: (rows: readonly unknown[]) => (title: string, work: Work) => {
      for (const row of rows) collect(`${title} ${JSON.stringify(row)}`, () => work(row));
    },
  });

  const poll = (ask: () => unknown) =>
    new Proxy(
      {},
      {
        get:
          (_, matcher: string) =>
          async (...args: readonly unknown[]): Promise<void> => {
            const deadline = performance.now() + patienceMs;
            for (;;) {
              try {
                const claims = expect(await ask()) as unknown as Record<string, (...all: readonly unknown[]) => void>;
                claims[matcher]?.(...args);
                return;
              } catch (error) {
                if (performance.now() > deadline) throw error;
                await passed(2);
              }
            }
          },
      },
    );

  const assert = (property: fc.IRawProperty<unknown>, settings: fc.Parameters<unknown> = {}): unknown =>
    fc.assert(property, { ...settings, numRuns: Math.min(RUNS, settings.numRuns ?? 100), seed: 1, endOnFailure: true });

  return {
    standIns: {
      vitest: {
        describe,
        test,
        expect: Object.assign((...args: Parameters<typeof expect>) => expect(...args), expect, { poll }),
        beforeEach: (work: Work) => void hooks.before.push(work),
        afterEach: (work: Work) => void hooks.after.push(work),
      },
      'fast-check': { ...fc, assert },
    },
    taken() {
      const tests = collected;
      collected = [];
      hooks = { before: [], after: [] };
      return tests;
    },
    patience(ms) {
      patienceMs = ms;
    },
  };
}
