import { code } from '../change/words.ts';
import type { PlanDefinition } from './definition.ts';

/** “releases `on` in production by a plan of its own: 5 %, 25 %, 100 % at rule `r7`”. */
export function describePlan(plan: PlanDefinition | null, environment: string): string {
  if (plan === null) return `has no release plan of its own in ${environment} any more`;
  const { variation, at = 'fallthrough', stages, template = 'standard' } = plan;
  const course =
    stages === undefined
      ? `plan ${code(template)}`
      : stages
          .map((stage) => (stage.kind === 'percent' ? `${stage.percent} %` : `segment ${code(stage.segment)}`))
          .join(', ');
  const place = at === 'fallthrough' ? '' : ` at rule ${code(at)}`;
  return `releases ${variation === undefined ? '' : `${code(variation)} `}in ${environment} by a plan of its own: ${course}${place}`;
}
