import type { FlagBody, FlagItem, SegmentBody, ServeBody, SplitBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { BucketBy, Clause, MemberList } from '../model/model.ts';
import type { EvaluationReason } from '../model/resolution.ts';
import { seedOf, startOf } from './bucket.ts';
import type { Bucketing, CompiledClause, CompiledFlag, CompiledSegment, CompiledServe, Members } from './compiled.ts';
import { placeOf } from './context.ts';
import { malformed } from './fault.ts';
import { type Engines, predicateOf } from './operators.ts';
import { type Outcome, type OutcomeMaker, outcomesOf } from './outcome.ts';

/** Precomputes all that does not depend on a context. Throws a `Fault`. */
export function compileFlag(item: FlagItem, engines: Engines): CompiledFlag {
  const { body } = item;
  const { off, prerequisites, targets, rules } = body;
  const outcomes: Outcome[] = [];
  const outcome = outcomesOf(item, outcomes);
  const valueType = body.type === 'json' ? 'object' : body.type;
  if (body.killed || !body.on) {
    const settled = outcome(off, { kind: body.killed ? 'KILLED' : 'OFF' });
    return {
      valueType,
      settled,
      prerequisites: NONE,
      targets: NONE,
      rules: NONE,
      fallthrough: always(settled),
      outcomes,
    };
  }
  return {
    valueType,
    settled: null,
    prerequisites: each(prerequisites, ({ flag, variations }) => ({
      flag,
      variations,
      failed: outcome(off, { kind: 'PREREQUISITE_FAILED', prerequisiteKey: flag }),
    })),
    targets: each(targets, (target) => ({
      members: compileMembers(target),
      outcome: outcome(target.variation, { kind: 'TARGET_MATCH', contextKind: target.contextKind }),
    })),
    rules: each(rules, ({ id, clauses, serve }, ruleIndex) => ({
      clauses: clauses.map((clause) => compileClause(clause, engines)),
      serve: compileServe(serve, body, outcome, { kind: 'RULE_MATCH', ruleId: id, ruleIndex }),
    })),
    fallthrough: compileServe(body.fallthrough, body, outcome, { kind: 'FALLTHROUGH' }),
    outcomes,
  };
}

export function compileSegment(body: SegmentBody, engines: Engines): CompiledSegment {
  return {
    excluded: body.excluded.map(compileMembers),
    included: body.included.map(compileMembers),
    rules: body.rules.map(({ clauses, share, by, salt = body.salt }) => ({
      clauses: clauses.map((clause) => compileClause(clause, engines)),
      bucketing: share === undefined ? null : compileBucketing(by, salt),
      end: startOf(share ?? BUCKETS),
    })),
  };
}

const NONE: readonly never[] = [];

/** Empty lists are one and the same: what flags have in common stays close to the processor. */
function each<T, C>(list: readonly T[], compile: (element: T, index: number) => C): readonly C[] {
  return list.length === 0 ? NONE : list.map(compile);
}

export function compileClause(clause: Clause, engines: Engines): CompiledClause {
  const { kind = 'user', attribute, operator, values, negate = false } = clause;
  const isSegment = operator === 'in-segment';
  return {
    place: placeOf(kind, attribute),
    predicate: isSegment || operator === 'exists' ? null : predicateOf(clause, engines),
    segments: isSegment ? values.filter((value) => typeof value === 'string') : null,
    negate,
  };
}

function compileMembers({ contextKind, keys }: MemberList): Members {
  return { contextKind, keys: new Set(keys) };
}

function always(otherwise: Outcome): CompiledServe {
  return { bucketing: null, ends: NONE, owners: NONE, otherwise };
}

function compileServe(
  serve: ServeBody,
  body: FlagBody,
  outcome: OutcomeMaker,
  reason: EvaluationReason,
): CompiledServe {
  if (!('split' in serve)) return always(outcome(serve.variation, reason));
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
  for (const [to] of ranges) {
    if (!(to > end)) throw malformed('the ranges of a split do not ascend');
    end = to;
  }
  if (end !== BUCKETS) throw malformed(`the ranges of a split end at ${end}`);
  return ranges.map(([to]) => startOf(to));
}

function compileBucketing(by: BucketBy | undefined, salt: string): Bucketing {
  return { place: placeOf(by?.contextKind ?? 'user', by?.attribute ?? 'key'), seed: seedOf(salt) };
}
