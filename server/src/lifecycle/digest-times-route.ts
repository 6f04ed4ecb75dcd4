import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { timeSchema } from '../http/answer-schemas.ts';
import { type Api, PROJECT_PATH, people, problemSchema, timeOf } from '../http/api.ts';
import type { DigestTimesView } from '../http/lifecycle-types.ts';
import { keySchema } from '../http/schemas.ts';
import { digestTimes, problemsOfDigest } from './lifecycle-settings.ts';

const SHOWN = 3;

const timesSchema: z.ZodType<DigestTimesView> = z.object({ times: z.array(timeSchema) }).meta({ id: 'DigestTimes' });

/** The route that tells what five fields mean before anybody saves them. */
export function registerDigestTimesRoute(api: Api, { clock }: { readonly clock: Pick<Clock, 'now'> }): void {
  api.get(
    `${PROJECT_PATH}/lifecycle/digest-times`,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags: ['Lifecycle'],
        summary: 'The next three times at which a digest would come; refuses as saving them would',
        params: z.strictObject({ p: keySchema }),
        querystring: z.strictObject({ cron: z.string().min(1).max(128), zone: z.string().min(1).max(64) }),
        response: { 200: timesSchema, '4xx': problemSchema },
      },
    },
    async ({ query }) => {
      const now = clock.now();
      const digest = { isEnabled: true, ...query };
      const [problem] = problemsOfDigest(digest, now);
      if (problem !== undefined) throw new RefusedError({ code: 'validation', detail: problem.detail });
      return { times: digestTimes(digest, now, SHOWN).map(timeOf) };
    },
  );
}
