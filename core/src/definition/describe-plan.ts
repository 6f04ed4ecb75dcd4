import { code } from '../change/words.ts';
import type { PlanDefinition } from './definition.ts';

/** “releases `on` in production by a plan of its own: 5 % for 15 min, 100 % for 60 min at rule `r7`”. */
export function describePlan(plan: PlanDefinition | null, environment: string): string {
  if (plan === null) return `has no release plan of its own in ${environment} any more`;
  const { variation, at = 'fallthrough', stages, template = 'standard' } = plan;
  const course = stages === undefined ? `plan ${code(template)}` : stages.map(stageWords).join(', ');
  const place = at === 'fallthrough' ? '' : ` at rule ${code(at)}`;
  return `releases ${variation === undefined ? '' : `${code(variation)} `}in ${environment} by a plan of its own: ${course}${place}`;
}

function stageWords(stage: NonNullable<PlanDefinition['stages']>[number]): string {
  const who = stage.kind === 'percent' ? `${stage.percent} %` : `segment ${code(stage.segment)}`;
  return `${who} for ${stage.bakeMinutes} min`;
}
