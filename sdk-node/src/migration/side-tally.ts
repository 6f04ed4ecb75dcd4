import { Sketch, type SketchBody } from '@glidepath/core/sdk';
import { type Room, readable, taken } from '../report-text.ts';
import { createFrequent, type Frequent } from './frequent.ts';
import type { SideCall, SideRecorder } from './records.ts';

const MOST_POINTERS = 10;

/** What a report brings of two ways of doing the same. */
export interface SidesPart {
  readonly sides: readonly WireSide[];
  readonly comparisons: readonly WireComparison[];
}

interface WireSide {
  readonly flag: string;
  readonly op: SideCall['op'];
  readonly side: SideCall['side'];
  readonly n: number;
  readonly err: number;
  readonly lat: SketchBody;
}

interface WireComparison {
  readonly flag: string;
  readonly stage: string;
  /** Answers that were compared, those that differed, and those that nobody had time for. */
  readonly n: number;
  readonly diff: number;
  readonly skipped: number;
  /** The most frequent JSON pointers of what differed. */
  readonly paths: readonly (readonly [pointer: string, n: number])[];
}

/** Two ways of doing the same, summed up until somebody sends it. */
export interface SideTally extends SideRecorder {
  readonly series: number;
  /** Hands over what fits; those series begin anew. */
  take(room: Room): SidesPart;
}

interface Side {
  readonly flag: string;
  readonly call: SideCall;
  readonly durations: Sketch;
  n: number;
  errors: number;
}

interface Comparison {
  readonly flag: string;
  readonly stage: string;
  readonly pointers: Frequent;
  n: number;
  different: number;
  skipped: number;
}

export interface SideTallyLimits {
  readonly hasRoom: () => boolean;
  /** Hears of what could not be kept. */
  readonly onDropped: () => void;
}

export function createSideTally({ hasRoom, onDropped }: SideTallyLimits): SideTally {
  const sides = new Map<string, Side>();
  const comparisons = new Map<string, Comparison>();

  const found = <S>(series: Map<string, S>, name: string, create: () => S): S | null => {
    const known = series.get(name);
    if (known !== undefined) return known;
    if (!hasRoom()) {
      onDropped();
      return null;
    }
    const fresh = create();
    series.set(name, fresh);
    return fresh;
  };

  const comparisonOf = (flag: string, stage: string): Comparison | null =>
    found(comparisons, `${flag}\t${stage}`, () => {
      return { flag, stage, pointers: createFrequent(), n: 0, different: 0, skipped: 0 };
    });

  return {
    get series() {
      return sides.size + comparisons.size;
    },
    called(flag, call) {
      const side = found(sides, `${flag}\t${call.op}\t${call.side}`, () => {
        return { flag, call, durations: new Sketch(), n: 0, errors: 0 };
      });
      if (side === null) return;
      side.n += 1;
      if (!call.ok) side.errors += 1;
      side.durations.add(call.durationMs);
    },
    compared(flag, stage, paths) {
      const comparison = comparisonOf(flag, stage);
      if (comparison === null) return;
      comparison.n += 1;
      if (paths.length > 0) comparison.different += 1;
      for (const path of paths) comparison.pointers.add(path);
    },
    skipped(flag, stage) {
      const comparison = comparisonOf(flag, stage);
      if (comparison !== null) comparison.skipped += 1;
    },
    take: (room) => ({ sides: taken(sides, room, wireOf), comparisons: taken(comparisons, room, wireOfComparison) }),
  };
}

function wireOf({ flag, call: { op, side }, durations, n, errors }: Side): WireSide {
  return { flag: readable(flag), op, side, n, err: errors, lat: durations.body() };
}

function wireOfComparison({ flag, stage, pointers, n, different, skipped }: Comparison): WireComparison {
  const paths = pointers.top(MOST_POINTERS).map(([pointer, count]) => [readable(pointer), count] as const);
  return { flag: readable(flag), stage, n, diff: different, skipped, paths };
}
