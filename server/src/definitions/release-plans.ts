import type { ChangeProblem } from '@glidepath/core/change';
import type { Definitions, FlagDefinition, PlanDefinition } from '@glidepath/core/definition';
import { planTemplates, problemsOfPlan } from '../rollouts/plan.ts';
import { planInputOf } from '../rollouts/plan-schemas.ts';
import type { Reads } from '../store/store.ts';
import type { Part } from './comparison.ts';
import type { Present } from './present.ts';

/** What plans may name, besides what stands in the definitions. */
interface Known {
  readonly templates: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
}

/** Why plans of releases could never begin; problems point into the body. */
export async function problemsOfReleases(
  reads: Reads,
  projectId: string,
  definitions: Definitions,
  parts: readonly Part[],
  present: Present,
): Promise<readonly ChangeProblem[]> {
  const planned = parts.flatMap(({ change, pointer }) =>
    'plan' in change && change.plan !== null ? [{ ...change, plan: change.plan, pointer }] : [],
  );
  if (planned.length === 0) return [];
  const known = await knownIn(reads, projectId, definitions);
  const byKey = new Map(definitions.flags.map((definition) => [definition.key, definition]));
  return planned.flatMap(({ flag, environment, plan, pointer }) => {
    const definition = byKey.get(flag);
    if (definition === undefined) return [];
    const problems = [
      ...problemsOfCourse(plan),
      ...problemsOfPlace(definition, environment, plan),
      ...problemsOfVariations(definition, present, plan),
      ...problemsOfNames(flag, plan, known),
    ];
    return problems.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` }));
  });
}

async function knownIn(reads: Reads, projectId: string, definitions: Definitions): Promise<Known> {
  const keysOf = async (kind: 'plan' | 'segment' | 'flag') =>
    (await reads.documents(kind, projectId)).map(({ key }) => key);
  return {
    templates: new Set([...Object.keys(planTemplates), ...(await keysOf('plan'))]),
    segments: new Set([...(await keysOf('segment')), ...definitions.segments.map(({ key }) => key)]),
    flags: new Set([...(await keysOf('flag')), ...definitions.flags.map(({ key }) => key)]),
  };
}

/** What is said of stages and gates, as far as it is said. */
function problemsOfCourse(plan: PlanDefinition): readonly ChangeProblem[] {
  const { stages, gates = [] } = planInputOf(plan);
  const problems = problemsOfPlan({
    variation: plan.variation ?? 'released',
    control: plan.control ?? 'control',
    at: 'fallthrough',
    stages: stages ?? planTemplates.standard.stages(),
    gates,
    onFailure: 'roll-back',
    start: { kind: 'manual' },
    requires: plan.requires ?? [],
    runbook: '',
  });
  return problems.map(({ pointer, detail }) => ({ code: 'invalid', pointer, detail }));
}

function problemsOfPlace(
  { environments = {} }: FlagDefinition,
  environment: string,
  { at = 'fallthrough' }: PlanDefinition,
): readonly ChangeProblem[] {
  const rules = environments[environment]?.rules ?? [];
  if (at === 'fallthrough' || rules.some(({ id }) => id === at)) return [];
  return [unknown('/at', `There is no rule \`${at}\`. Name one, or \`fallthrough\`.`)];
}

function problemsOfVariations(
  { key, type, variations }: FlagDefinition,
  { flags }: Present,
  plan: PlanDefinition,
): readonly ChangeProblem[] {
  const usual = type === 'boolean' ? [{ key: 'on' }, { key: 'off' }] : [];
  const known = (variations ?? flags.get(key)?.flag.variations ?? usual).map((variation) => variation.key);
  return (['variation', 'control'] as const).flatMap((field) => {
    const named = plan[field];
    if (named === undefined || known.includes(named)) return [];
    return [unknown(`/${field}`, `Flag \`${key}\` has no variation \`${named}\`. Choose one of ${known.join(', ')}.`)];
  });
}

function problemsOfNames(flag: string, plan: PlanDefinition, known: Known): readonly ChangeProblem[] {
  const { template, segment, stages = [], requires = [] } = plan;
  const named = [
    ...stages.flatMap((stage, index) =>
      stage.kind === 'segment' ? [{ key: stage.segment, pointer: `/stages/${index}/segment` }] : [],
    ),
    ...(segment === undefined ? [] : [{ key: segment, pointer: '/segment' }]),
  ];
  const isBuiltIn = template !== undefined && Object.hasOwn(planTemplates, template);
  const needsSegment = isBuiltIn && planTemplates[template as keyof typeof planTemplates].needsSegment;
  return [
    ...(template === undefined || known.templates.has(template)
      ? []
      : [unknown('/template', `There is no plan \`${template}\`. Choose one that the list of plans has.`)]),
    ...(needsSegment && segment === undefined && stages.length === 0
      ? [unknown('/template', `Plan \`${template}\` begins with a segment: say which.`)]
      : []),
    ...named.flatMap(({ key, pointer }) =>
      known.segments.has(key) ? [] : [unknown(pointer, `There is no segment \`${key}\`.`)],
    ),
    ...requires.flatMap((key, index) => {
      if (key === flag) return [unknown(`/requires/${index}`, 'A flag cannot wait for itself.')];
      return known.flags.has(key) ? [] : [unknown(`/requires/${index}`, `There is no flag \`${key}\`.`)];
    }),
  ];
}

const unknown = (pointer: string, detail: string): ChangeProblem => ({ code: 'invalid', pointer, detail });
