import type { FlagBody, FlagItem, SegmentBody, ServeBody, SplitBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { BucketBy, Clause, MemberList } from '../model/model.ts';
import type { EvaluationReason } from '../model/resolution.ts';
import { startOf } from './bucket.ts';
import type { Predicate } from './comparisons.ts';
import type {
  Bucketing,
  Chain,
  CompiledClause,
  CompiledFlag,
  CompiledSegment,
  CompiledServe,
  Link,
  Members,
} from './compiled.ts';
import { placeOf } from './context.ts';
import { malformed } from './fault.ts';
import { hash32 } from './murmur3.ts';
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
  const { prerequisites, targets, rules, fallthrough } = isSettled
    ? { prerequisites: NONE, targets: NONE, rules: NONE, fallthrough: { variation: body.off } }
    : body;

  const otherwise = compileServe(fallthrough, body, outcome, {
    kind: body.killed ? 'KILLED' : isSettled ? 'OFF' : 'FALLTHROUGH',
  });
  const isConstant = prerequisites.length + targets.length + rules.length + otherwise.owners.length === 0;
  return {
    valueType: body.type === 'json' ? 'object' : body.type,
    isSettled,
    constant: isConstant ? otherwise.otherwise : null,
    prerequisites: chained(prerequisites, ({ flag, variations }) => ({
      flag,
      variations,
      failed: outcome(body.off, { kind: 'PREREQUISITE_FAILED', prerequisiteKey: flag }),
      next: null,
    })),
    targets: chained(targets, (target) => ({
      members: compileMembers(target),
      outcome: outcome(target.variation, { kind: 'TARGET_MATCH', contextKind: target.contextKind }),
      next: null,
    })),
    rules: chained(rules, ({ id, clauses, serve }, ruleIndex) => ({
      clauses: chained(clauses, (clause) => compileClause(clause, predicateOf)),
      serve: compileServe(serve, body, outcome, { kind: 'RULE_MATCH', ruleId: id, ruleIndex }),
      next: null,
    })),
    fallthrough: otherwise,
    outcomes,
  };
}

export function compileSegment(body: SegmentBody, predicateOf: PredicateOf): CompiledSegment {
  return {
    excluded: chained(body.excluded, compileMembers),
    included: chained(body.included, compileMembers),
    rules: chained(body.rules, ({ clauses, share, by, salt = body.salt }) => ({
      clauses: chained(clauses, (clause) => compileClause(clause, predicateOf)),
      bucketing: share === undefined ? null : compileBucketing(by, salt),
      end: startOf(share ?? BUCKETS),
      next: null,
    })),
  };
}

const NONE: readonly never[] = [];

/** Links what was made of one piece: copies of it would have maps of their own, and whatever reads them would be slow. */
function chained<T extends Link<T>, S>(list: readonly S[], compile: (one: S, index: number) => T): Chain<T> {
  return list.map(compile).reduceRight<Chain<T>>((next, one) => {
    one.next = next;
    return one;
  }, null);
}

function compileClause(clause: Clause, predicateOf: PredicateOf): CompiledClause {
  const { kind = 'user', attribute, operator, values, negate } = clause;
  const isSegment = operator === 'in-segment';
  return {
    // No context has a kind without a name: whoever is asked for no segment at all is in none.
    place: placeOf(isSegment ? '' : kind, attribute),
    predicate: isSegment || operator === 'exists' ? null : predicateOf(clause),
    keys: operator === 'in' ? new Set(values) : null,
    segments: isSegment
      ? chained(
          values.filter((key) => typeof key === 'string'),
          (key) => ({ key, among: null, entry: null, only: null, next: null }),
        )
      : null,
    // Nothing of what arrives is trusted to be of its type.
    negate: negate === true,
    next: null,
  };
}

function compileMembers({ contextKind, keys }: MemberList): Members {
  return { contextKind, keys: new Set(keys), next: null };
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
  return { place: placeOf(by?.contextKind ?? 'user', by?.attribute ?? 'key'), seed: hash32(salt, 0) };
}
