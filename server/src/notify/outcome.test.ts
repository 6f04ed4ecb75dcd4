import { describe, expect, test } from 'vitest';
import type { OutboundAnswer } from '../outbound/outbound.ts';
import { outcomeOf } from './outcome.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;
const first = { attempts: 1, doubts: 0, at: NOW };
const answered = (status: number, retryAfter: number | null = null): OutboundAnswer => ({
  kind: 'answered',
  status,
  retryAfter,
  body: '',
});
const AMBIGUOUS: OutboundAnswer = { kind: 'ambiguous', reason: 'no answer in time' };
const outcomeAfter = (answer: OutboundAnswer, attempted = first, random = 1) =>
  outcomeOf(answer, attempted, NOW, () => random);

describe('after an attempt', () => {
  test.for<[answer: OutboundAnswer, state: string, waitMs: number, error: RegExp | null]>([
    [answered(200), 'delivered', 0, null],
    [answered(204), 'delivered', 0, null],
    [answered(302), 'failed', 0, /answered 302/],
    [answered(400), 'failed', 0, /answered 400/],
    [answered(404), 'failed', 0, /answered 404/],
    [answered(410), 'failed', 0, /answered 410/],
    [answered(429), 'waiting', 2_000, /answered 429/],
    [answered(429, 30), 'waiting', 30_000, /answered 429/],
    [answered(429, 0), 'waiting', 0, /answered 429/],
    [answered(429, 9_999_999), 'waiting', 3_600_000, /answered 429/],
    [answered(500), 'waiting', 2_000, /answered 500/],
    [answered(503, 7), 'waiting', 7_000, /answered 503/],
    [{ kind: 'unreachable', reason: 'x' }, 'waiting', 2_000, /not reached: x/],
    [{ kind: 'refused', reason: 'x' }, 'failed', 0, /not accepted: x/],
    [AMBIGUOUS, 'waiting', 10_000, /nobody knows/],
  ])('%j: the message is %s, for %d ms', ([answer, state, waitMs, error]) => {
    const outcome = outcomeAfter(answer);
    expect(outcome).toMatchObject({ state, dueAt: NOW + waitMs, settledAt: state === 'waiting' ? null : NOW });
    if (error === null) expect(outcome.lastError).toBeNull();
    else expect(outcome.lastError).toMatch(error);
  });

  test('whose end nobody knows there is one more, and no third', () => {
    expect(outcomeAfter(AMBIGUOUS)).toMatchObject({ state: 'waiting', doubts: 1 });
    const repeated = { attempts: 2, doubts: 1, at: NOW };
    expect(outcomeAfter(AMBIGUOUS, repeated)).toMatchObject({ state: 'failed', doubts: 2 });
    expect(outcomeAfter(answered(500), repeated)).toMatchObject({ state: 'waiting', doubts: 1 });
    expect(outcomeAfter(answered(200), repeated)).toMatchObject({ state: 'delivered', doubts: 1 });
  });

  test('the next ones come later and later, five minutes apart at most, and never all at one moment', () => {
    const waits = Array.from(
      { length: 30 },
      (_, i) => outcomeAfter(answered(500), { ...first, attempts: i + 1 }).dueAt - NOW,
    );
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(Math.max(...waits)).toBe(300_000);
    expect(outcomeAfter(answered(500), first, 0).dueAt - NOW).toBe(1_000);
  });

  test('of something that happened three days ago there is no other', () => {
    const old = { ...first, at: NOW - 3 * DAY - 1 };
    expect(outcomeAfter(answered(500), old)).toMatchObject({
      state: 'failed',
      lastError: expect.stringMatching(/three days/),
    });
    expect(outcomeAfter(answered(500), { ...first, at: NOW - 3 * DAY })).toMatchObject({ state: 'waiting' });
  });
});
