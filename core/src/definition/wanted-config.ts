import { type Applied, type ChangeProblem, problem, unless } from '../change/problem.ts';
import { allocationProblems, serveOf } from '../change/serving.ts';
import { code } from '../change/words.ts';
import type { Flag, FlagConfig, Rule, Serve, Target } from '../model/model.ts';
import type { EnvironmentDefinition, RuleDefinition, ServeDefinition } from './definition.ts';
import { type DrivenPlace, isOfRollout } from './driven.ts';
import { problemsOfIds, repeated } from './repeated.ts';

/**
 * The configuration that a definition wants, on top of the present one: a kill, the rules of rollouts and what they
 * drive stay, and splits move the fewest people. Problems point into the definition.
 */
export function wantedConfig(
  flag: Flag,
  present: FlagConfig,
  definition: EnvironmentDefinition,
  driven: readonly DrivenPlace[],
): Applied<FlagConfig> {
  const { on, offVariation, prerequisites = [], targets = [], rules = [] } = definition;
  const problems: ChangeProblem[] = [
    ...problemsOfTargets(targets),
    ...problemsOfIds(rules),
    ...problemsOfDriven(rules, driven),
  ];
  const serve = (wanted: ServeDefinition, at: string, pointer: string): Serve => {
    const kept = at === 'fallthrough' ? present.fallthrough : present.rules.find(({ id }) => id === at)?.serve;
    if (kept !== undefined && driven.some((place) => place.at === at)) return kept;
    const served = wantedServe(flag, wanted, kept ?? null, pointer);
    if (served.kind === 'applied') return served.document;
    problems.push(...served.problems);
    return { variation: offVariation };
  };
  const wanted: FlagConfig = {
    on,
    killed: present.killed,
    offVariation,
    prerequisites,
    targets: targets.filter(({ keys }) => keys.length > 0),
    rules: withRulesOfRollouts(
      present.rules,
      rules.map(
        ({ id, name = '', clauses, serve: served }, index): Rule => ({
          id,
          name,
          clauses,
          serve: serve(served, id, `/rules/${index}/serve`),
        }),
      ),
    ),
    fallthrough: serve(definition.fallthrough, 'fallthrough', '/fallthrough'),
  };
  return unless(problems, () => wanted);
}

function wantedServe(flag: Flag, wanted: ServeDefinition, present: Serve | null, pointer: string): Applied<Serve> {
  if ('variation' in wanted) return serveOf(flag, wanted, present, pointer);
  const { allocation, ...split } = wanted.split;
  const served = serveOf(flag, { split }, present, pointer);
  if (allocation === undefined || served.kind === 'refused' || 'variation' in served.document) return served;
  const exact = { split: { ...served.document.split, allocation } };
  return unless(allocationProblems(allocation, split.weights, `${pointer}/split/allocation`), () => exact);
}

/** Each rule of a rollout stays behind the rule that it is behind now. */
function withRulesOfRollouts(present: readonly Rule[], wanted: readonly Rule[]): readonly Rule[] {
  const rules = [...wanted];
  for (const [index, rule] of present.entries()) {
    if (!isOfRollout(rule)) continue;
    const predecessor = present[index - 1];
    rules.splice(predecessor === undefined ? 0 : rules.findIndex(({ id }) => id === predecessor.id) + 1, 0, rule);
  }
  return rules;
}

/** A key is given one variation by name, in one list, once. */
function problemsOfTargets(targets: readonly Target[]): readonly ChangeProblem[] {
  const lists = new Set<string>();
  const keys = new Set<string>();
  const twice = (what: string) => `${what} stands there twice. Keep one of them.`;
  return targets.flatMap(({ contextKind, variation, keys: named }, index) => [
    ...repeated(
      lists,
      [contextKind, variation],
      `/targets/${index}`,
      twice(`A list of ${code(variation)} for the ${contextKind}`),
    ),
    ...named.flatMap((key, place) =>
      repeated(keys, [contextKind, key], `/targets/${index}/keys/${place}`, twice(`The ${contextKind} ${code(key)}`)),
    ),
  ]);
}

/** Taking away the rule that a rollout drives would end it by accident. */
function problemsOfDriven(rules: readonly RuleDefinition[], driven: readonly DrivenPlace[]): readonly ChangeProblem[] {
  return driven.flatMap(({ at }) => {
    if (at === 'fallthrough' || rules.some(({ id }) => id === at)) return [];
    const detail = `A rollout drives rule ${code(at)}, which is missing here. Keep it, or abort the rollout first.`;
    return [problem('in-use', '/rules', detail)];
  });
}
