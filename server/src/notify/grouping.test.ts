import { describe, expect, test } from 'vitest';
import type { NoticeRow } from '../store/notices.ts';
import { MOST_LISTED, nextMessage } from './grouping.ts';

const aNotice = (id: number, notice: Partial<NoticeRow> = {}): NoticeRow => ({
  id,
  channel: 'ops',
  event: 'changed',
  title: `event ${id}`,
  body: {},
  at: id,
  isAlone: false,
  state: 'waiting',
  attempts: 0,
  doubts: 0,
  isInFlight: false,
  batch: null,
  dueAt: id,
  settledAt: null,
  lastError: null,
  ...notice,
});
const row = (count: number, alone: readonly number[] = []) =>
  Array.from({ length: count }, (_, i) => aNotice(i + 1, { isAlone: alone.includes(i + 1) }));
const next = (waiting: readonly NoticeRow[]) => nextMessage(waiting).map(({ id }) => id);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('the next message of a channel', () => {
  test('is about one event, while no more than twenty wait', () => {
    expect(next([])).toEqual([]);
    expect(next(row(20))).toEqual([1]);
  });

  test('lists them all, once more than twenty wait', () => {
    expect(next(row(21))).toEqual(upTo(21));
    expect(next(row(1_000))).toEqual(upTo(MOST_LISTED));
  });

  test('never hides a kill among others, nor lets it overtake them', () => {
    expect(next(row(40, [1]))).toEqual([1]);
    expect(next(row(40, [16]))).toEqual(upTo(15));
    expect(next(row(40, [2]))).toEqual([1]);
  });

  test('is the very same again where the last attempt may have arrived', () => {
    const doubted = { doubts: 1, attempts: 1, batch: 1 };
    const waiting = [aNotice(1, doubted), aNotice(2, doubted), ...row(40).slice(2)];
    expect(next(waiting)).toEqual([1, 2]);
    expect(next([aNotice(1, { ...doubted, doubts: 0, isInFlight: true }), ...row(40).slice(1)])).toEqual([1]);
    expect(next([aNotice(1, { doubts: 1, batch: null }), ...row(40).slice(1)])).toEqual([1]);
  });

  test('takes in what came meanwhile where the last attempt surely did not arrive', () => {
    expect(next([aNotice(1, { attempts: 3, batch: 1 }), ...row(40).slice(1)])).toEqual(upTo(40));
  });
});
