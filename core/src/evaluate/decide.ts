import { REFERENCE_DEPTH } from '../model/limits.ts';
import { positionOf } from './bucket.ts';
import type { Predicate } from './comparisons.ts';
import type {
  Bucketing,
  CompiledClause,
  CompiledFlag,
  CompiledPrerequisite,
  CompiledRule,
  CompiledSegment,
  CompiledSegmentRule,
  CompiledServe,
  CompiledTarget,
  Members,
  SegmentReference,
} from './compiled.ts';
import { asJson, keyOf, readAttribute } from './context.ts';
import { malformed } from './fault.ts';
import type { Outcome } from './outcome.ts';
import type { Compilable, Visit } from './visit.ts';

/** The order of evaluation, for a flag that is on. */
export function decide(flag: CompiledFlag, visit: Visit): Outcome {
  const { prerequisites, targets, rules } = flag;
  for (let i = 0; i < prerequisites.length; i += 1) {
    const prerequisite = prerequisites[i] as CompiledPrerequisite;
    if (!isMet(prerequisite, visit)) return prerequisite.failed;
  }
  for (let i = 0; i < targets.length; i += 1) {
    const target = targets[i] as CompiledTarget;
    if (isNamed(target.members, visit)) return target.outcome;
  }
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i] as CompiledRule;
    if (allHold(rule.clauses, visit)) return served(rule.serve, visit);
  }
  return served(flag.fallthrough, visit);
}

export function isMet({ flag: key, variations }: CompiledPrerequisite, visit: Visit): boolean {
  const entry = visit.lookup.flags.get(key);
  if (entry === undefined) throw malformed(`there is no flag '${key}'`);
  if (entry.compiled().settled !== null) return false;
  return variations.includes(follow(visit, entry, decide).variation ?? '');
}

export function isNamed({ contextKind, keys }: Members, visit: Visit): boolean {
  const key = visit.kind === contextKind ? visit.key : keyOf(visit, contextKind);
  return key !== null && keys.has(key);
}

function allHold(clauses: readonly CompiledClause[], visit: Visit): boolean {
  for (let i = 0; i < clauses.length; i += 1) if (!holds(clauses[i] as CompiledClause, visit)) return false;
  return true;
}

export function holds({ place, predicate, segments, negate }: CompiledClause, visit: Visit): boolean {
  if (segments !== null) return isInAny(segments, visit) !== negate;
  const value = readAttribute(visit, place);
  if (predicate === null) return (value !== undefined) !== negate;
  if (typeof value === 'string') return predicate(value) !== negate;
  if (value === undefined) return false;
  return (Array.isArray(value) ? anyOf(value, predicate) : predicate(value)) !== negate;
}

function anyOf(elements: readonly unknown[], predicate: Predicate): boolean {
  for (const element of elements) if (predicate(asJson(element))) return true;
  return false;
}

function isInAny(segments: readonly SegmentReference[], visit: Visit): boolean {
  for (let i = 0; i < segments.length; i += 1) {
    const reference = segments[i] as SegmentReference;
    if (reference.lookup !== visit.lookup) {
      reference.lookup = visit.lookup;
      reference.entry = visit.lookup.segments.get(reference.key);
    }
    const { entry } = reference;
    if (entry === undefined) throw malformed(`there is no segment '${reference.key}'`);
    if (follow(visit, entry, isIn)) return true;
  }
  return false;
}

/** Excluded wins over included, included over rules. */
function isIn({ excluded, included, rules }: CompiledSegment, visit: Visit): boolean {
  if (isNamedInAny(excluded, visit)) return false;
  if (isNamedInAny(included, visit)) return true;
  for (let i = 0; i < rules.length; i += 1) if (takes(rules[i] as CompiledSegmentRule, visit)) return true;
  return false;
}

function isNamedInAny(lists: readonly Members[], visit: Visit): boolean {
  for (let i = 0; i < lists.length; i += 1) if (isNamed(lists[i] as Members, visit)) return true;
  return false;
}

function takes({ clauses, bucketing, end }: CompiledSegmentRule, visit: Visit): boolean {
  return allHold(clauses, visit) && (bucketing === null || (bucket(bucketing, visit) && visit.position < end));
}

export function served(serve: CompiledServe, visit: Visit): Outcome {
  return serve.bucketing === null ? serve.otherwise : owned(serve, serve.bucketing, visit);
}

function owned({ ends, owners, otherwise }: CompiledServe, bucketing: Bucketing, visit: Visit): Outcome {
  if (!bucket(bucketing, visit)) return otherwise;
  const { position } = visit;
  // The first range that ends beyond the position.
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (position < (ends[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return owners[low] ?? otherwise;
}

/** Puts the visit at its position. False when nobody can be bucketed: only strings and whole numbers can. */
function bucket({ place, seed }: Bucketing, visit: Visit): boolean {
  const value = readAttribute(visit, place);
  if (typeof value !== 'string' && !Number.isInteger(value)) return false;
  visit.position = positionOf(seed, typeof value === 'string' ? value : String(value));
  return true;
}

const PENDING = Symbol();

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
