import { type Measuring, startMeasuring } from './processes.ts';
import type { ShapeName } from './shapes.ts';

export interface Effort {
  readonly rounds: number;
  /** CPU milliseconds of each round and library. */
  readonly ms: number;
  /** CPU milliseconds before the first round, for the compiler to finish. */
  readonly warmMs: number;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A library that holds a shape. */
export interface Case {
  readonly library: string;
  readonly shape: ShapeName;
}

/** Nanoseconds of CPU per call of each round, by case. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

export const nameOf = ({ library, shape }: Case): string => `${library} ${shape}`;

/**
 * Measures cases against each other: in every round each runs once, one after another, so that whatever else the
 * machine does happens to all of them. Refuses a library whose answers are not those of the definition.
 */
export async function measureRounds(cases: readonly Case[], effort: Effort): Promise<Rounds> {
  const running = new Map<string, Measuring>();
  try {
    for (const one of cases) running.set(nameOf(one), await startMeasuring(one.library, one.shape));
    await checkAnswers(cases, running);
    for (const one of running.values()) await one.ask({ kind: 'warm', ms: effort.warmMs });
    const rounds = new Map([...running.keys()].map((name): [string, number[]] => [name, []]));
    for (let round = 0; round < effort.rounds; round += 1)
      for (const [name, one] of running) {
        const { nsPerCall } = await one.ask({ kind: 'round', ms: effort.ms });
        rounds.get(name)?.push(nsPerCall);
      }
    return rounds;
  } finally {
    await Promise.all([...running.values()].map((one) => one.stop()));
  }
}

/** Enough for a million calls that allocate 200 bytes each. */
const SEMI_SPACE_MIB = 256;

/** Heap bytes per call, in a process whose collector has nothing to do meanwhile. */
export async function measureHeap({ library, shape }: Case, calls: number): Promise<number> {
  const one = await startMeasuring(library, shape, SEMI_SPACE_MIB);
  try {
    await one.ask({ kind: 'warm', ms: 300 });
    return (await one.ask({ kind: 'heap', calls })).bytesPerCall;
  } finally {
    await one.stop();
  }
}

export interface Tail {
  readonly p50: number;
  readonly p99: number;
  /** What reading the clock takes of it. */
  readonly clock: number;
}

/** Nanoseconds of single calls by the wall clock. */
export async function measureTail({ library, shape }: Case, calls: number): Promise<Tail> {
  const one = await startMeasuring(library, shape);
  try {
    await one.ask({ kind: 'warm', ms: 300 });
    return await one.ask({ kind: 'tail', calls });
  } finally {
    await one.stop();
  }
}

export function spreadOf(values: readonly number[]): Spread {
  const ascending = [...values].sort((a, b) => a - b);
  const at = (q: number) => ascending[Math.floor((ascending.length - 1) * q)] ?? Number.NaN;
  return { median: at(0.5), low: at(0), high: at(1) };
}

/** The ratios within each round: neither side had a quieter machine than the other. */
export function ratioOf(rounds: Rounds, over: Case, under: Case): Spread {
  const below = rounds.get(nameOf(under)) ?? [];
  return spreadOf((rounds.get(nameOf(over)) ?? []).map((value, i) => value / (below[i] ?? Number.NaN)));
}

/** What is measured beside the libraries, and answers nothing of a flag. */
const WITHOUT_ANSWERS: ReadonlySet<string> = new Set(['Map.get', 'our bucket', 'murmurhash package']);

/** The floor hashes as we do, so it must agree about everybody. */
async function checkAnswers(cases: readonly Case[], running: ReadonlyMap<string, Measuring>): Promise<void> {
  const answers = new Map<string, string>();
  for (const one of cases) {
    if (WITHOUT_ANSWERS.has(one.library)) continue;
    const report = await running.get(nameOf(one))?.ask({ kind: 'check' });
    if (report?.problem !== null) throw new Error(`${nameOf(one)} does not answer as defined: ${report?.problem}`);
    answers.set(nameOf(one), report.answers);
  }
  for (const one of cases) {
    const floor = answers.get(nameOf({ ...one, library: 'floor' }));
    if (one.library === 'ours' && floor !== undefined && floor !== answers.get(nameOf(one)))
      throw new Error(`ours and the floor do not agree about everybody of shape ${one.shape}`);
  }
}
