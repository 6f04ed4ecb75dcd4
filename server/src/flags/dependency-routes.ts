import { stateOf } from '@glidepath/core/change';
import { dependenciesOf, type Web } from '@glidepath/core/effect';
import { z } from 'zod';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, minVersionFields, people, problemSchema } from '../http/api.ts';
import type { DependencyView } from '../http/api-types.ts';
import { dependenciesSchema } from '../http/evaluation-schemas.ts';
import { keySchema } from '../http/schemas.ts';
import type { DeliveryReports } from '../stream/delivery.ts';
import { reach } from './reading.ts';
import { type Indexes, webOf } from './web.ts';
import { notFound } from './write-path/refuse.ts';

export interface DependencyDeps extends Indexes {
  readonly delivery: DeliveryReports;
}

/** The route of what a flag needs, and what needs it. */
export function registerDependencyRoutes(api: Api, deps: DependencyDeps): void {
  api.get(
    `${ENVIRONMENT_PATH}/flags/:f/dependencies`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags: ['Flags'],
        summary: 'What a flag needs, what needs it, and what a kill of it takes down',
        params: z.strictObject({ p: keySchema, e: keySchema, f: keySchema }),
        querystring: z.strictObject(minVersionFields),
        response: { 200: dependenciesSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { environment, project, params, query } = request;
      await reach(deps.delivery, environment.id, query.minVersion);
      const web = await webOf(deps, request);
      const flag = viewIn(web, { flag: params.f, distance: 0 });
      if (flag === null) throw notFound('flag', params.f, `environment \`${environment.key}\``);
      const { prerequisites, dependants, segments, takesDown } = dependenciesOf(web, params.f);
      const listed = await deps.segments.segmentsOf(project.id);
      const names = new Map(listed.map(({ segment }) => [segment.key, segment.body.name]));
      return {
        flag,
        prerequisites: prerequisites.flatMap((one) => viewIn(web, one) ?? []),
        dependants: dependants.flatMap((one) => viewIn(web, one) ?? []),
        segments: segments.map(({ segment, via }) => ({ segment, name: names.get(segment) ?? segment, via })),
        takesDown,
      };
    },
  );
}

function viewIn({ flags }: Web, one: { readonly flag: string; readonly distance: number }): DependencyView | null {
  const found = flags.get(one.flag);
  if (found === undefined) return null;
  const { flag, config } = found;
  return { ...one, name: flag.name, needs: config.prerequisites, ...stateOf(flag, config) };
}
