import type { Environment } from '../environment/environment.ts';
import { compileClause } from '../evaluate/clause.ts';
import { keyOf, placeOf, readAttribute, readContext } from '../evaluate/context.ts';
import { operatorOf } from '../evaluate/operator-words.ts';
import type { Engines } from '../evaluate/operators.ts';
import { resolutionOf } from '../evaluate/outcome.ts';
import { type CompiledFlag, newVisit, type Visit } from '../evaluate/visit.ts';
import type { ContextInput } from '../model/context.ts';
import type { FlagBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { Clause, Json, Scalar } from '../model/model.ts';
import type { Resolution } from '../model/resolution.ts';

/** One step of an evaluation, in its order. */
export interface ExplainedStep {
  /** `killed`, `on`, `prerequisite KEY`, `target`, `rule ID`, `fallthrough` or `error`. */
  readonly step: string;
  /** Whether what the step asks is so: the flag is on, the prerequisite is met, all clauses of the rule hold. */
  readonly matched: boolean;
  /** One line of plain language, with what was compared. */
  readonly why: string;
}

export interface Explanation<T = Json> {
  readonly resolution: Resolution<T>;
  /** Up to the one that decided. */
  readonly steps: readonly ExplainedStep[];
}

/** What `evaluate` answers, and how it came to it. Never throws. */
export function explain<T>(environment: Environment, key: string, context: ContextInput, fallback: T): Explanation<T> {
  const resolution = environment.evaluate(key, context, fallback);
  const { reason } = resolution;
  const steps: ExplainedStep[] = [];
  try {
    for (const step of stepsOf(environment, key, context)) steps.push(step);
  } catch {
    // What throws here ended the evaluation too, and is its reason.
  }
  if (reason.kind === 'ERROR') steps.push({ step: 'error', matched: false, why: reason.message });
  return { resolution, steps };
}

/** Says whether the step decided. */
type Narration = Generator<ExplainedStep, boolean>;

function* stepsOf(environment: Environment, key: string, context: ContextInput): Generator<ExplainedStep> {
  const entry = environment.flags.get(key);
  if (entry === undefined) return;
  const { body } = entry.item;
  const flag = entry.compiled();
  if (flag.settled !== null) {
    const state = settledWord(flag.settled);
    yield {
      step: body.killed ? 'killed' : 'on',
      matched: Boolean(body.killed),
      why: `${state}: ${gets(flag.settled)}`,
    };
    return;
  }
  yield { step: 'on', matched: true, why: 'on' };
  const visit = newVisit(environment);
  readContext(context, visit);
  if (yield* prerequisiteSteps(body, flag, visit)) return;
  if (yield* targetSteps(body, flag, visit)) return;
  if (yield* ruleSteps(body, flag, visit, environment.engines)) return;
  yield { step: 'fallthrough', matched: true, why: gets(resolutionOf(flag.decide(visit), visit)) };
}

function* prerequisiteSteps(body: FlagBody, flag: CompiledFlag, visit: Visit): Narration {
  for (const [i, { flag: key, variations }] of body.prerequisites.entries()) {
    const isMet = flag.steps[i]?.(visit) === null;
    const settled = visit.lookup.flags.get(key)?.compiled().settled ?? null;
    const serving = isMet ? 'serves' : 'does not serve';
    const state = settled === null ? serving : `is ${settledWord(settled)}, needed is`;
    yield { step: `prerequisite ${key}`, matched: isMet, why: `'${key}' ${state} ${listed(variations, ' or ')}` };
    if (!isMet) return true;
  }
  return false;
}

function* targetSteps(body: FlagBody, flag: CompiledFlag, visit: Visit): Narration {
  for (const [i, { contextKind, keys }] of body.targets.entries()) {
    const named = flag.steps[body.prerequisites.length + i]?.(visit) ?? null;
    const key = keyOf(visit, contextKind);
    const who = key === null ? `no ${contextKind} key` : `${contextKind} ${shown(key)}`;
    const words = `${who} among ${keys.length} named: `;
    yield { step: 'target', matched: named !== null, why: words + (named === null ? 'no' : gets(named)) };
    if (named !== null) return true;
  }
  return false;
}

function* ruleSteps(body: FlagBody, flag: CompiledFlag, visit: Visit, engines: Engines): Narration {
  for (const [i, { id, clauses }] of body.rules.entries()) {
    const outcome = flag.steps[body.prerequisites.length + body.targets.length + i]?.(visit) ?? null;
    const { words, matched } = examined(clauses, visit, engines);
    const served = outcome === null ? [] : [gets(resolutionOf(outcome, visit))];
    yield { step: `rule ${id}`, matched, why: [...words, ...served].join('; ') };
    if (matched) return true;
  }
  return false;
}

/** Each clause in words, up to the first that does not hold. */
function examined(
  clauses: readonly Clause[],
  visit: Visit,
  engines: Engines,
): { readonly words: readonly string[]; readonly matched: boolean } {
  const words: string[] = [];
  for (const clause of clauses) {
    const holds = compileClause(clause, engines)(visit);
    words.push(`${clauseWords(clause, visit)}: ${holds ? 'yes' : 'no'}`);
    if (!holds) return { words, matched: false };
  }
  return { words, matched: true };
}

function clauseWords({ kind = 'user', attribute, operator, values, negate = false }: Clause, visit: Visit): string {
  const definition = operatorOf(operator);
  const predicate = `${negate ? 'not ' : ''}${definition?.label ?? operator}`;
  if (definition?.on === 'segments') return `${predicate} ${listed(values)}`;
  const subject = kind === 'user' ? attribute : `${kind} ${attribute}`;
  const value = readAttribute(visit, placeOf(kind, attribute));
  if (definition?.on === 'presence') return `${subject} ${predicate}`;
  return value === undefined ? `${subject} is missing` : `${subject} ${shown(value)} ${predicate} ${listed(values)}`;
}

function settledWord({ reason }: Resolution): string {
  return reason.kind.toLowerCase();
}

function gets({ variation, reason }: Resolution): string {
  const rollout = 'rollout' in reason ? reason.rollout : undefined;
  if (rollout === undefined) return `gets '${variation}'`;
  if (rollout === null) return `cannot be bucketed, gets '${variation}'`;
  return `bucket ${rollout.bucket} of ${BUCKETS} by ${rollout.contextKind}, gets '${variation}'`;
}

const SHOWN_VALUES = 5;
const SHOWN_CHARACTERS = 100;

function listed(values: readonly Scalar[], separator = ', '): string {
  const first = values.slice(0, SHOWN_VALUES).map(shown).join(separator);
  return values.length > SHOWN_VALUES ? `${first} and ${values.length - SHOWN_VALUES} more` : first;
}

/** An attribute may hold anything, also what has no JSON: only the surface is shown. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
