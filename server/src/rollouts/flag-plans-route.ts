import type { Flag } from '@glidepath/core';
import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import { notFound } from '../flags/write-path/refuse.ts';
import { type Api, PROJECT_PATH, people, problemSchema, timeOf } from '../http/api.ts';
import type { FlagPlansView, FlagPlanView } from '../http/release-types.ts';
import { keySchema } from '../http/schemas.ts';
import { environmentsOf, type FlagPlanBody } from '../store/documents.ts';
import type { Reads, StoredDocument } from '../store/store.ts';
import { resolvePlan } from './resolve-plan.ts';
import { flagPlansSchema } from './rollout-schemas.ts';
import { planViewOf } from './rollout-views.ts';
import type { Place } from './surroundings.ts';

/** The route of what is said of one flag's releases in each environment. */
export function registerFlagPlansRoute(api: Api, { reads }: { readonly reads: Reads }): void {
  api.get(
    `${PROJECT_PATH}/flags/:f/plans`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags: ['Rollouts'],
        summary: "The flag's own release plans, one per environment that has one",
        params: z.strictObject({ p: keySchema, f: keySchema }),
        querystring: z.strictObject({}),
        response: { 200: flagPlansSchema, '4xx': problemSchema },
      },
    },
    async ({ project, params: { f } }): Promise<FlagPlansView> => {
      const flag = await reads.document<Flag>({ kind: 'flag', parent: project.id, key: f });
      if (flag === null) throw notFound('flag', f, `project \`${project.key}\``);
      const items: FlagPlanView[] = [];
      for (const environment of await environmentsOf(reads, project.id)) {
        const own = await reads.document<FlagPlanBody>({ kind: 'flag-plan', parent: environment.id, key: f });
        if (own !== null && own.body.plan !== null) items.push(await viewOf(reads, { project, environment }, own));
      }
      return { items };
    },
  );
}

async function viewOf(reads: Reads, place: Place, own: StoredDocument<FlagPlanBody>): Promise<FlagPlanView> {
  const said = {
    environment: place.environment.key,
    template: own.body.plan?.template ?? null,
    revision: own.revision,
    updatedAt: timeOf(own.updatedAt),
  };
  try {
    return { ...said, plan: planViewOf(await resolvePlan(reads, place, own.key, {})), problem: null };
  } catch (error) {
    // What it names may have gone since it was written: whoever looks is told so.
    if (!(error instanceof RefusedError)) throw error;
    return { ...said, plan: null, problem: error.refusal.detail };
  }
}
