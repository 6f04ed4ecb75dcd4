import type { FlagItem, ItemId, SegmentItem } from '../model/items.ts';
import { LIMITS } from '../model/keys.ts';
import type { Resolution } from '../model/resolution.ts';
import { NO_BODY, type Subject } from './context.ts';
import { Fault } from './fault.ts';

/** One evaluation on its way through a snapshot. */
export interface Visit extends Subject {
  readonly lookup: Lookup;
  /** Whether the caller wants the bucket among the reasons; without, a split allocates nothing. */
  isDetailed: boolean;
  /** References followed to get here. */
  depth: number;
  /** What the references lead to, once known: a web of references costs no more than its items. */
  memo: Map<object, unknown> | null;
}

export function newVisit(lookup: Lookup): Visit {
  return { kind: null, body: NO_BODY, key: null, lookup, isDetailed: true, depth: 0, memo: null };
}

/** What references are resolved in: the snapshot that the evaluation began with. */
export interface Lookup {
  flag(key: string): FlagEntry | undefined;
  segment(key: string): SegmentEntry | undefined;
}

export type FlagEntry = Entry<FlagItem, CompiledFlag>;
export type SegmentEntry = Entry<SegmentItem, Test>;

/** An item of a snapshot: the newest definition that could be read, compiled on first use. */
export class Entry<I, C> {
  readonly item: I;
  readonly references: readonly ItemId[];
  /** `outdated`: the environment holds a newer definition, which cannot be read. `unreadable`: nor could one before. */
  readonly state: 'current' | 'outdated' | 'unreadable';
  #compile: () => C;
  #compiled: C | undefined;

  constructor(item: I, references: readonly ItemId[], compile: () => C, state: Entry<I, C>['state'] = 'current') {
    this.item = item;
    this.references = references;
    this.state = state;
    this.#compile = compile;
  }

  /** The same, while what arrived after it cannot be read. */
  outdated(): Entry<I, C> {
    return new Entry(this.item, this.references, () => this.compiled(), 'outdated');
  }

  /** Throws the same `Fault` every time when it cannot be compiled. */
  compiled(): C {
    this.#compiled ??= this.#first();
    return this.#compiled;
  }

  #first(): C {
    try {
      return this.#compile();
    } catch (error) {
      const fault = error instanceof Fault ? error : malformed('its definition cannot be compiled');
      this.#compile = () => raise(fault);
      throw fault;
    }
  }
}

/** Shared, as most flags refer to nothing and name nobody. */
export const NONE: readonly never[] = [];

export type Test = (visit: Visit) => boolean;
export type Serve = (visit: Visit) => Resolution;
/** Null when it does not decide. */
export type Step = (visit: Visit) => Resolution | null;

export interface CompiledFlag {
  /** `typeof` of its values. */
  readonly valueType: 'boolean' | 'string' | 'number' | 'object';
  /** What a flag that is killed or off serves to everybody; null when it is on. */
  readonly settled: Resolution | null;
  readonly prerequisites: readonly Step[];
  readonly targets: readonly Step[];
  readonly rules: readonly { readonly clauses: readonly Test[]; readonly serve: Serve }[];
  readonly fallthrough: Serve;
}

const PENDING = Symbol('pending');

/** Evaluates what a reference leads to; `run` is called once per target and evaluation. */
export function follow<T>(visit: Visit, target: Entry<{ readonly key: string }, unknown>, run: (visit: Visit) => T): T {
  // Nothing can lead back from where no reference begins.
  if (target.references.length === 0) return run(visit);
  visit.memo ??= new Map();
  const known = visit.memo.get(target);
  if (known === PENDING) throw malformed(`its references lead back to '${target.item.key}'`);
  if (known !== undefined) return known as T;
  if (visit.depth === LIMITS.referenceDepth)
    throw malformed(`its references are more than ${LIMITS.referenceDepth} deep`);
  visit.memo.set(target, PENDING);
  visit.depth += 1;
  const result = run(visit);
  visit.depth -= 1;
  visit.memo.set(target, result);
  return result;
}

export function raise(fault: Fault): never {
  throw fault;
}

export function malformed(why: string): Fault {
  return new Fault('MALFORMED_FLAG', `the flag is malformed: ${why}`);
}

export function allHold(tests: readonly Test[], visit: Visit): boolean {
  for (const test of tests) if (!test(visit)) return false;
  return true;
}

export function anyHolds(tests: readonly Test[], visit: Visit): boolean {
  for (const test of tests) if (test(visit)) return true;
  return false;
}
