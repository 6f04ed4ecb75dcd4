import type { Predicate } from './comparisons.ts';
import type { Place } from './context.ts';
import type { Outcome } from './outcome.ts';
import type { Compilable, Lookup } from './visit.ts';

/**
 * A flag with everything precomputed that no context changes. Plain data that few functions walk, rather than closures
 * within closures: measured, neither is faster, and the trace of an explanation walks the same data.
 */
export interface CompiledFlag {
  /** `typeof` of its values. */
  readonly valueType: string;
  /** Whether it is killed or off: then nothing of it is left but what `fallthrough` serves to everybody. */
  readonly isSettled: boolean;
  /** What it serves to everybody, whoever they are; null where the context decides. */
  readonly constant: Outcome | null;
  readonly prerequisites: Chain<CompiledPrerequisite>;
  readonly targets: Chain<CompiledTarget>;
  readonly rules: Chain<CompiledRule>;
  readonly fallthrough: CompiledServe;
  /** All that it can serve. */
  readonly outcomes: readonly Outcome[];
}

/** The first of what is asked one after another; it leads to the next. A list costs two more reads for each of them. */
export type Chain<T extends Link<T>> = T | null;

export interface Link<T> {
  next: T | null;
}

export interface CompiledSegment {
  readonly excluded: Chain<Members>;
  readonly included: Chain<Members>;
  readonly rules: Chain<CompiledSegmentRule>;
}

export interface CompiledPrerequisite extends Link<CompiledPrerequisite> {
  readonly flag: string;
  readonly variations: readonly string[];
  readonly failed: Outcome;
}

export interface CompiledTarget extends Link<CompiledTarget> {
  readonly members: Members;
  readonly outcome: Outcome;
}

export interface Members extends Link<Members> {
  readonly contextKind: string;
  readonly keys: ReadonlySet<string>;
}

export interface CompiledRule extends Link<CompiledRule> {
  readonly clauses: Chain<CompiledClause>;
  readonly serve: CompiledServe;
}

export interface CompiledSegmentRule extends Link<CompiledSegmentRule> {
  readonly clauses: Chain<CompiledClause>;
  /** Null when it takes everybody. */
  readonly bucketing: Bucketing | null;
  /** The first position that it does not take. */
  readonly end: number;
}

export interface CompiledClause extends Link<CompiledClause> {
  readonly place: Place;
  /** Null where it only matters that there is a value, or which segments hold the context. */
  readonly predicate: Predicate | null;
  /** The values of `in`: asked directly, because a call costs as much as the look-up. */
  readonly keys: ReadonlySet<unknown> | null;
  readonly segments: Chain<SegmentReference>;
  readonly negate: boolean;
}

/**
 * A segment that a clause names, and what that name led to among the segments of the snapshot that was asked last. Never
 * the snapshot itself: every flag that nobody asks for would keep all flags as they were when somebody did.
 */
export interface SegmentReference extends Link<SegmentReference> {
  readonly key: string;
  among: Lookup['segments'] | null;
  entry: Compilable<CompiledSegment> | null;
  /** The one list that is all of the segment, as of most; else null. */
  only: Members | null;
}

export interface Bucketing {
  readonly place: Place;
  /** Signed: V8 boxes half of the unsigned ones. */
  readonly seed: number;
}

export interface CompiledServe {
  /** Null for one variation. */
  readonly bucketing: Bucketing | null;
  /** Where each range of buckets ends, as a position. */
  readonly ends: readonly number[];
  readonly owners: readonly Outcome[];
  /** For everybody whom no bucket decides. */
  readonly otherwise: Outcome;
}
