import { BUCKETS } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { balancedWeights, equalWeights, formatPercentage, parsePercentage, sumOfWeights } from './percentages.ts';

describe('a typed percentage', () => {
  test.for<[text: string, weight: number | null]>([
    ['25', 25_000],
    ['0', 0],
    ['100', 100_000],
    ['33.3', 33_300],
    ['33.333', 33_333],
    ['0.001', 1],
    ['12,5', 12_500],
    [' 7 ', 7_000],
    ['0.29', 290], // 0.29 * 1000 is 290 only without floating point
    ['100.001', null],
    ['101', null],
    ['33.3333', null],
    ['-1', null],
    ['1e1', null],
    ['', null],
    ['ten', null],
  ])('%j is %j buckets', ([text, weight]) => {
    expect(parsePercentage(text)).toBe(weight);
  });

  test('comes back exactly as it was, for every bucket', () => {
    for (let weight = 0; weight <= BUCKETS; weight += 1) {
      if (parsePercentage(formatPercentage(weight)) !== weight) expect.fail(`weight ${weight}`);
    }
  });
});

describe('weights made equal', () => {
  test('sum to 100 % and differ by one bucket at most, however many variations there are', () => {
    for (let count = 2; count <= 100; count += 1) {
      const weights = equalWeights(Array.from({ length: count }, (_, index) => `v${index}`));
      const values = Object.values(weights);
      expect(sumOfWeights(weights)).toBe(BUCKETS);
      expect(Math.max(...values) - Math.min(...values)).toBeLessThanOrEqual(1);
    }
  });
});

describe('weights that are balanced', () => {
  test('take what is missing from the largest other variation and leave the edited one alone', () => {
    expect(balancedWeights({ new: 25_000, old: 90_000, test: 1_000 }, 'new')).toEqual({
      new: 25_000,
      old: 74_000,
      test: 1_000,
    });
  });

  test('cannot be balanced when the largest other variation has less than what is missing', () => {
    expect(balancedWeights({ new: 100_000, old: 10_000, test: 20_000 }, 'new')).toBeNull();
  });
});
