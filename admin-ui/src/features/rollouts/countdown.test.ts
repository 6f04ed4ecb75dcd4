import { describe, expect, test } from 'vitest';
import { clockWords } from '../../lib/time.ts';
import { countdownOf } from './countdown.ts';
import { aRollout, iso, NOW } from './rollout-fixture.ts';

const LEFT_MS = (6 * 60 + 41) * 1_000;
const { progress } = aRollout();

describe('the countdown of a stage', () => {
  test('runs to the end of the bake while it bakes', () => {
    expect(countdownOf(aRollout(), NOW)).toEqual({ kind: 'running', leftMs: LEFT_MS, at: NOW + LEFT_MS });
    expect(countdownOf(aRollout(), NOW + 60_000)).toEqual({
      kind: 'running',
      leftMs: LEFT_MS - 60_000,
      at: NOW + LEFT_MS,
    });
  });

  test.for(['paused', 'running', 'holding'] as const)('stands while a stage that is %s does not bake', (state) => {
    const rollout = aRollout({ state, progress: progress && { ...progress, isBaking: false } });
    expect(countdownOf(rollout, NOW)).toEqual({ kind: 'stopped', leftMs: LEFT_MS });
    expect(countdownOf(rollout, NOW + 60_000)).toEqual({ kind: 'stopped', leftMs: LEFT_MS });
  });

  test('stands when it is paused, whatever else is said', () => {
    expect(countdownOf(aRollout({ state: 'paused' }), NOW).kind).toBe('stopped');
  });

  test('is none where something without a time is waited for', () => {
    expect(countdownOf(aRollout({ state: 'awaiting-approval' }), NOW)).toEqual({ kind: 'none' });
    expect(countdownOf(aRollout({ state: 'holding' }), NOW + 1_800_000)).toEqual({ kind: 'none' });
    expect(countdownOf(aRollout({ state: 'waiting', next: null }), NOW)).toEqual({ kind: 'none' });
  });

  test('runs to the time at which a waiting rollout begins', () => {
    const next = { what: '1 %', at: iso(NOW + 90_000), waitsFor: null };
    const rollout = aRollout({ state: 'waiting', stage: null, progress: null, next });
    expect(countdownOf(rollout, NOW)).toEqual({ kind: 'running', leftMs: 90_000, at: NOW + 90_000 });
    expect(countdownOf(rollout, NOW + 95_000)).toMatchObject({ leftMs: 0 });
  });
});

test.for<[ms: number, words: string]>([
  [0, '00:00'],
  [1, '00:01'],
  [LEFT_MS, '06:41'],
  [3_600_000, '1:00:00'],
  [3 * 3_600_000 + 61_000, '3:01:01'],
])('%d ms read %s', ([ms, words]) => {
  expect(clockWords(ms)).toBe(words);
});
