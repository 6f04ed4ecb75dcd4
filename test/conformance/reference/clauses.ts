import type { BucketBy, Clause, MemberList, SegmentBody } from '@glidepath/core';
import { readAttribute } from './contexts.ts';
import type { Visit } from './evaluate.ts';
import { Failure } from './failure.ts';

export function clausesHold(visit: Visit, clauses: readonly Clause[]): boolean {
  return visit.parts.overClauses(clauses, (clause) => holds(visit, clause));
}

function holds(visit: Visit, clause: Clause): boolean {
  const { parts } = visit;
  const { attribute, operator, values, negate } = clause;
  // Neither a kind nor an attribute is looked at.
  if (operator === 'in-segment') {
    const keys = values.filter((value) => typeof value === 'string');
    return parts.negated(
      parts.overSegments(keys, (key) => isMember(visit, key)),
      negate,
    );
  }
  const found = readAttribute(visit.subject, parts.kindOf(clause), attribute);
  if (operator === 'exists') return parts.negated(parts.exists(found), negate);
  if (found === undefined) return parts.ofMissing(negate);
  const test = parts.operators[operator];
  if (test === undefined) return false;
  const satisfies = (element: unknown) => parts.overValues(values, (value) => test(element, value));
  return parts.negated(Array.isArray(found) ? parts.overElements(found, satisfies) : satisfies(found), negate);
}

/** Whether the context belongs to the segment: excluded wins over included, included over rules. */
function isMember(visit: Visit, key: string): boolean {
  const known = visit.environment.segments.get(key);
  if (known === undefined) throw new Failure('MALFORMED_FLAG');
  if (known.fault !== null) throw new Failure(known.fault);
  const { body } = known.item;
  return visit.following(`segment ${key}`, () => {
    for (const part of visit.parts.segmentOrder) {
      if (part === 'rules') {
        if (body.rules.some((rule) => ruleTakes(visit, body, rule))) return true;
      } else if (isListed(visit, body[part])) return part === 'included';
    }
    return false;
  });
}

export function isListed(visit: Visit, lists: readonly MemberList[]): boolean {
  return lists.some(({ contextKind, keys }) => {
    const key = visit.subject.get(visit.parts.listKind(contextKind))?.key ?? null;
    return key !== null && visit.parts.members(keys, key);
  });
}

function ruleTakes(visit: Visit, { salt }: SegmentBody, rule: SegmentBody['rules'][number]): boolean {
  if (!clausesHold(visit, rule.clauses)) return false;
  if (rule.share === undefined) return true;
  const bucket = bucketFor(visit, rule.by, visit.parts.saltOf(rule.salt, salt));
  return bucket === null ? visit.parts.takesUnbucketed : visit.parts.isBelow(bucket, rule.share);
}

/** Null where nobody can be bucketed. */
export function bucketFor(visit: Visit, by: BucketBy | undefined, salt: string): number | null {
  const { contextKind, attribute } = visit.parts.bucketBy(by);
  const text = visit.parts.bucketText(readAttribute(visit.subject, contextKind, attribute));
  return text === undefined ? null : visit.parts.bucketOf(salt, text);
}
