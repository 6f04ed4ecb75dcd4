import type { FlagBody, FlagItem, SegmentBody, ServeBody, SplitBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { BucketBy, MemberList } from '../model/model.ts';
import type { EvaluationReason } from '../model/resolution.ts';
import { positionOf, seedOf, startOf } from './bucket.ts';
import { compileClause } from './clause.ts';
import { keyOf, placeOf, readAttribute } from './context.ts';
import { malformed } from './fault.ts';
import type { Engines } from './operators.ts';
import { type Outcome, type OutcomeMaker, outcomesOf } from './outcome.ts';
import {
  allHold,
  anyHolds,
  type CompiledFlag,
  follow,
  NONE,
  type Serve,
  type Step,
  type Test,
  type Visit,
} from './visit.ts';

/** Precomputes all that does not depend on a context. Throws a `Fault`. */
export function compileFlag(item: FlagItem, engines: Engines): CompiledFlag {
  const { body } = item;
  const outcomes: Outcome[] = [];
  const outcome = outcomesOf(item, outcomes);
  const valueType = body.type === 'json' ? 'object' : body.type;
  if (body.killed || !body.on) {
    const settled = outcome(body.off, { kind: body.killed ? 'KILLED' : 'OFF' });
    return { valueType, settled, steps: NONE, decide: () => settled, outcomes };
  }
  const steps = [
    ...body.prerequisites.map((prerequisite) => compilePrerequisite(prerequisite, body.off, outcome)),
    ...body.targets.map((target) => compileTarget(target, outcome)),
    ...body.rules.map(({ id, clauses, serve }, ruleIndex): Step => {
      const test = all(clauses.map((clause) => compileClause(clause, engines)));
      const served = compileServe(serve, body, outcome, { kind: 'RULE_MATCH', ruleId: id, ruleIndex });
      return (visit) => (test(visit) ? served(visit) : null);
    }),
  ];
  const fallthrough = compileServe(body.fallthrough, body, outcome, { kind: 'FALLTHROUGH' });
  return {
    valueType,
    settled: null,
    steps,
    decide: steps.length === 0 ? fallthrough : (visit) => firstOf(steps, visit) ?? fallthrough(visit),
    outcomes,
  };
}

/** Makes the predicate of membership: excluded wins over included, included over rules. */
export function compileSegment(body: SegmentBody, engines: Engines): Test {
  const excluded = body.excluded.map(compileMembers);
  const included = body.included.map(compileMembers);
  const rules = body.rules.map((rule): Test => {
    const { share, by, salt = body.salt } = rule;
    const test = all(rule.clauses.map((clause) => compileClause(clause, engines)));
    if (share === undefined) return test;
    const bucketing = compileBucketing(by, salt);
    const end = startOf(share);
    return (visit) => test(visit) && bucketing(visit) && visit.position < end;
  });
  return (visit) => !anyHolds(excluded, visit) && (anyHolds(included, visit) || anyHolds(rules, visit));
}

function firstOf(steps: readonly Step[], visit: Visit): Outcome | null {
  for (const step of steps) {
    const outcome = step(visit);
    if (outcome !== null) return outcome;
  }
  return null;
}

/** Most rules have one clause. */
function all(tests: readonly Test[]): Test {
  const [only] = tests;
  return only !== undefined && tests.length === 1 ? only : (visit) => allHold(tests, visit);
}

function compilePrerequisite(
  { flag: key, variations }: FlagBody['prerequisites'][number],
  off: number,
  outcome: OutcomeMaker,
): Step {
  const failed = outcome(off, { kind: 'PREREQUISITE_FAILED', prerequisiteKey: key });
  return (visit) => {
    const entry = visit.lookup.flags.get(key);
    if (entry === undefined) throw malformed(`there is no flag '${key}', its prerequisite`);
    const { settled, decide } = entry.compiled();
    if (settled !== null) return failed;
    return variations.includes(follow(visit, entry, decide).variation ?? '') ? null : failed;
  };
}

function compileTarget(target: FlagBody['targets'][number], outcome: OutcomeMaker): Step {
  const { contextKind, variation } = target;
  const isMember = compileMembers(target);
  const named = outcome(variation, { kind: 'TARGET_MATCH', contextKind });
  return (visit) => (isMember(visit) ? named : null);
}

function compileMembers({ contextKind, keys }: MemberList): Test {
  const members = new Set(keys);
  return (visit) => {
    const key = keyOf(visit, contextKind);
    return key !== null && members.has(key);
  };
}

function compileServe(serve: ServeBody, body: FlagBody, outcome: OutcomeMaker, reason: EvaluationReason): Serve {
  if (!('split' in serve)) {
    const fixed = outcome(serve.variation, reason);
    return () => fixed;
  }
  const { ranges, by, salt = body.salt } = serve.split;
  const ends = endsOf(ranges);
  const owners = ranges.map(([, variation]) => outcome(variation, reason, by?.contextKind ?? 'user'));
  const [first, ...others] = ranges.map(([, variation]) => variation);
  const whole = others.every((variation) => variation === first) ? first : body.off;
  const unbucketed = outcome(whole ?? body.off, { ...reason, rollout: null } as EvaluationReason);
  const bucketing = compileBucketing(by, salt);
  return (visit) => (bucketing(visit) ? owners[indexOf(ends, visit.position)] : undefined) ?? unbucketed;
}

/** Where each range ends, as a position. */
function endsOf(ranges: SplitBody['ranges']): readonly number[] {
  let end = 0;
  for (const [to] of ranges) {
    if (!(to > end)) throw malformed('the ranges of a split do not ascend');
    end = to;
  }
  if (end !== BUCKETS) throw malformed(`the ranges of a split end at ${end}`);
  return ranges.map(([to]) => startOf(to));
}

/** The first range that ends beyond the position. */
function indexOf(ends: readonly number[], position: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (position < (ends[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Puts the visit at its position; false when nobody can be bucketed: strings and whole numbers can. */
function compileBucketing(by: BucketBy | undefined, salt: string): Test {
  const place = placeOf(by?.contextKind ?? 'user', by?.attribute ?? 'key');
  const seed = seedOf(salt);
  return (visit) => {
    const value = readAttribute(visit, place);
    if (typeof value !== 'string' && !Number.isInteger(value)) return false;
    visit.position = positionOf(seed, typeof value === 'string' ? value : String(value));
    return true;
  };
}
