import { describe, expect, test } from 'vitest';
import { BUCKETS } from '../model/keys.ts';
import { nextAllocation } from './allocate.ts';
import { bucketOf, seedOf } from './bucket.ts';

// Every input is fixed, so each figure below is the same in every run. Hundreds of figures are looked at: the thresholds
// are what chance exceeds once in a million times, five standard deviations or that quantile of chi-squared.
const DEVIATIONS = 5;
const NORMAL_QUANTILE = 4.753;

const PEOPLE = 100_000;
const people = Array.from({ length: PEOPLE }, (_, i) => i);

/** Keys as they are found in applications; all distinct. */
const POPULATIONS = {
  'sequential ids': (i: number) => String(i + 1),
  'prefixed sequential ids': (i: number) => `user-${i}`,
  'ids padded with zeros': (i: number) => `ACME-${String(i).padStart(9, '0')}`,
  UUIDs: (i: number) => uuidOf(i),
  'e-mail addresses': (i: number) =>
    `${FIRST[i % FIRST.length]}.${LAST[Math.trunc(i / FIRST.length) % LAST.length]}${Math.trunc(i / 400)}@example.com`,
  'keys beyond ASCII': (i: number) => `${['ключ', '用户', 'Ünïcødé', '🚀', 'مستخدم'][i % 5]}-${i}`,
} as const satisfies Record<string, (i: number) => string>;
type Population = keyof typeof POPULATIONS;
const populations = Object.keys(POPULATIONS) as Population[];

const FIRST =
  'ada alan barbara claire dennis edsger frances grace hedy ivan joan ken lynn margaret niklaus olga peter radia sofia tim'.split(
    ' ',
  );
const LAST =
  'lovelace turing liskov shannon ritchie dijkstra allen hopper lamarr sutherland clarke thompson conway hamilton wirth taussky naur perlman kova lee'.split(
    ' ',
  );

describe.each(populations)('the buckets of %s', (population) => {
  const keys = people.map(POPULATIONS[population]);
  const bucketsIn = (salt: string) => bucketsOf(salt, keys);

  test('are those of different people', () => {
    expect(new Set(keys).size).toBe(PEOPLE);
  });

  test.each([10, 100, 1_000])('fill %i groups evenly, for five salts', (groups) => {
    for (const salt of ['new-checkout', 'flag-1', 'flag-2', 'a', 'ключ-🚀'])
      expect(chiSquaredOf(bucketsIn(salt), groups)).toBeLessThan(criticalChiSquared(groups - 1));
  });

  test('lie as far from evenness as chance does, and no nearer: the hash is no counter', () => {
    const figures = Array.from({ length: 20 }, (_, i) => chiSquaredOf(bucketsIn(`salt-${i}`), 100));
    const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
    // With 99 degrees of freedom 99 is expected, and the mean of twenty figures deviates by sqrt(2 x 99 / 20).
    expect(Math.abs(mean - 99)).toBeLessThan(DEVIATIONS * Math.sqrt((2 * 99) / figures.length));
  });

  test.each([
    ['flag-1', 'flag-2'],
    ['flag-1', 'flag-11'],
    ['new-checkout', 'new-checkout2'],
    ['checkout', 'Checkout'],
    ['a', 'b'],
    ['a', 'aa'],
    ['', ' '],
    ['0', '1'],
    ['платёж-1', 'платёж-2'],
  ])('under the salt %j tell nothing of those under %j', (one, other) => {
    const [a, b] = [bucketsIn(one), bucketsIn(other)];
    // A correlation of independent figures has a standard deviation of 1 / sqrt(n).
    expect(Math.abs(correlationOf(a, b))).toBeLessThan(DEVIATIONS / Math.sqrt(PEOPLE));
    expect(contingencyOf(a, b, 10)).toBeLessThan(criticalChiSquared(81));
    // Two rollouts of 10 %: one person in a hundred is in both.
    const both = a.reduce((count, bucket, i) => count + (isIn(bucket, 0.1) && isIn(b[i] ?? 0, 0.1) ? 1 : 0), 0);
    expect(Math.abs(both - PEOPLE * 0.01)).toBeLessThan(deviationOf(0.01));
  });

  test('of neighbours tell nothing of each other', () => {
    const buckets = bucketsIn('new-checkout');
    expect(Math.abs(correlationOf(buckets.subarray(0, -1), buckets.subarray(1)))).toBeLessThan(
      DEVIATIONS / Math.sqrt(PEOPLE),
    );
  });

  test('hold the share that was asked for, from a tenth of a percent up', () => {
    const buckets = bucketsIn('ramp');
    for (const share of [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.99]) {
      const inside = buckets.reduce((count, bucket) => count + (isIn(bucket, share) ? 1 : 0), 0);
      expect(Math.abs(inside - PEOPLE * share)).toBeLessThan(deviationOf(share));
    }
  });
});

describe('forty related flags', () => {
  test('share no more people than chance makes them share', () => {
    const keys = people.slice(0, 20_000).map(POPULATIONS['prefixed sequential ids']);
    const flags = Array.from({ length: 40 }, (_, i) => bucketsOf(`flag-${i}`, keys));
    const figures = flags.flatMap((a, i) =>
      flags.slice(i + 1).map((b) => correlationOf(a, b) * Math.sqrt(keys.length)),
    );
    const worst = figures.reduce((most, figure) => Math.max(most, Math.abs(figure)), 0);
    const variance = figures.reduce((sum, figure) => sum + figure ** 2, 0) / figures.length;
    // 780 normal figures of variance 1.
    expect(worst).toBeLessThan(DEVIATIONS);
    expect(Math.abs(variance - 1)).toBeLessThan(DEVIATIONS * Math.sqrt(2 / figures.length));
  });
});

