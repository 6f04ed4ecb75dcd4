import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { type Api, ENVIRONMENT_PATH, people, problemSchema } from '../http/api.ts';
import type { CanIReleaseView } from '../http/release-types.ts';
import { keySchema } from '../http/schemas.ts';
import { SEVERITIES } from '../incidents/incident.ts';
import type { Store } from '../store/store.ts';
import { canIRelease } from './can-i-release.ts';
import { ROLLOUT_STATES } from './rollout-schemas.ts';
import type { Surroundings } from './surroundings.ts';

const viewSchema: z.ZodType<CanIReleaseView> = z
  .object({
    go: z.boolean().describe('Whether a release would go on there now'),
    reasons: z.array(z.string()).describe('What speaks against it, one sentence each; empty where nothing does'),
    freeze: z.string().nullable().describe('Name of the freeze in force'),
    incidents: z.array(z.object({ id: z.string(), title: z.string(), severity: z.enum(SEVERITIES) })),
    rollouts: z
      .array(z.object({ id: z.string(), flag: z.string(), state: z.enum(ROLLOUT_STATES), percent: z.number() }))
      .describe('Those that are not over'),
  })
  .meta({ id: 'CanIRelease' });

interface Deps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly surroundings: Pick<Surroundings, 'freezeInForce'>;
}

/** The route that pipelines ask before they deploy or release. */
export function registerCanIReleaseRoute(api: Api, { store, clock, surroundings }: Deps): void {
  api.get(
    `${ENVIRONMENT_PATH}/can-i-release`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags: ['Rollouts'],
        summary: 'Whether anything speaks against a release now: a freeze, an incident, a rollout that goes back',
        params: z.strictObject({ p: keySchema, e: keySchema }),
        querystring: z.strictObject({
          flag: keySchema.exactOptional().describe('Only what touches this flag'),
        }),
        response: { 200: viewSchema, '4xx': problemSchema },
      },
    },
    ({ project, environment, query }) =>
      canIRelease(store, surroundings, { project, environment }, { now: clock.now(), ...query }),
  );
}
