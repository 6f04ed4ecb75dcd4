import type { Environment } from '../environment/environment.ts';
import type { CompiledFlag } from '../evaluate/compiled.ts';
import { keyOf, readContext } from '../evaluate/context.ts';
import { decide, isMet, isNamed, served } from '../evaluate/decide.ts';
import { resolutionOf } from '../evaluate/outcome.ts';
import { newVisit } from '../evaluate/visit.ts';
import type { ContextInput } from '../model/context.ts';
import type { FlagBody } from '../model/items.ts';
import type { Resolution } from '../model/resolution.ts';
import { allMatched, deeper, explainClauses, type Telling } from './clauses.ts';
import { explainServe } from './rollout.ts';
import type { ExplainedStep, Explanation } from './trace.ts';
import { gets, listed, shown } from './words.ts';

export type {
  ExplainedClause,
  ExplainedMembership,
  ExplainedRollout,
  ExplainedSegmentRule,
  ExplainedStep,
  Explanation,
} from './trace.ts';

/** What `evaluate` answers, and how it came to it. Never throws. */
export function explain<T>(environment: Environment, key: string, context: ContextInput, fallback: T): Explanation<T> {
  const resolution = environment.evaluate(key, context, fallback);
  const { reason } = resolution;
  const steps: ExplainedStep[] = [];
  try {
    const visit = newVisit(environment);
    const telling: Telling = { environment, visit, told: new Set([`flag ${key}`]), depth: 0 };
    for (const step of stepsOf(key, telling, () => readContext(context, visit))) steps.push(step);
  } catch {
    // What throws here ended the evaluation too, and is its reason.
  }
  if (reason.kind === 'ERROR') steps.push({ kind: 'error', ...words('error', false, reason.message) });
  return { resolution, steps };
}

function words(step: string, matched: boolean, why: string) {
  return { step, matched, evaluated: true, why };
}

/** Says whether the step decided. */
type Narration = Generator<ExplainedStep, boolean>;

/** `enter` reads the context, which a flag that is off does not look at. */
function* stepsOf(key: string, telling: Telling, enter: () => void): Generator<ExplainedStep> {
  const entry = telling.environment.flags.get(key);
  if (entry === undefined) return;
  const { body } = entry.item;
  const flag = entry.compiled();
  if (flag.isSettled) {
    const settled = flag.fallthrough.otherwise;
    const kind = body.killed ? 'killed' : 'on';
    yield { kind, ...words(kind, Boolean(body.killed), `${settledWord(settled)}: ${gets(settled)}`) };
    return;
  }
  yield { kind: 'on', ...words('on', true, 'on') };
  enter();
  const isDecided = (yield* prerequisiteSteps(body, flag, telling)) || (yield* targetSteps(body, flag, telling));
  if (isDecided) return yield* unreached(body, 0);
  if (yield* ruleSteps(body, flag, telling)) return;
  const resolution = resolutionOf(served(flag.fallthrough, telling.visit), telling.visit.position);
  const serve = explainServe(body.fallthrough, resolution, body.salt);
  yield { kind: 'fallthrough', ...words('fallthrough', true, gets(resolution)), ...serve };
}

function* prerequisiteSteps(body: FlagBody, flag: CompiledFlag, telling: Telling): Narration {
  let next = flag.prerequisites;
  for (const { flag: key, variations } of body.prerequisites) {
    if (next === null) break;
    const matched = isMet(next, telling.visit);
    next = next.next;
    const needed = telling.environment.flags.get(key)?.compiled();
    const settled = needed?.isSettled ? needed.fallthrough.otherwise : null;
    const state = settled === null ? servesWord(matched) : `is ${settledWord(settled)}, needed is`;
    const inner = deeper(telling, `flag ${key}`);
    yield {
      kind: 'prerequisite',
      ...words(`prerequisite ${key}`, matched, `'${key}' ${state} ${listed(variations, ' or ')}`),
      flag: key,
      variations,
      variation: (settled ?? (needed && decide(needed, telling.visit)))?.variation ?? null,
      steps: inner === null ? [] : [...stepsOf(key, inner, () => {})],
    };
    if (!matched) return true;
  }
  return false;
}

function* targetSteps(body: FlagBody, flag: CompiledFlag, { visit }: Telling): Narration {
  let next = flag.targets;
  for (const { contextKind, keys } of body.targets) {
    if (next === null) break;
    const { members, outcome } = next;
    next = next.next;
    const matched = isNamed(members, visit);
    const key = keyOf(visit, contextKind);
    const who = key === null ? `no ${contextKind} key` : `${contextKind} ${shown(key)}`;
    const why = `${who} among ${keys.length} named: ${matched ? gets(outcome) : 'no'}`;
    const variation = outcome.variation ?? '';
    yield { kind: 'target', ...words('target', matched, why), contextKind, key, variation };
    if (matched) return true;
  }
  return false;
}

function* ruleSteps(body: FlagBody, flag: CompiledFlag, telling: Telling): Narration {
  const { visit } = telling;
  let next = flag.rules;
  for (const [ruleIndex, { id: ruleId, clauses: all, serve }] of body.rules.entries()) {
    if (next === null) break;
    const rule = next;
    next = rule.next;
    const clauses = explainClauses(all, rule.clauses, telling);
    const matched = allMatched(clauses, all);
    const resolution = matched ? resolutionOf(served(rule.serve, visit), visit.position) : null;
    const why = [...clauses.map((clause) => clause.why), ...(resolution === null ? [] : [gets(resolution)])].join('; ');
    const outcome = resolution === null ? { variation: null } : explainServe(serve, resolution, body.salt);
    yield { kind: 'rule', ...words(`rule ${ruleId}`, matched, why), ruleId, ruleIndex, clauses, ...outcome };
    if (matched) {
      yield* unreached(body, ruleIndex + 1);
      return true;
    }
  }
  return false;
}

/** Rules that nobody looked at, because the flag was decided before. */
function* unreached({ rules }: FlagBody, from: number): Generator<ExplainedStep, void> {
  for (const [offset, { id: ruleId }] of rules.slice(from).entries())
    yield {
      kind: 'rule',
      ...words(`rule ${ruleId}`, false, 'not looked at'),
      evaluated: false,
      ruleId,
      ruleIndex: from + offset,
      clauses: [],
      variation: null,
    };
}

const servesWord = (matched: boolean): string => (matched ? 'serves' : 'does not serve');

function settledWord({ reason }: Resolution): string {
  return reason.kind.toLowerCase();
}
