import { REFERENCE_DEPTH } from '../model/limits.ts';
import { positionOf } from './bucket.ts';
import type { Predicate } from './comparisons.ts';
import type {
  Bucketing,
  Chain,
  CompiledClause,
  CompiledFlag,
  CompiledPrerequisite,
  CompiledSegment,
  CompiledSegmentRule,
  CompiledServe,
  Members,
  SegmentReference,
} from './compiled.ts';
import { asJson, keyOf, readAttribute } from './context.ts';
import { malformed } from './fault.ts';
import type { Outcome } from './outcome.ts';
import type { Compilable, Lookup, Visit } from './visit.ts';

// V8 makes one function of a call and all that it calls, up to 920 bytes of bytecode. What runs for most flags stays
// within them: it takes no parameter apart, and what few flags have is a function of its own.

/** The order of evaluation. */
export function decide(flag: CompiledFlag, visit: Visit): Outcome {
  const early = flag.prerequisites === null && flag.targets === null ? null : beforeRules(flag, visit);
  if (early !== null) return early;
  for (let one = flag.rules; one !== null; one = one.next)
    if (allHold(one.clauses, visit) === true) return served(one.serve, visit);
  return served(flag.fallthrough, visit);
}

function beforeRules(flag: CompiledFlag, visit: Visit): Outcome | null {
  for (let one = flag.prerequisites; one !== null; one = one.next) if (!isMet(one, visit)) return one.failed;
  for (let one = flag.targets; one !== null; one = one.next) if (isNamed(one.members, visit)) return one.outcome;
  return null;
}

export function isMet({ flag: key, variations }: CompiledPrerequisite, visit: Visit): boolean {
  const entry = visit.lookup.flags.get(key);
  if (entry === undefined) throw malformed(`there is no flag '${key}'`);
  if (entry.compiled().isSettled) return false;
  return variations.includes(follow(visit, entry, decide).variation as string);
}

export function isNamed(members: Members, visit: Visit): boolean {
  const key = keyOf(visit, members.contextKind);
  return key !== null && members.keys.has(key);
}

function allHold(clauses: Chain<CompiledClause>, visit: Visit): boolean {
  for (let one = clauses; one !== null; one = one.next) if (holds(one, visit) === false) return false;
  return true;
}

export function holds(clause: CompiledClause, visit: Visit): boolean {
  // `=== true`: comparing two unknown values is a call, comparing one with what is surely a boolean is not.
  if (clause.segments !== null) return (isInAny(clause.segments, visit) === true) !== clause.negate;
  const value = readAttribute(visit, clause.place);
  if (typeof value === 'string' && clause.keys !== null) return clause.keys.has(value) !== clause.negate;
  if (clause.predicate === null) return (value !== undefined) !== clause.negate;
  if (typeof value === 'string') return (clause.predicate(value) === true) !== clause.negate;
  return value !== undefined && anyOf(value, clause.predicate) !== clause.negate;
}

function anyOf(value: unknown, predicate: Predicate): boolean {
  if (!Array.isArray(value)) return predicate(value);
  for (const element of value) if (predicate(asJson(element))) return true;
  return false;
}

function isInAny(segments: SegmentReference, visit: Visit): boolean {
  for (let one: Chain<SegmentReference> = segments; one !== null; one = one.next) {
    if (one.among !== visit.lookup.segments) resolve(one, visit.lookup.segments);
    if (one.only !== null ? isNamed(one.only, visit) : follow(visit, one.entry as Compilable<CompiledSegment>, isIn))
      return true;
  }
  return false;
}

/** Whatever is wrong with the segment is thrown every time: only what can be asked is remembered. */
function resolve(reference: SegmentReference, segments: Lookup['segments']): void {
  const entry = segments.get(reference.key);
  if (entry === undefined) throw malformed(`there is no segment '${reference.key}'`);
  const { excluded, included, rules } = entry.compiled();
  reference.entry = entry;
  reference.only = excluded === null && rules === null && included?.next === null ? included : null;
  reference.among = segments;
}

/** Excluded wins over included, included over rules. */
function isIn({ excluded, included, rules }: CompiledSegment, visit: Visit): boolean {
  if (isNamedInAny(excluded, visit)) return false;
  if (isNamedInAny(included, visit)) return true;
  for (let one = rules; one !== null; one = one.next) if (takes(one, visit)) return true;
  return false;
}

function isNamedInAny(lists: Chain<Members>, visit: Visit): boolean {
  for (let one = lists; one !== null; one = one.next) if (isNamed(one, visit)) return true;
  return false;
}

function takes({ clauses, bucketing, end }: CompiledSegmentRule, visit: Visit): boolean {
  return allHold(clauses, visit) && (bucketing === null || (bucket(bucketing, visit) && visit.position < end));
}

export function served(serve: CompiledServe, visit: Visit): Outcome {
  return serve.bucketing === null ? serve.otherwise : owned(serve, visit);
}

function owned({ bucketing, ends, owners, otherwise }: CompiledServe, visit: Visit): Outcome {
  if (!bucket(bucketing as Bucketing, visit)) return otherwise;
  const { position } = visit;
  // The first range that ends beyond the position.
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (position < (ends[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return owners[low] as Outcome;
}

/** Puts the visit at its position. False when nobody can be bucketed: only strings and whole numbers can. */
function bucket(bucketing: Bucketing, visit: Visit): boolean {
  const value = readAttribute(visit, bucketing.place);
  if (typeof value !== 'string' && !Number.isInteger(value)) return false;
  visit.position = positionOf(bucketing.seed, typeof value === 'string' ? value : String(value));
  return true;
}

/** In the place of a result that is still to come. */
const PENDING = null;

/** Evaluates what a reference leads to; `run` is called once per target and evaluation. */
function follow<C, T>(visit: Visit, target: Compilable<C>, run: (compiled: C, visit: Visit) => T): T {
  const compiled = target.compiled();
  // Nothing can lead back from where no reference begins.
  if (target.references.length === 0) return run(compiled, visit);
  visit.memo ??= new Map();
  const known = visit.memo.get(target);
  if (known === PENDING) throw malformed(`its references lead back to '${target.item.key}'`);
  if (known !== undefined) return known as T;
  if (visit.depth === REFERENCE_DEPTH) throw malformed(`its references are more than ${REFERENCE_DEPTH} deep`);
  visit.memo.set(target, PENDING);
  visit.depth += 1;
  const result = run(compiled, visit);
  visit.depth -= 1;
  visit.memo.set(target, result);
  return result;
}
