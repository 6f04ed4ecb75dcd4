import { REFERENCE_DEPTH } from '../model/limits.ts';
import { NO_BODY, type Subject } from './context.ts';
import { malformed } from './fault.ts';
import type { Outcome } from './outcome.ts';

/** One evaluation on its way through a snapshot. */
export interface Visit extends Subject {
  readonly lookup: Lookup;
  /** Where the value stands that was bucketed last. */
  position: number;
  /** References followed to get here. */
  depth: number;
  /** What the references lead to, once known: a web of references costs no more than its items. */
  memo: Map<object, unknown> | null;
}

export function newVisit(lookup: Lookup): Visit {
  return { kind: null, body: NO_BODY, key: null, lookup, position: 0, depth: 0, memo: null };
}

/** What references are resolved in: the snapshot that the evaluation began with. */
export interface Lookup {
  readonly flags: ReadonlyMap<string, Compilable<CompiledFlag>>;
  readonly segments: ReadonlyMap<string, Compilable<Test>>;
}

interface Compilable<C> {
  readonly item: { readonly key: string; readonly rev: number };
  /** What else its definition names. */
  readonly references: readonly unknown[];
  /** Throws a `Fault` when it cannot be compiled. */
  compiled(): C;
}

/** Shared, as most flags refer to nothing and name nobody. */
export const NONE: readonly never[] = [];

export type Test = (visit: Visit) => boolean;
export type Serve = (visit: Visit) => Outcome;
/** Null when it does not decide. */
export type Step = (visit: Visit) => Outcome | null;

export interface CompiledFlag {
  /** `typeof` of its values. */
  readonly valueType: string;
  /** What a flag that is killed or off serves to everybody; null when it is on. */
  readonly settled: Outcome | null;
  /** Prerequisites, targets and rules, in this order. */
  readonly steps: readonly Step[];
  readonly decide: Serve;
  /** All that it can serve. */
  readonly outcomes: readonly Outcome[];
}

const PENDING = Symbol();

/** Evaluates what a reference leads to; `run` is called once per target and evaluation. */
export function follow<T>(visit: Visit, target: Compilable<unknown>, run: (visit: Visit) => T): T {
  // Nothing can lead back from where no reference begins.
  if (target.references.length === 0) return run(visit);
  visit.memo ??= new Map();
  const known = visit.memo.get(target);
  if (known === PENDING) throw malformed(`its references lead back to '${target.item.key}'`);
  if (known !== undefined) return known as T;
  if (visit.depth === REFERENCE_DEPTH) throw malformed(`its references are more than ${REFERENCE_DEPTH} deep`);
  visit.memo.set(target, PENDING);
  visit.depth += 1;
  const result = run(visit);
  visit.depth -= 1;
  visit.memo.set(target, result);
  return result;
}

export function allHold(tests: readonly Test[], visit: Visit): boolean {
  for (const test of tests) if (!test(visit)) return false;
  return true;
}

export function anyHolds(tests: readonly Test[], visit: Visit): boolean {
  for (const test of tests) if (test(visit)) return true;
  return false;
}
