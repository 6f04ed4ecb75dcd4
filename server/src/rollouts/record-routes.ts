import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { SAMPLE_RATIO } from '../gates/gate-schemas.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, PROJECT_PATH, people, problemSchema, wholeNumber } from '../http/api.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import type { Store } from '../store/store.ts';
import { rolloutNamed, rolloutParamsSchema } from './rollout-routes.ts';
import { recordSchema, seriesSchema } from './rollout-schemas.ts';
import { recordViewsOf, verdictViewOf } from './rollout-views.ts';

const ROLLOUT = `${PROJECT_PATH}/rollouts/:id`;
const tags = ['Rollouts'];
const SERIES_POINTS = 300;

/** Routes of what happened to rollouts, and of what their gates said. */
export function registerRecordRoutes(
  api: Api,
  { store, clock }: { readonly store: Store; readonly clock: Pick<Clock, 'now'> },
): void {
  api.get(
    `${ROLLOUT}/records`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'What happened to a rollout, in order',
        params: rolloutParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(recordSchema), '4xx': problemSchema },
      },
    },
    async ({ project, params, query }) => {
      const { rollout } = await rolloutNamed(store, project.id, params.id);
      const page = pageOf(await store.rolloutRecords(rollout.id), query, ({ seq }) => String(seq));
      return { ...page, items: [...(await recordViewsOf(store, page.items))] };
    },
  );

  api.get(
    `${ROLLOUT}/gates/:gate/series`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'What a gate of a rollout has said, thinned evenly',
        params: rolloutParamsSchema.extend({ gate: z.string().min(1).max(64) }),
        querystring: z.strictObject({
          limit: wholeNumber({ min: 2, max: 2_000 }).exactOptional(),
        }),
        response: { 200: seriesSchema, '4xx': problemSchema },
      },
    },
    async ({ project, params, query }) => {
      const { gate } = params;
      const { rollout, createdAt, endedAt } = await rolloutNamed(store, project.id, params.id);
      const isKnown = gate === SAMPLE_RATIO || rollout.plan.gates.some(({ id }) => id === gate);
      if (!isKnown) throw new RefusedError({ code: 'not-found', detail: `The rollout has no gate \`${gate}\`.` });
      const to = (endedAt ?? clock.now()) + 1;
      const asked = { rollout: rollout.id, gate, from: createdAt, to, limit: query.limit ?? SERIES_POINTS };
      return { gate, points: (await store.verdicts(asked)).map(verdictViewOf) };
    },
  );
}
