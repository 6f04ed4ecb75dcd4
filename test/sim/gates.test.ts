import { describe, expect, test } from 'vitest';
import { alarmsIn, type CheckName } from './gate-trials.ts';
import { type Stop, stopsOf } from './rollout-trials.ts';

/** Seeds are fixed: the same rollouts every time. Fewer of them than at night. */
const isNight = process.env['GLIDEPATH_TEST_TIER'] === 'night';
const rollouts = isNight ? 1_000 : 100;
const traffic = { usersPerArm: 2_000, looks: 100 };
/** At 5 % there are 2,000 in each arm. */
const PEOPLE = 40_000;

function shares<K extends CheckName>(what: string, alarms: Record<K, number>, of = rollouts): Record<K, number> {
  console.log(`${what}: alarms in ${of} rollouts ${JSON.stringify(alarms)}`);
  const entries = Object.entries(alarms) as [K, number][];
  return Object.fromEntries(entries.map(([name, count]) => [name, count / of])) as Record<K, number>;
}

/** How many of the rollouts were stopped, by each and in all; null by nothing. */
function told(what: string, stops: readonly (Stop | null)[]) {
  const counts: Record<string, number> = {};
  for (const stop of stops) {
    const name = stop === null ? 'none' : `${stop.by} at ${stop.percent} %`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  console.log(`${what}: ${stops.length} rollouts, stopped by ${JSON.stringify(counts)}`);
  const shareOf = (isMeant: (stop: Stop) => boolean) =>
    stops.filter((stop) => stop !== null && isMeant(stop)).length / stops.length;
  return { harm: shareOf(({ by }) => by !== 'ratio'), ratio: shareOf(({ by }) => by === 'ratio') };
}

describe('S21: rollouts whose traffic is heavy-tailed and clustered by person, looked at 100 times in each stage', () => {
  test('are not stopped where nothing differs, by any gate in any stage', () => {
    // By day fewer people, of whom the first stage has a hundred: the fewer, the worse for whoever counts on many.
    const stops = isNight ? stopsOf(1_000, 100, { people: PEOPLE }) : stopsOf(10, 100, { people: 10_000 });
    const { harm, ratio } = told('nothing differs, whole rollouts', stops);
    expect(harm).toBeLessThanOrEqual(0.06);
    expect(ratio).toBeLessThanOrEqual(0.005);
  });

  test('are stopped at 5 % or earlier where two percentage points of errors are added', () => {
    const stops = stopsOf(rollouts, 5, { people: PEOPLE, addedErrors: 0.02, isTimed: false });
    expect(told('+2 percentage points of errors', stops).harm).toBeGreaterThanOrEqual(0.9);
  });

  test('are stopped at 5 % or earlier where p95 is 30 % longer', () => {
    const stops = stopsOf(rollouts, 5, { people: PEOPLE, slowdown: 1.3 });
    expect(told('p95 × 1.3', stops).harm).toBeGreaterThanOrEqual(0.9);
  });
});

describe('comparisons that may be wrong once in twenty', () => {
  test('are not more often, where tests per request are in most rollouts', () => {
    const of = isNight ? 1_000 : 30;
    const names = ['errors', 'errorsPerRequest', 'p95', 'p95PerRequest', 'ratioPerRequest'] as const;
    const found = shares('nothing differs', alarmsIn(names, { ...traffic, isTimed: true, rollouts: of }), of);
    expect(found.errors).toBeLessThanOrEqual(0.06);
    expect(found.p95).toBeLessThanOrEqual(0.06);
    expect(found.errorsPerRequest).toBeGreaterThan(0.4);
    expect(found.p95PerRequest).toBeGreaterThan(0.4);
    expect(found.ratioPerRequest).toBeGreaterThan(0.4);
  });

  test('find two percentage points of errors among 2,000 people per arm', () => {
    const alarms = alarmsIn(['errors'], { ...traffic, addedErrors: 0.02, rollouts });
    expect(shares('+2 percentage points of errors, one comparison', alarms).errors).toBeGreaterThanOrEqual(0.9);
  });
});

describe('arms of 5,000 people', () => {
  const large = { ...traffic, usersPerArm: 5_000 };

  test('do not pause a rollout while both are whole, however many processes count them', () => {
    const of = isNight ? 1_000 : 10;
    const names = ['ratio', 'ratioOfPeople'] as const;
    const alone = shares('whole arms', alarmsIn(names, { ...large, rollouts: of }), of);
    const apart = shares('whole arms, 8 processes', alarmsIn(names, { ...large, processes: 8, rollouts: of }), of);
    const ratios = [...Object.values(alone), ...Object.values(apart)];
    expect(Math.max(...ratios)).toBeLessThanOrEqual(0.005);
  });

  test('of which one has lost a tenth are told from whole ones by people counted once', () => {
    const alarms = alarmsIn(['ratioOfPeople'], { ...large, lost: 0.1, rollouts });
    expect(shares('a tenth lost', alarms).ratioOfPeople).toBeGreaterThanOrEqual(0.9);
  });

  test('of which one has lost most of its people are told by counts of executions as well', () => {
    const of = isNight ? 1_000 : 30;
    const alarms = alarmsIn(['ratio'], { ...large, lost: 0.6, rollouts: of });
    expect(shares('six tenths lost', alarms, of).ratio).toBeGreaterThanOrEqual(0.9);
  });
});