describe('a ramp from nobody to everybody', () => {
  const buckets = bucketsOf('new-checkout', people.map(POPULATIONS.UUIDs));

  test('in two hundred steps takes the feature from nobody, and lets in those whose turn it is', () => {
    const steps = Array.from({ length: 201 }, (_, i) => i * 500);
    const isInside = new Uint8Array(PEOPLE);
    for (const weight of steps) {
      let [lost, inside] = [0, 0];
      for (const [i, bucket] of buckets.entries()) {
        const is = bucket < weight ? 1 : 0;
        if (isInside[i] === 1 && is === 0) lost += 1;
        inside += is;
        isInside[i] = is;
      }
      expect(lost).toBe(0);
      const share = weight / BUCKETS;
      expect(Math.abs(inside - PEOPLE * share)).toBeLessThanOrEqual(deviationOf(share));
    }
  });

  test('and down again moves exactly the share that the weights moved by', () => {
    const order = ['on', 'off'];
    let allocation = nextAllocation([{ from: 0, to: BUCKETS, variation: 'off' }], { on: 0, off: BUCKETS }, order);
    for (const on of [1_000, 5_000, 25_000, 50_000, 100_000, 50_000, 10_000, 0]) {
      const next = nextAllocation(allocation, { on, off: BUCKETS - on }, order);
      const moved = buckets.filter((bucket) => ownerOf(allocation, bucket) !== ownerOf(next, bucket)).length;
      const gained = buckets.filter((bucket) => ownerOf(next, bucket) === 'on').length;
      const lost = buckets.filter((bucket) => ownerOf(allocation, bucket) === 'on').length;
      expect(moved).toBe(Math.abs(gained - lost));
      allocation = next;
    }
  });

  test('between more variations moves as few people as the weights allow, within chance', () => {
    const order = ['a', 'b', 'c', 'd'];
    const steps = [
      { a: 100_000, b: 0, c: 0, d: 0 },
      { a: 50_000, b: 50_000, c: 0, d: 0 },
      { a: 40_000, b: 40_000, c: 20_000, d: 0 },
      { a: 10_000, b: 30_000, c: 20_000, d: 40_000 },
      { a: 25_000, b: 25_000, c: 25_000, d: 25_000 },
    ] as const;
    let allocation = nextAllocation([{ from: 0, to: BUCKETS, variation: 'a' }], steps[0], order);
    for (const [i, weights] of steps.entries()) {
      const before = steps[Math.max(0, i - 1)] ?? weights;
      const least = order.reduce((sum, key) => sum + Math.max(0, weightOf(weights, key) - weightOf(before, key)), 0);
      const next = nextAllocation(allocation, weights, order);
      const moved = buckets.filter((bucket) => ownerOf(allocation, bucket) !== ownerOf(next, bucket)).length;
      const share = least / BUCKETS;
      expect(Math.abs(moved - PEOPLE * share)).toBeLessThanOrEqual(deviationOf(share));
      allocation = next;
    }
  });
});

const isIn = (bucket: number, share: number): boolean => bucket < share * BUCKETS;
/** How far chance may carry the number of people that a share of the buckets holds. */
const deviationOf = (share: number): number => DEVIATIONS * Math.sqrt(PEOPLE * share * (1 - share));

const weightOf = (weights: Readonly<Record<string, number>>, key: string): number => weights[key] ?? 0;

function bucketsOf(salt: string, keys: readonly string[]): Int32Array {
  const seed = seedOf(salt);
  return Int32Array.from(keys, (key) => bucketOf(seed, key));
}

function ownerOf(allocation: ReturnType<typeof nextAllocation>, bucket: number): string {
  return allocation.find(({ to }) => bucket < to)?.variation ?? '';
}

function chiSquaredOf(buckets: Int32Array, groups: number): number {
  const counts = new Float64Array(groups);
  for (const bucket of buckets) counts[Math.floor((bucket * groups) / BUCKETS)]! += 1;
  const expected = buckets.length / groups;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Chi-squared of a square table of how often one group of `a` meets one of `b`. */
function contingencyOf(a: Int32Array, b: Int32Array, groups: number): number {
  const cells = new Float64Array(groups * groups);
  const [rows, columns] = [new Float64Array(groups), new Float64Array(groups)];
  for (let i = 0; i < a.length; i += 1) {
    const row = Math.floor((a[i]! * groups) / BUCKETS);
    const column = Math.floor((b[i]! * groups) / BUCKETS);
    cells[row * groups + column]! += 1;
    rows[row]! += 1;
    columns[column]! += 1;
  }
  let sum = 0;
  for (const [cell, count] of cells.entries()) {
    const expected = (rows[Math.trunc(cell / groups)]! * columns[cell % groups]!) / a.length;
    sum += (count - expected) ** 2 / expected;
  }
  return sum;
}

function correlationOf(a: Int32Array, b: Int32Array): number {
  const meanOf = (values: Int32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [both, varianceA, varianceB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    both += x * y;
    varianceA += x * x;
    varianceB += y * y;
  }
  return both / Math.sqrt(varianceA * varianceB);
}

/** What chi-squared exceeds once in a million times, by the approximation of Wilson and Hilferty (within 1 % from nine degrees on). */
function criticalChiSquared(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + NORMAL_QUANTILE * Math.sqrt(spread)) ** 3;
}

/** A version 4 UUID out of a fixed sequence: two rounds of a 32-bit mixer for each of its words. */
function uuidOf(i: number): string {
  const hex = Array.from({ length: 4 }, (_, word) =>
    wordOf(i * 4 + word)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function wordOf(i: number): number {
  let word = Math.imul(i + 1, 0x9e3779b9);
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}
