import type { FlagBody, ServeBody } from '@glidepath/core';
import type { ExpectedReason } from '../case.ts';
import { bucketFor, clausesHold, isListed } from './clauses.ts';
import { decide, type Visit } from './evaluate.ts';
import { Failure } from './failure.ts';

/** What a step answers when it decides. */
export interface Served {
  readonly variation: number;
  readonly reason: ExpectedReason;
}

/** One step of the order: null passes on to the next. */
export interface Step {
  readonly name: string;
  readonly decides: (visit: Visit) => Served | null;
}

export const STEPS: readonly Step[] = [
  { name: 'found', decides: mustBeFound },
  { name: 'readable', decides: mustBeReadable },
  { name: 'type', decides: mustFit },
  { name: 'killed', decides: ({ body }) => (body.killed ? { variation: body.off, reason: { kind: 'KILLED' } } : null) },
  { name: 'off', decides: ({ body }) => (body.on ? null : { variation: body.off, reason: { kind: 'OFF' } }) },
  { name: 'context', decides: mustHaveContext },
  { name: 'prerequisites', decides: prerequisites },
  { name: 'targets', decides: targets },
  { name: 'rules', decides: rules },
  { name: 'fallthrough', decides: (visit) => served(visit, visit.body.fallthrough, { kind: 'FALLTHROUGH' }) },
];

function mustBeFound({ flag }: Visit): null {
  if (flag === undefined) throw new Failure('FLAG_NOT_FOUND');
  return null;
}

function mustBeReadable({ flag }: Visit): null {
  const fault = flag === undefined ? 'UNSUPPORTED' : flag.fault;
  if (fault !== null) throw new Failure(fault);
  return null;
}

/** Only the caller's own question has a fallback. */
function mustFit({ parts, body, fallback }: Visit): null {
  if (fallback !== null && !parts.fits(fallback.value, body.type)) throw new Failure('TYPE_MISMATCH');
  return null;
}

function mustHaveContext({ contextFailure }: Visit): null {
  if (contextFailure !== null) throw contextFailure;
  return null;
}

function prerequisites(visit: Visit): Served | null {
  const { parts, body } = visit;
  for (const { flag: key, variations } of parts.inOrder(body.prerequisites)) {
    const needed = visit.environment.flags.get(key);
    if (needed === undefined) throw new Failure('MALFORMED_FLAG');
    if (needed.fault !== null) throw new Failure(needed.fault);
    const isMet =
      parts.prerequisiteMustBeOn(needed.item.body) &&
      parts.satisfies(
        visit.following(`flag ${key}`, () => servedKey(visit, key)),
        variations,
      );
    if (!isMet) return { variation: body.off, reason: { kind: 'PREREQUISITE_FAILED', prerequisiteKey: key } };
  }
  return null;
}

function servedKey(visit: Visit, key: string): string {
  const { variation } = decide(visit.about(key));
  const served = visit.environment.flags.get(key)?.item.body.variations[variation];
  if (served === undefined) throw new Failure('MALFORMED_FLAG');
  return served.key;
}

function targets(visit: Visit): Served | null {
  for (const target of visit.parts.inOrder(visit.body.targets)) {
    const { variation, contextKind } = target;
    if (isListed(visit, [target])) return { variation, reason: { kind: 'TARGET_MATCH', contextKind } };
  }
  return null;
}

function rules(visit: Visit): Served | null {
  const { parts, body } = visit;
  for (const rule of parts.inOrder(body.rules)) {
    if (!clausesHold(visit, rule.clauses)) continue;
    return served(visit, rule.serve, { kind: 'RULE_MATCH', ruleId: rule.id, ruleIndex: body.rules.indexOf(rule) });
  }
  return null;
}

function served(visit: Visit, serve: ServeBody, reason: ExpectedReason): Served {
  if ('variation' in serve) return { variation: serve.variation, reason };
  const { parts, body } = visit;
  const { ranges, by, salt } = serve.split;
  checkRanges(ranges);
  const bucket = bucketFor(visit, by, parts.saltOf(salt, body.salt));
  if (bucket === null) {
    const owners = ranges.map(([, variation]) => variation);
    return { variation: parts.unbucketed(owners, body.off), reason: { ...reason, rollout: null } };
  }
  const { contextKind } = parts.bucketBy(by);
  const owner = ranges.find(([to]) => parts.isBelow(bucket, to))?.[1] ?? body.off;
  return { variation: owner, reason: { ...reason, rollout: { bucket, contextKind } } };
}

/** They cover all buckets, each ending beyond the one before. */
function checkRanges(ranges: Extract<FlagBody['fallthrough'], { split: unknown }>['split']['ranges']): void {
  const ends = ranges.map(([to]) => to);
  const isAscending = ends.every((to, i) => to > (ends[i - 1] ?? 0));
  if (!isAscending || ends.at(-1) !== 100_000) throw new Failure('MALFORMED_FLAG');
}
