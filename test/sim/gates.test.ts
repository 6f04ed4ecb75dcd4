import { describe, expect, test } from 'vitest';
import { alarmsIn, type CheckName } from './gate-trials.ts';

/** Seeds are fixed: the same rollouts every time. Fewer of them than at night, with limits for fewer. */
const isNight = process.env['GLIDEPATH_TEST_TIER'] === 'night';
const harmless = isNight ? 1_000 : 100;
const harmful = isNight ? 1_000 : 100;
const traffic = { usersPerArm: 2_000, looks: 100 };

function shares<K extends CheckName>(what: string, rollouts: number, alarms: Record<K, number>): Record<K, number> {
  console.log(`${what}: alarms in ${rollouts} rollouts ${JSON.stringify(alarms)}`);
  const entries = Object.entries(alarms) as [K, number][];
  return Object.fromEntries(entries.map(([name, count]) => [name, count / rollouts])) as Record<K, number>;
}

describe('S21: rollouts whose traffic is heavy-tailed and clustered by person, looked at 100 times each', () => {
  test('are not stopped where nothing differs, as tests per request would stop them', () => {
    const names = ['errors', 'errorsPerRequest', 'p95', 'p95PerRequest', 'ratio', 'ratioPerRequest'] as const;
    const alarms = alarmsIn(names, { ...traffic, isTimed: true, rollouts: harmless });
    const found = shares('nothing differs', harmless, alarms);
    expect(found.errors).toBeLessThanOrEqual(0.06);
    expect(found.p95).toBeLessThanOrEqual(0.06);
    expect(found.errorsPerRequest).toBeGreaterThan(0.4);
    expect(found.p95PerRequest).toBeGreaterThan(0.4);
    expect(found.ratio).toBeLessThanOrEqual(isNight ? 0.005 : 0.01);
    expect(found.ratioPerRequest).toBeGreaterThan(0.4);
  });

  test('are stopped where two percentage points of errors are added', () => {
    const alarms = alarmsIn(['errors'], { ...traffic, addedErrors: 0.02, rollouts: harmful });
    expect(shares('+2 percentage points of errors', harmful, alarms).errors).toBeGreaterThanOrEqual(0.9);
  });

  test('are stopped where p95 is 30 % longer, if not quite as often', () => {
    const alarms = alarmsIn(['p95'], { ...traffic, isTimed: true, slowdown: 1.3, rollouts: harmful });
    expect(shares('p95 × 1.3', harmful, alarms).p95).toBeGreaterThanOrEqual(0.8);
  });
});

describe('arms of 5,000 people', () => {
  const large = { ...traffic, usersPerArm: 5_000 };

  test('do not pause a rollout while both are whole', () => {
    const alarms = alarmsIn(['ratio', 'ratioOfPeople'], { ...large, rollouts: harmless });
    const found = shares('whole arms', harmless, alarms);
    expect(Math.max(found.ratio, found.ratioOfPeople)).toBeLessThanOrEqual(isNight ? 0.005 : 0.01);
  });

  test('of which one has lost a tenth are told from whole ones by counts of people', () => {
    const alarms = alarmsIn(['ratio', 'ratioOfPeople'], { ...large, lost: 0.1, rollouts: harmful });
    expect(shares('a tenth of the people lost', harmful, alarms).ratioOfPeople).toBeGreaterThanOrEqual(0.88);
  });

  test('of which one has lost most of its people are told by counts of executions as well', () => {
    const alarms = alarmsIn(['ratio'], { ...large, lost: 0.6, rollouts: harmful });
    expect(shares('six tenths of the people lost', harmful, alarms).ratio).toBeGreaterThanOrEqual(0.9);
  });
});
