/** Nanoseconds per call: the median of the rounds, and what the middle four fifths of them lie between. */
export interface Measured {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Measures several things against each other: in every round each runs once, so that whatever else the machine does
 * happens to all of them.
 */
export function measure<N extends string>(
  subjects: Readonly<Record<N, (i: number) => unknown>>,
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
): Readonly<Record<N, Measured>> {
  const names = Object.keys(subjects) as N[];
  const times = new Map(names.map((name): [N, number[]] => [name, []]));
  for (const name of names) timed(subjects[name], calls);
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) times.get(name)?.push(timed(subjects[name], calls) / calls);
  return Object.fromEntries(names.map((name) => [name, spreadOf(times.get(name) ?? [])])) as Record<N, Measured>;
}

/** Nanoseconds of each of many calls, in ascending order; what reading the clock takes is in them. */
export function eachCall(subject: (i: number) => unknown, calls: number): Float64Array {
  const times = new Float64Array(calls);
  for (let i = 0; i < calls; i += 1) {
    const start = performance.now();
    subject(i);
    times[i] = (performance.now() - start) * 1e6;
  }
  return times.sort();
}

/** Bytes that the heap has grown by after the calls, once garbage is collected. */
export function heapGrowth(subject: (i: number) => unknown, calls: number): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('start with --expose-gc');
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < calls; i += 1) subject(i);
  gc();
  return process.memoryUsage().heapUsed - before;
}

export const quantile = (ascending: ArrayLike<number>, q: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN;

function timed(subject: (i: number) => unknown, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < calls; i += 1) subject(i);
  return (performance.now() - start) * 1e6;
}

function spreadOf(times: readonly number[]): Measured {
  const ascending = [...times].sort((a, b) => a - b);
  return { median: quantile(ascending, 0.5), low: quantile(ascending, 0.1), high: quantile(ascending, 0.9) };
}
