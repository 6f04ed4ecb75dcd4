import type { DeliveryRow } from '../store/store.ts';
import type { Delivery, Straggler } from './delivery.ts';
import { quantileOf, type Sketch } from './sketch.ts';

/** A replica counts as alive for this long after its last sign of life. */
const REPLICA_SEEN_MS = 10_000;

/**
 * Rows of this version say how many SDKs each replica streams to now, and by their age that it is alive.
 * Histories start at version 1, so the number is free.
 */
export const PRESENCE_VERSION = 0;

export interface DeliveryFacts {
  readonly version: number;
  /** One per replica that has the version. */
  readonly rows: readonly DeliveryRow[];
  /** Signs of life of the replicas of this environment. */
  readonly presence: readonly DeliveryRow[];
  readonly stragglers: readonly Straggler[];
  readonly pollers: number;
  /** By the `Clock`. */
  readonly now: number;
}

/** Adds the replicas up. Complete once every live replica has the version and nobody is missing. */
export function deliveryOf({ version, rows, presence, stragglers, pollers, now }: DeliveryFacts): Delivery {
  const sum = (count: (row: DeliveryRow) => number) => rows.reduce((total, row) => total + count(row), 0);
  const [connected, applied, gone] = [sum((row) => row.connected), sum((row) => row.applied), sum((row) => row.gone)];
  const reported = new Set(rows.map((row) => row.replica));
  const silent = presence.filter((row) => now - row.updatedAt <= REPLICA_SEEN_MS && !reported.has(row.replica));
  return {
    version,
    connected,
    applied,
    gone,
    ...timesOf(rows, applied),
    stragglers,
    browsers: { connected: sum((row) => row.browsersSent), applied: sum((row) => row.browsersApplied) },
    pollers,
    complete: rows.length > 0 && silent.length === 0 && applied + gone >= connected,
  };
}

function timesOf(rows: readonly DeliveryRow[], applied: number): Pick<Delivery, 'p50Ms' | 'p99Ms' | 'slowestMs'> {
  if (applied === 0) return { p50Ms: null, p99Ms: null, slowestMs: null };
  const sketch = rows.map((row) => row.sketch).reduce(added, {});
  const slowestMs = Math.max(...rows.map((row) => row.slowestMs));
  // A bucket tells its upper bound, which can lie above the slowest of all.
  const quantile = (q: number) => tenths(Math.min(slowestMs, quantileOf(sketch, q) ?? slowestMs));
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), slowestMs: tenths(slowestMs) };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function added(a: Sketch, b: Sketch): Sketch {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}
