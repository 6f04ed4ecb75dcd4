import type { Environment } from '../environment/environment.ts';
import type { Chain, CompiledClause, CompiledSegmentRule, Members } from '../evaluate/compiled.ts';
import { keyOf, placeOf, readAttribute } from '../evaluate/context.ts';
import { holds, isNamed } from '../evaluate/decide.ts';
import { operatorOf } from '../evaluate/operator-words.ts';
import type { Visit } from '../evaluate/visit.ts';
import type { SegmentBody } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { explainShare } from './rollout.ts';
import type { ExplainedClause, ExplainedMembership, ExplainedSegmentRule } from './trace.ts';
import { listed, SHOWN_VALUES, shown } from './words.ts';

/** One explanation on its way. */
export interface Telling {
  readonly environment: Environment;
  readonly visit: Visit;
  /** What references lead to is told once, and only so deep down. */
  readonly told: Set<string>;
  readonly depth: number;
}

const NOWHERE = placeOf('user', '');
/** References within references that are told. */
const DEEPEST = 5;

export function deeper(telling: Telling, reference: string): Telling | null {
  if (telling.depth === DEEPEST || telling.told.has(reference)) return null;
  telling.told.add(reference);
  return { ...telling, depth: telling.depth + 1 };
}

/** Each clause up to the first that does not hold. */
export function explainClauses(
  clauses: readonly Clause[],
  compiled: Chain<CompiledClause>,
  telling: Telling,
): readonly ExplainedClause[] {
  const explained: ExplainedClause[] = [];
  let test = compiled;
  for (const clause of clauses) {
    const matched = test !== null && holds(test, telling.visit);
    explained.push(explainClause(clause, matched, telling));
    if (!matched) break;
    test = test?.next ?? null;
  }
  return explained;
}

export function allMatched(explained: readonly ExplainedClause[], clauses: readonly Clause[]): boolean {
  return explained.length === clauses.length && explained.every(({ matched }) => matched);
}

function explainClause(clause: Clause, matched: boolean, telling: Telling): ExplainedClause {
  const { kind = 'user', attribute, operator, values, negate = false } = clause;
  const isAboutSegments = operator === 'in-segment';
  const value = isAboutSegments ? undefined : readAttribute(telling.visit, placeOf(kind, attribute));
  return {
    kind,
    attribute,
    operator,
    negate,
    values: values.slice(0, SHOWN_VALUES),
    total: values.length,
    missing: !isAboutSegments && value === undefined,
    found: value === undefined ? null : shown(value),
    matched,
    why: `${clauseWords(clause, value)}: ${matched ? 'yes' : 'no'}`,
    segments: isAboutSegments ? explainSegments(clause, telling) : [],
  };
}

function clauseWords({ kind = 'user', attribute, operator, values, negate = false }: Clause, value: unknown): string {
  const definition = operatorOf(operator);
  const predicate = (negate ? definition?.negated : definition?.label) ?? operator;
  if (definition?.on === 'segments') return `${predicate} ${listed(values)}`;
  const subject = kind === 'user' ? attribute : `${kind} ${attribute}`;
  if (definition?.on === 'presence') return `${subject} ${predicate}`;
  return value === undefined ? `${subject} is missing` : `${subject} ${shown(value)} ${predicate} ${listed(values)}`;
}

function explainSegments({ values }: Clause, telling: Telling): readonly ExplainedMembership[] {
  const memberships: ExplainedMembership[] = [];
  for (const key of values) {
    const membership = explainMembership(String(key), telling);
    memberships.push(membership);
    if (membership.member) break;
  }
  return memberships;
}

function explainMembership(segment: string, telling: Telling): ExplainedMembership {
  const { environment, visit } = telling;
  const member = holds(
    {
      place: NOWHERE,
      predicate: null,
      keys: null,
      segments: { key: segment, among: null, entry: null, only: null, next: null },
      negate: false,
      next: null,
    },
    visit,
  );
  const entry = environment.segments.get(segment);
  const compiled = entry?.compiled();
  const named =
    compiled && (namedIn(compiled.excluded, 'excluded', visit) ?? namedIn(compiled.included, 'included', visit));
  if (named) return { segment, member, ...named, rules: [] };
  const inner = deeper(telling, `segment ${segment}`);
  if (inner === null || entry === undefined || compiled === undefined)
    return { segment, member, by: null, rules: [], why: member ? 'belongs to it' : 'does not belong to it' };
  const rules = explainSegmentRules(entry.item.body, compiled.rules, inner);
  const taking = rules.find((rule) => rule.matched);
  if (taking === undefined) return { segment, member, by: null, rules, why: 'not named, and no rule takes it' };
  return { segment, member, by: { ruleId: taking.ruleId }, rules, why: `taken by rule ${taking.ruleId}` };
}

type Named = Pick<ExplainedMembership, 'by' | 'why'>;

function namedIn(lists: Chain<Members>, list: 'included' | 'excluded', visit: Visit): Named | null {
  let naming = lists;
  while (naming !== null && !isNamed(naming, visit)) naming = naming.next;
  if (naming === null) return null;
  const { contextKind } = naming;
  return { by: { list, contextKind }, why: `${contextKind} ${shown(keyOf(visit, contextKind))} is ${list} by name` };
}

/** Up to the one that takes the context. */
function explainSegmentRules(
  body: SegmentBody,
  compiled: Chain<CompiledSegmentRule>,
  telling: Telling,
): readonly ExplainedSegmentRule[] {
  const explained: ExplainedSegmentRule[] = [];
  let next = compiled;
  for (const { id, clauses, share, by, salt = body.salt } of body.rules) {
    const examined = explainClauses(clauses, next?.clauses ?? null, telling);
    const isMeant = allMatched(examined, clauses);
    const rollout = isMeant && share !== undefined ? explainShare({ share, by, salt }, telling.visit) : undefined;
    const matched = isMeant && (rollout === undefined || (rollout !== null && rollout.from === 0));
    explained.push({ ruleId: id, matched, clauses: examined, ...(rollout === undefined ? {} : { rollout }) });
    if (matched) break;
    next = next?.next ?? null;
  }
  return explained;
}
