import { DECISIONS, type Decisions } from '@glidepath/server/stream';
import { describe, expect, test } from 'vitest';
import { type Outcome, runHistory } from './history.ts';
import type { Sight } from './properties.ts';

const isNight = process.env['GLIDEPATH_TEST_TIER'] === 'night';
const HISTORIES = isNight ? 100_000 : 1_000;
const HISTORIES_WITH_FAULT = isNight ? 1_000 : 200;
const ONE_SEED = process.env['SEED'];
const seeds = ONE_SEED ? [Number(ONE_SEED)] : Array.from({ length: HISTORIES }, (_, index) => index + 1);

describe('T1: any history of writes, faults and restarts', () => {
  test(`ends with every SDK at the server's state, and keeps the six properties (${seeds.length} histories)`, () => {
    const seen: Partial<Record<Sight, number>> = {};
    for (const seed of seeds) {
      const outcome = runHistory(seed);
      if (outcome.violations.length > 0) throw new Error(failureOf(seed));
      for (const [sight, count] of Object.entries(outcome.seen) as [Sight, number][]) {
        seen[sight] = (seen[sight] ?? 0) + count;
      }
    }
    console.log(`${seeds.length} histories, 0 violations; reached: ${JSON.stringify(seen)}`);
    if (!ONE_SEED) for (const [sight, count] of Object.entries(seen)) expect(count, sight).toBeGreaterThan(5);
  });
});

/** The shortest beginning of the history that still fails, told so that it can be replayed. */
function failureOf(seed: number): string {
  const lengths = Array.from({ length: 60 }, (_, index) => index + 1);
  const outcomes = lengths.map((length): Outcome => runHistory(seed, length));
  const shortest = outcomes.find((outcome) => outcome.violations.length > 0);
  const told = shortest?.violations.map(({ property, detail }) => `${property}: ${detail}`).join('\n');
  return `SEED=${seed} npm run test:sim replays this:\n${told}\n${shortest?.commands.join(', ')}`;
}

const FAULTS: Readonly<Record<string, Decisions>> = {
  'skips one op of a merge': {
    ...DECISIONS,
    merge: (changes) => {
      const merged = DECISIONS.merge(changes);
      return changes.length > 1 ? { ...merged, ops: merged.ops.slice(1) } : merged;
    },
  },
  'serves a delta past compaction': {
    ...DECISIONS,
    intent: (basis, offer) => {
      const right = DECISIONS.intent(basis, offer);
      const isPast = right.kind === 'full' && right.reason === 'compacted' && offer.oldest <= offer.version;
      return isPast && basis ? { kind: 'delta', from: basis.version } : right;
    },
    kept: (ring, version) => DECISIONS.kept(ring, version) ?? ring.entries.map((entry) => entry.change),
  },
  'forgets to allow a lower version': {
    ...DECISIONS,
    intent: (basis, offer) => {
      const right = DECISIONS.intent(basis, offer);
      return right.kind === 'full' ? { ...right, rebase: false } : right;
    },
  },
};

describe('a server that', () => {
  test.skipIf(ONE_SEED !== undefined).for(Object.entries(FAULTS))('%s is caught', ([name, decisions]) => {
    const caught = new Map<string, number>();
    for (let seed = 1; seed <= HISTORIES_WITH_FAULT; seed += 1) {
      const [first] = runHistory(seed, 60, decisions).violations;
      if (first) caught.set(first.property, (caught.get(first.property) ?? 0) + 1);
    }
    const total = [...caught.values()].reduce((sum, count) => sum + count, 0);
    console.log(
      `a server that ${name}: caught by ${total} of ${HISTORIES_WITH_FAULT} histories ${JSON.stringify([...caught])}`,
    );
    expect(total).toBeGreaterThan(0);
  });
});
