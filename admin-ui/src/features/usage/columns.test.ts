import type { UsageView } from '@glidepath/server/api-types';
import { describe, expect, test } from 'vitest';
import { columnsOf, columnTime } from './columns.ts';

const usage: UsageView = {
  flag: 'checkout',
  environment: 'production',
  interval: 'hour',
  from: '2026-05-05T10:00:00.000Z',
  to: '2026-05-05T13:00:00.000Z',
  lastSeenAt: null,
  total: 10,
  variations: [
    { variation: 'on', count: 4, reasons: {} },
    { variation: 'off', count: 5, reasons: {} },
    { variation: '', count: 1, reasons: {} },
  ],
  items: [{ at: '2026-05-05T11:00:00.000Z', counts: { '': 1, off: 5, on: 4 } }],
};

describe('the columns of a period', () => {
  test('are all its intervals, the empty ones too', () => {
    expect(columnsOf(usage).map(({ at, total }) => [new Date(at).toISOString(), total])).toEqual([
      ['2026-05-05T10:00:00.000Z', 0],
      ['2026-05-05T11:00:00.000Z', 10],
      ['2026-05-05T12:00:00.000Z', 0],
    ]);
  });

  test('are stacked in the order of the variations', () => {
    expect(columnsOf(usage)[1]?.parts).toEqual([
      { variation: 'on', index: 0, count: 4, below: 0 },
      { variation: 'off', index: 1, count: 5, below: 4 },
      { variation: '', index: 2, count: 1, below: 9 },
    ]);
  });

  test('are named by when they begin', () => {
    const at = Date.UTC(2026, 4, 5, 11);
    expect([columnTime(at, 'hour'), columnTime(at, 'minute'), columnTime(at, 'day')]).toEqual([
      '5 May 11:00',
      '5 May 11:00',
      '5 May 2026',
    ]);
  });
});
