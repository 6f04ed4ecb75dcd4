import { describe, expect, test } from 'vitest';
import { countsByInterval, countsByVariation, periodOf } from './intervals.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2030, 0, 10, 12);

describe('the period that is shown', () => {
  test('ends with the interval that is running', () => {
    expect(periodOf('minute', {}, NOON + 5)).toEqual({
      interval: 'minute',
      from: NOON + MINUTE - HOUR,
      to: NOON + MINUTE,
    });
    expect(periodOf('hour', {}, NOON)).toEqual({ interval: 'hour', from: NOON + HOUR - DAY, to: NOON + HOUR });
    const midnight = NOON + 12 * HOUR;
    expect(periodOf('day', {}, NOON)).toEqual({ interval: 'day', from: midnight - 30 * DAY, to: midnight });
  });

  test('holds every interval that was asked for, whole', () => {
    expect(periodOf('hour', { from: NOON - 1, to: NOON + 1 }, NOON)).toEqual({
      interval: 'hour',
      from: NOON - HOUR,
      to: NOON + HOUR,
    });
    expect(periodOf('hour', { from: NOON - HOUR, to: NOON }, NOON)).toEqual({
      interval: 'hour',
      from: NOON - HOUR,
      to: NOON,
    });
  });
});

const row = (at: number, variation: string, n: number, reason = 'FALLTHROUGH') => ({ at, variation, reason, n });

describe('counts', () => {
  test('of minutes add up to hours', () => {
    const rows = [row(NOON, 'on', 1), row(NOON + 59 * MINUTE, 'on', 2), row(NOON + HOUR, 'off', 4)];
    expect(countsByInterval(rows, 'hour')).toEqual([
      { at: NOON, counts: new Map([['on', 3]]) },
      { at: NOON + HOUR, counts: new Map([['off', 4]]) },
    ]);
  });

  test('name every variation of the flag, and then those that it has not any more', () => {
    const rows = [row(NOON, 'old', 1), row(NOON, 'on', 2), row(NOON, 'on', 3, 'RULE_MATCH')];
    expect(countsByVariation(rows, ['on', 'off'])).toEqual([
      {
        variation: 'on',
        n: 5,
        reasons: new Map([
          ['FALLTHROUGH', 2],
          ['RULE_MATCH', 3],
        ]),
      },
      { variation: 'off', n: 0, reasons: new Map() },
      { variation: 'old', n: 1, reasons: new Map([['FALLTHROUGH', 1]]) },
    ]);
  });
});
