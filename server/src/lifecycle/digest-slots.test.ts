import { describe, expect, test } from 'vitest';
import { lastDigestSlot, lastNudgeSlot } from './digest-slots.ts';

const MONDAYS = { isEnabled: true, cron: '0 9 * * 1', zone: 'UTC' };
const BERLIN = { ...MONDAYS, zone: 'Europe/Berlin' };
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

describe('the last digest was due', () => {
  test.for([
    ['at this moment', MONDAYS, '2026-06-01T09:00:00.000Z', '2026-06-01T09:00:00.000Z'],
    ['a week before the moment before', MONDAYS, '2026-06-01T08:59:59.999Z', '2026-05-25T09:00:00.000Z'],
    ['days ago', MONDAYS, '2026-06-04T23:00:00.000Z', '2026-06-01T09:00:00.000Z'],
    ['by the clocks of the zone, in winter', BERLIN, '2026-03-24T12:00:00.000Z', '2026-03-23T08:00:00.000Z'],
    ['by the clocks of the zone, in summer', BERLIN, '2026-03-31T12:00:00.000Z', '2026-03-30T07:00:00.000Z'],
  ] as const)('%s', ([, times, now, slot]) => {
    expect(iso(lastDigestSlot(times, Date.parse(now)))).toBe(slot);
  });
});

describe('owners were last to be reminded', () => {
  test.for([
    ['at the time of the digest, on its day', MONDAYS, '2026-06-01T09:00:00.000Z', '2026-06-01T09:00:00.000Z'],
    ['on any other day of work too', MONDAYS, '2026-06-04T10:00:00.000Z', '2026-06-04T09:00:00.000Z'],
    ['not at the weekend', MONDAYS, '2026-06-07T10:00:00.000Z', '2026-06-05T09:00:00.000Z'],
    ['by the clocks of the zone', BERLIN, '2026-06-04T07:30:00.000Z', '2026-06-04T07:00:00.000Z'],
    [
      'at nine where the rule names no hour',
      { ...MONDAYS, cron: '@weekly' },
      '2026-06-04T10:00:00.000Z',
      '2026-06-04T09:00:00.000Z',
    ],
  ] as const)('%s', ([, times, now, slot]) => {
    expect(iso(lastNudgeSlot(times, Date.parse(now)))).toBe(slot);
  });
});
