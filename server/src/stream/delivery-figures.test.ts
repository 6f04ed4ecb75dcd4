import { describe, expect, test } from 'vitest';
import type { DeliveryRow } from '../store/store.ts';
import { deliveryOf, PRESENCE_VERSION } from './delivery-figures.ts';
import { bucketOf } from './sketch.ts';

const NOW = 1_000_000;

function aRow(replica: string, fields: Partial<DeliveryRow> = {}): DeliveryRow {
  const browsers = { browsersSent: 0, browsersApplied: 0 };
  const figures = { connected: 0, applied: 0, gone: 0, sketch: {}, slowestMs: 0, updatedAt: NOW };
  return { environment: 'e', version: 7, replica, ...figures, ...browsers, ...fields };
}
const alive = (replica: string, agoMs = 0) => aRow(replica, { version: PRESENCE_VERSION, updatedAt: NOW - agoMs });
const figures = (rows: readonly DeliveryRow[], presence: readonly DeliveryRow[] = []) =>
  deliveryOf({ version: 7, rows, presence, stragglers: [], pollers: 2, now: NOW });

describe('the delivery of a version', () => {
  test('adds the rows of the replicas up', () => {
    const a = aRow('a', { connected: 3, applied: 3, sketch: { [bucketOf(10)]: 2, [bucketOf(20)]: 1 }, slowestMs: 20 });
    const b = aRow('b', { connected: 2, applied: 1, gone: 1, sketch: { [bucketOf(400)]: 1 }, slowestMs: 400 });
    const delivery = figures([a, b]);
    expect(delivery).toMatchObject({ connected: 5, applied: 4, gone: 1, slowestMs: 400, pollers: 2, complete: true });
    expect(delivery.p50Ms).toBeGreaterThanOrEqual(10);
    expect(delivery.p50Ms).toBeLessThanOrEqual(10.5);
    expect(delivery.p99Ms).toBe(400);
  });

  test('adds browsers up on a line of their own, and does not wait for them', () => {
    const one = aRow('a', { browsersSent: 3, browsersApplied: 1 });
    const two = aRow('b', { browsersSent: 2, browsersApplied: 2 });
    expect(figures([one, two])).toMatchObject({
      browsers: { connected: 5, applied: 3 },
      connected: 0,
      applied: 0,
      complete: true,
    });
  });

  test('is not complete while somebody is missing', () => {
    expect(figures([aRow('a', { connected: 2, applied: 1 })]).complete).toBe(false);
  });

  test('is not complete while a live replica has not got the version, and does not wait for a dead one', () => {
    const rows = [aRow('a', { connected: 1, applied: 1, slowestMs: 5, sketch: { [bucketOf(5)]: 1 } })];
    expect(figures(rows, [alive('a'), alive('b', 9_000)]).complete).toBe(false);
    expect(figures(rows, [alive('a'), alive('b', 11_000)]).complete).toBe(true);
  });

  test('is not complete when no replica has it, and tells no times when nobody applied it', () => {
    expect(figures([])).toMatchObject({ connected: 0, complete: false, p50Ms: null, p99Ms: null, slowestMs: null });
    expect(figures([aRow('a')])).toMatchObject({ complete: true, p50Ms: null, slowestMs: null });
  });
});
