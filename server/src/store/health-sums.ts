import { merged as mergedSketch, type SketchBody } from '@glidepath/core/sdk';
import type { HealthSums } from './health.ts';

/** No count grows beyond: JSON and columns hold no more. */
const MOST_COUNT = Number.MAX_SAFE_INTEGER;

/** Of errors, beside `other`: names of classes are the application's, and may be made up. */
const MOST_KINDS = 16;

const NOTHING: SketchBody = { g: 1, o: 0, c: [] };

/** Both together. */
export function mergedSums(a: HealthSums, b: HealthSums): HealthSums {
  return {
    n: counted(a.n + b.n),
    sum: finite(a.sum + b.sum),
    sumOfSquares: finite(a.sumOfSquares + b.sumOfSquares),
    shards: {
      n: added(a.shards.n, b.shards.n, counted),
      sum: added(a.shards.sum, b.shards.sum, finite),
      sumOfSquares: added(a.shards.sumOfSquares, b.shards.sumOfSquares, finite),
      people: added(a.shards.people, b.shards.people, counted),
    },
    latency: longer(a.latency, b.latency).map((_, i) => mergedSketch(a.latency[i] ?? NOTHING, b.latency[i] ?? NOTHING)),
    errorKinds: mergedKinds(a.errorKinds, b.errorKinds),
  };
}

function mergedKinds(a: HealthSums['errorKinds'], b: HealthSums['errorKinds']): HealthSums['errorKinds'] {
  const kinds = new Map(Object.entries(a));
  for (const [kind, n] of Object.entries(b)) {
    const name = kinds.has(kind) || kinds.size < MOST_KINDS ? kind : 'other';
    kinds.set(name, counted((kinds.get(name) ?? 0) + n));
  }
  return Object.fromEntries(kinds);
}

function added(a: readonly number[], b: readonly number[], within: (sum: number) => number): readonly number[] {
  return longer(a, b).map((_, i) => within((a[i] ?? 0) + (b[i] ?? 0)));
}

function longer<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return a.length >= b.length ? a : b;
}

function counted(n: number): number {
  return Math.min(n, MOST_COUNT);
}

/** JSON knows no infinity. */
function finite(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}
