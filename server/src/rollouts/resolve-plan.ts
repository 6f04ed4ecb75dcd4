import type { Flag, FlagConfig, Serve } from '@glidepath/core';
import { RefusedError } from '../errors.ts';
import { DEFAULT_GATES } from '../gates/gate-schemas.ts';
import type { FlagPlanBody } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';
import { servedAt } from './driven.ts';
import { planTemplates, type ReleasePlan } from './plan.ts';
import { type PlanBody, type PlanInput, planInputOf } from './plan-schemas.ts';
import type { Place } from './surroundings.ts';

type Course = Pick<ReleasePlan, 'stages' | 'gates' | 'onFailure' | 'runbook'>;

/** The whole plan that somebody means who says only what matters. */
export async function resolvePlan(
  reads: Reads,
  { project, environment }: Place,
  flag: string,
  said: PlanInput,
): Promise<ReleasePlan> {
  const input = { ...(await ownPlanOf(reads, environment.id, flag, said)), ...said };
  const course = await courseOf(reads, project.id, input);
  const { at = 'fallthrough', by, start = { kind: 'manual' }, requires = [] } = input;
  return {
    ...(await pairOf(reads, { project, environment }, flag, { ...input, at })),
    at,
    ...(by === undefined ? {} : { by }),
    stages: input.stages ?? course.stages,
    gates: input.gates ?? course.gates,
    onFailure: input.onFailure ?? course.onFailure,
    start,
    requires,
    runbook: input.runbook ?? course.runbook,
  };
}

/** What is said of the flag's releases there counts where nobody names another course. */
async function ownPlanOf(reads: Reads, parent: string, key: string, said: PlanInput): Promise<PlanInput> {
  if (said.template !== undefined || said.stages !== undefined) return {};
  const own = await reads.document<FlagPlanBody>({ kind: 'flag-plan', parent, key });
  return own === null || own.body.plan === null ? {} : planInputOf(own.body.plan);
}

async function courseOf(reads: Reads, projectId: string, input: PlanInput): Promise<Course> {
  const { template = 'standard', segment, stages } = input;
  const builtIn = { gates: DEFAULT_GATES, onFailure: 'roll-back', runbook: '' } as const;
  if (Object.hasOwn(planTemplates, template)) {
    const known = planTemplates[template as keyof typeof planTemplates];
    if (known.needsSegment && segment === undefined && stages === undefined)
      throw invalid('/plan/segment', `Plan \`${template}\` begins with a segment: say which.`);
    return { ...builtIn, stages: known.stages(segment ?? '') };
  }
  const saved = await reads.document<PlanBody>({ kind: 'plan', parent: projectId, key: template });
  if (saved === null)
    throw invalid('/plan/template', `There is no plan \`${template}\`. Choose one that the list of plans has.`);
  return saved.body;
}

/** What is released against what. */
async function pairOf(
  reads: Reads,
  { project, environment }: Place,
  key: string,
  input: PlanInput & Pick<ReleasePlan, 'at'>,
): Promise<Pick<ReleasePlan, 'variation' | 'control'>> {
  const flag = await reads.document<Flag>({ kind: 'flag', parent: project.id, key });
  const config = await reads.document<FlagConfig>({ kind: 'flag-config', parent: environment.id, key });
  if (flag === null || config === null)
    throw new RefusedError({ code: 'not-found', detail: `There is no flag \`${key}\` in project \`${project.key}\`.` });
  const keys = flag.body.variations.map((variation) => variation.key);
  const control =
    input.control ?? presentOf(servedAt(config.body, input.at), input.variation) ?? config.body.offVariation;
  const [other, ...others] = keys.filter((variation) => variation !== control);
  const variation = input.variation ?? (others.length === 0 ? other : undefined);
  if (variation !== undefined) return { variation, control };
  const named = keys.filter((one) => one !== control).map((one) => `\`${one}\``);
  throw invalid('/plan/variation', `Say which variation is released against \`${control}\`: ${named.join(' or ')}.`);
}

/** The variation that most have now, besides the one that is released. */
function presentOf(serve: Serve | undefined, released: string | undefined): string | undefined {
  if (serve === undefined) return undefined;
  if ('variation' in serve) return serve.variation === released ? undefined : serve.variation;
  const others = Object.entries(serve.split.weights).filter(([variation]) => variation !== released);
  return others.toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

function invalid(pointer: string, detail: string): RefusedError {
  return new RefusedError({ code: 'validation', detail, errors: [{ pointer, detail }] });
}
