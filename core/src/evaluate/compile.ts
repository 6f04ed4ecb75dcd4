import type { FlagBody, FlagItem, SegmentBody, ServeBody, SplitBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { BucketBy, FlagType, Json, MemberList } from '../model/model.ts';
import type { EvaluationReason, Resolution, RolloutInfo } from '../model/resolution.ts';
import { bucketOf, seedOf } from './bucket.ts';
import { compileClause } from './clause.ts';
import { keyOf, type Place, placeOf, readAttribute, type Subject } from './context.ts';
import type { Engines } from './operators.ts';
import {
  allHold,
  anyHolds,
  type CompiledFlag,
  follow,
  malformed,
  NONE,
  type Serve,
  type Step,
  type Test,
  type Visit,
} from './visit.ts';

/** What a caller's fallback has to be. */
export const VALUE_TYPES: Readonly<Record<FlagType, CompiledFlag['valueType']>> = {
  boolean: 'boolean',
  string: 'string',
  number: 'number',
  json: 'object',
};

const BY_USER_KEY: BucketBy = { contextKind: 'user', attribute: 'key' };
const USER_KEY = placeOf('user', 'key');

/** Precomputes all that does not depend on a context. Throws a `Fault`. */
export function compileFlag(item: FlagItem, engines: Engines): CompiledFlag {
  const { body } = item;
  const resolve = resolverOf(item);
  const off = (reason: EvaluationReason) => frozen(resolve(body.off, reason));
  for (const { value } of body.variations) deepFreeze(value);
  return {
    valueType: VALUE_TYPES[body.type],
    settled: settledBy(body, off),
    prerequisites: each(body.prerequisites, (prerequisite) =>
      compilePrerequisite(prerequisite, off({ kind: 'PREREQUISITE_FAILED', prerequisiteKey: prerequisite.flag })),
    ),
    targets: each(body.targets, (target) => compileTarget(target, resolve)),
    rules: each(body.rules, ({ id, clauses, serve }, ruleIndex) => ({
      clauses: clauses.map((clause) => compileClause(clause, engines)),
      serve: compileServe(serve, body, resolve, { kind: 'RULE_MATCH', ruleId: id, ruleIndex }),
    })),
    fallthrough: compileServe(body.fallthrough, body, resolve, { kind: 'FALLTHROUGH' }),
  };
}

/** The order of evaluation, for a flag that is on. */
export function decide(flag: CompiledFlag, visit: Visit): Resolution {
  for (const prerequisite of flag.prerequisites) {
    const failed = prerequisite(visit);
    if (failed !== null) return failed;
  }
  for (const target of flag.targets) {
    const named = target(visit);
    if (named !== null) return named;
  }
  for (const rule of flag.rules) {
    if (allHold(rule.clauses, visit)) return rule.serve(visit);
  }
  return flag.fallthrough(visit);
}

/** Makes the predicate of membership: excluded wins over included, included over rules. */
export function compileSegment(body: SegmentBody, engines: Engines): Test {
  const excluded = body.excluded.map(compileMembers);
  const included = body.included.map(compileMembers);
  const rules = body.rules.map((rule): Test => {
    const clauses = rule.clauses.map((clause) => compileClause(clause, engines));
    const { share } = rule;
    if (share === undefined) return (visit) => allHold(clauses, visit);
    const bucketing = bucketingOf(rule.by, rule.salt ?? body.salt);
    return (visit) => allHold(clauses, visit) && (bucketIn(visit, bucketing) ?? BUCKETS) < share;
  });
  return (visit) => !anyHolds(excluded, visit) && (anyHolds(included, visit) || anyHolds(rules, visit));
}

type Resolver = (variation: number, reason: EvaluationReason) => Resolution;

function resolverOf({ rev, body }: FlagItem): Resolver {
  return (index, reason) => {
    const variation = body.variations[index];
    if (variation === undefined) throw malformed(`it has no variation ${index}`);
    return { value: variation.value, variation: variation.key, variationIndex: index, flagVersion: rev, reason };
  };
}

function settledBy(body: FlagBody, off: (reason: EvaluationReason) => Resolution): Resolution | null {
  if (body.killed) return off({ kind: 'KILLED' });
  return body.on ? null : off({ kind: 'OFF' });
}

function compilePrerequisite({ flag: key, variations }: FlagBody['prerequisites'][number], failed: Resolution): Step {
  return (visit) => {
    const entry = visit.lookup.flag(key);
    if (entry === undefined) throw malformed(`there is no flag '${key}', its prerequisite`);
    const flag = entry.compiled();
    if (flag.settled !== null) return failed;
    const { variation } = follow(visit, entry, () => decide(flag, visit));
    return variation !== null && variations.includes(variation) ? null : failed;
  };
}

function compileTarget({ contextKind, variation, keys }: FlagBody['targets'][number], resolve: Resolver): Step {
  const isMember = compileMembers({ contextKind, keys });
  const named = frozen(resolve(variation, { kind: 'TARGET_MATCH', contextKind }));
  return (visit) => (isMember(visit) ? named : null);
}

function compileMembers({ contextKind, keys }: MemberList): Test {
  const members = new Set(keys);
  return (visit) => {
    const key = keyOf(visit, contextKind);
    return key !== null && members.has(key);
  };
}

/** Empty lists are one and the same: what flags have in common stays close to the processor. */
function each<T, C>(list: readonly T[], compile: (element: T, index: number) => C): readonly C[] {
  return list.length === 0 ? NONE : list.map(compile);
}

type ServeReason = Extract<EvaluationReason, { kind: 'RULE_MATCH' | 'FALLTHROUGH' }>;

function compileServe(serve: ServeBody, body: FlagBody, resolve: Resolver, reason: ServeReason): Serve {
  if (!('split' in serve)) {
    const fixed = frozen(resolve(serve.variation, reason));
    return () => fixed;
  }
  const { ranges, by, salt = body.salt } = serve.split;
  const ends = checkedEnds(ranges);
  const owners = ranges.map(([, variation]) => frozen(resolve(variation, reason)));
  const bucketing = bucketingOf(by, salt);
  const { contextKind } = by ?? BY_USER_KEY;
  const isWhole = new Set(ranges.map(([, variation]) => variation)).size === 1;
  const unbucketed = frozen(resolve(isWhole ? (ranges[0]?.[1] ?? body.off) : body.off, withRollout(reason, null)));
  return (visit) => {
    const bucket = bucketIn(visit, bucketing);
    const owner = bucket === null ? undefined : owners[indexOf(ends, bucket)];
    if (bucket === null || owner === undefined) return unbucketed;
    if (!visit.isDetailed) return owner;
    const { value, variation, variationIndex, flagVersion } = owner;
    return { value, variation, variationIndex, flagVersion, reason: withRollout(reason, { bucket, contextKind }) };
  };
}

/** Spelled out, because spreading would cost more than all the rest of an evaluation. */
function withRollout(reason: ServeReason, rollout: RolloutInfo | null): ServeReason {
  if (reason.kind === 'FALLTHROUGH') return { kind: 'FALLTHROUGH', rollout };
  return { kind: 'RULE_MATCH', ruleId: reason.ruleId, ruleIndex: reason.ruleIndex, rollout };
}

/** Shared by all callers. */
function frozen(resolution: Resolution): Resolution {
  Object.freeze(resolution.reason);
  return Object.freeze(resolution);
}

function checkedEnds(ranges: SplitBody['ranges']): readonly number[] {
  let end = 0;
  for (const [to] of ranges) {
    if (!(to > end)) throw malformed('the ranges of a split do not ascend');
    end = to;
  }
  if (end !== BUCKETS) throw malformed(`the ranges of a split end at ${end}`);
  return ranges.map(([to]) => to);
}

/** The first range that ends beyond the bucket. */
function indexOf(ends: readonly number[], bucket: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bucket < (ends[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Bucketing {
  readonly place: Place;
  readonly seed: number;
}

function bucketingOf(by: BucketBy | undefined, salt: string): Bucketing {
  return { place: by === undefined ? USER_KEY : placeOf(by.contextKind, by.attribute), seed: seedOf(salt) };
}

/** Strings and whole numbers can be bucketed; null for whatever else. */
function bucketIn(subject: Subject, { place, seed }: Bucketing): number | null {
  const value = readAttribute(subject, place);
  if (typeof value === 'string') return bucketOf(seed, value);
  return Number.isInteger(value) ? bucketOf(seed, String(value)) : null;
}

/** The same value goes to every caller, so that none may alter it. */
function deepFreeze(value: Json): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
