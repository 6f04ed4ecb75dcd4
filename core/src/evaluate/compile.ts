import type { FlagBody, FlagItem, SegmentBody, ServeBody, SplitBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { BucketBy, Clause, MemberList, Scalar } from '../model/model.ts';
import type { EvaluationReason } from '../model/resolution.ts';
import { seedOf, startOf } from './bucket.ts';
import type { Predicate } from './comparisons.ts';
import type {
  Bucketing,
  CompiledClause,
  CompiledFlag,
  CompiledSegment,
  CompiledServe,
  Members,
  SegmentReference,
} from './compiled.ts';
import { placeOf } from './context.ts';
import { malformed } from './fault.ts';
import { type Outcome, type OutcomeMaker, outcomesOf } from './outcome.ts';

/** Makes the test of a clause's operator and values. Throws a `Fault` for what it cannot read. */
type PredicateOf = (clause: Clause) => Predicate;

/** Precomputes all that does not depend on a context. Throws a `Fault`. */
export function compileFlag(item: FlagItem, predicateOf: PredicateOf): CompiledFlag {
  const { body } = item;
  const outcomes: Outcome[] = [];
  const outcome = outcomesOf(item, outcomes);
  const isSettled = body.killed || !body.on;
  // A kill and an off switch hold, whatever the rules behind them are.
  const { prerequisites, targets, rules, fallthrough } = isSettled ? nothingBut(body.off) : body;
  const otherwise = compileServe(fallthrough, body, outcome, { kind: 'FALLTHROUGH' });
  const isConstant = prerequisites.length + targets.length + rules.length === 0 && otherwise.bucketing === null;
  return {
    valueType: body.type === 'json' ? 'object' : body.type,
    settled: isSettled ? outcome(body.off, { kind: body.killed ? 'KILLED' : 'OFF' }) : null,
    constant: isConstant ? otherwise.otherwise : null,
    prerequisites: prerequisites.map(({ flag, variations }) => ({
      flag,
      variations,
      failed: outcome(body.off, { kind: 'PREREQUISITE_FAILED', prerequisiteKey: flag }),
    })),
    targets: targets.map((target) => ({
      members: compileMembers(target),
      outcome: outcome(target.variation, { kind: 'TARGET_MATCH', contextKind: target.contextKind }),
    })),
    rules: rules.map(({ id, clauses, serve }, ruleIndex) => ({
      clauses: clauses.map((clause) => compileClause(clause, predicateOf)),
      serve: compileServe(serve, body, outcome, { kind: 'RULE_MATCH', ruleId: id, ruleIndex }),
    })),
    fallthrough: otherwise,
    outcomes,
  };
}

function nothingBut(variation: number): Pick<FlagBody, 'prerequisites' | 'targets' | 'rules' | 'fallthrough'> {
  return { prerequisites: NONE, targets: NONE, rules: NONE, fallthrough: { variation } };
}

export function compileSegment(body: SegmentBody, predicateOf: PredicateOf): CompiledSegment {
  return {
    excluded: body.excluded.map(compileMembers),
    included: body.included.map(compileMembers),
    rules: body.rules.map(({ clauses, share, by, salt = body.salt }) => ({
      clauses: clauses.map((clause) => compileClause(clause, predicateOf)),
      bucketing: share === undefined ? null : compileBucketing(by, salt),
      end: startOf(share ?? BUCKETS),
    })),
  };
}

const NONE: readonly never[] = [];

function compileClause(clause: Clause, predicateOf: PredicateOf): CompiledClause {
  const { kind = 'user', attribute, operator, values, negate } = clause;
  const isSegment = operator === 'in-segment';
  return {
    place: placeOf(kind, attribute),
    predicate: isSegment || operator === 'exists' ? null : predicateOf(clause),
    segments: isSegment ? values.flatMap(referenceTo) : null,
    // Nothing of what arrives is trusted to be of its type.
    negate: negate === true,
  };
}

function referenceTo(key: Scalar): SegmentReference | [] {
  return typeof key === 'string' ? { key, lookup: null, entry: undefined } : [];
}

function compileMembers({ contextKind, keys }: MemberList): Members {
  return { contextKind, keys: new Set(keys) };
}

function compileServe(
  serve: ServeBody,
  body: FlagBody,
  outcome: OutcomeMaker,
  reason: EvaluationReason,
): CompiledServe {
  if (!('split' in serve))
    return { bucketing: null, ends: NONE, owners: NONE, otherwise: outcome(serve.variation, reason) };
  const { ranges, by, salt = body.salt } = serve.split;
  const [whole = body.off, ...others] = new Set(ranges.map(([, variation]) => variation));
  return {
    bucketing: compileBucketing(by, salt),
    ends: endsOf(ranges),
    owners: ranges.map(([, variation]) => outcome(variation, reason, by?.contextKind ?? 'user')),
    // Nobody can be bucketed: what owns all of the split is certain, else the off variation is safe.
    otherwise: outcome(others.length === 0 ? whole : body.off, { ...reason, rollout: null } as EvaluationReason),
  };
}

function endsOf(ranges: SplitBody['ranges']): readonly number[] {
  let end = 0;
  const ends = ranges.map(([to]) => {
    end = to > end ? to : Number.NaN;
    return startOf(to);
  });
  if (end !== BUCKETS) throw malformed('a split does not cover all buckets');
  return ends;
}

function compileBucketing(by: BucketBy | undefined, salt: string): Bucketing {
  return { place: placeOf(by?.contextKind ?? 'user', by?.attribute ?? 'key'), seed: seedOf(salt) | 0 };
}
