import type { Flag } from '@glidepath/core';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { type Problem, RefusedError } from '../errors.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, ENVIRONMENT_PATH, people, problemSchema } from '../http/api.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import type { Reads } from '../store/store.ts';
import { isOfArchived, type UsageStore } from '../store/usage.ts';
import { countsByInterval, countsByVariation, INTERVALS, type Period, periodOf } from './intervals.ts';
import type { ServedEnvironments } from './reports.ts';
import {
  seenKindSchema,
  seenKindsOf,
  unknownKeyOf,
  unknownKeySchema,
  usageViewOf,
  usageViewSchema,
} from './usage-view.ts';

const tags = ['Usage'];
const instantSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const environmentParamsSchema = z.strictObject({ p: keySchema, e: keySchema });

const querySchema = z.strictObject({
  interval: z.enum(['minute', 'hour', 'day']).exactOptional().describe('`hour` unless said otherwise'),
  from: instantSchema.exactOptional().describe('Inclusive; by default an hour, a day or 30 days back'),
  to: instantSchema.exactOptional().describe('Exclusive; by default now'),
});

export interface UsageRouteDeps {
  readonly store: Reads & UsageStore;
  readonly environments: Pick<ServedEnvironments, 'environment'>;
  readonly clock: Clock;
}

/** How often flags are evaluated, and what code asks for in vain. */
export function registerUsageRoutes(api: Api, { store, environments, clock }: UsageRouteDeps): void {
  api.get(
    `${ENVIRONMENT_PATH}/flags/:f/usage`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'Evaluations of a flag per variation and interval, and when the last one was reported',
        params: environmentParamsSchema.extend({ f: keySchema }),
        querystring: querySchema,
        response: { 200: usageViewSchema, '4xx': problemSchema },
      },
    },
    async ({ project, environment, params, query }) => {
      const document = await store.document<Flag>({ kind: 'flag', parent: project.id, key: params.f });
      if (document === null) throw noFlag(params.f, project.key);
      const { interval = 'hour', ...asked } = query;
      const now = clock.now();
      const period = periodOf(interval, asked, now);
      refuseUnkept(period, now);
      const flag = document.key;
      const { span } = INTERVALS[interval];
      const rows = await store.usage({ environment: environment.id, flag, span, from: period.from, to: period.to });
      const lastUsed = await store.lastUsed(environment.id, flag);
      return usageViewOf({
        flag,
        environment: environment.key,
        period,
        lastUsedAt: lastUsed.get(flag) ?? null,
        variations: countsByVariation(
          rows,
          document.body.variations.map(({ key }) => key),
        ),
        intervals: countsByInterval(rows, interval),
      });
    },
  );

  api.get(
    `${ENVIRONMENT_PATH}/usage/unknown`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'Keys that code asks for without getting a value, the newest first',
        params: environmentParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(unknownKeySchema), '4xx': problemSchema },
      },
    },
    async ({ environment, query }) => {
      const served = environments.environment(environment.id);
      const rows = await store.missing(environment.id);
      // Whoever has made the flag in the meantime need not be told that it was missing.
      const open = rows.filter(
        (row) => !isOfArchived(row) && (row.error !== 'FLAG_NOT_FOUND' || !served?.items.get(`flag\t${row.key}`)),
      );
      return pageOf(open.map(unknownKeyOf), query, ({ key, error }) => `${error}\t${key}`);
    },
  );

  api.get(
    `${ENVIRONMENT_PATH}/usage/contexts`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'Kinds of contexts and names of their attributes that SDKs tell, where their application wants that',
        params: environmentParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(seenKindSchema), '4xx': problemSchema },
      },
    },
    async ({ environment, query }) => pageOf(seenKindsOf(await store.seen(environment.id)), query, ({ kind }) => kind),
  );
}

function noFlag(flag: string, project: string): RefusedError {
  return new RefusedError({
    code: 'not-found',
    detail: `There is no flag \`${flag}\` in project \`${project}\`. Check the key.`,
  });
}

/** Rather than to show as nothing what was forgotten. */
function refuseUnkept({ interval, from, to }: Period, now: number): void {
  const { ms, keptMs } = INTERVALS[interval];
  const problem = periodProblem();
  if (problem !== null) throw new RefusedError({ code: 'validation', detail: `${problem.detail}.`, errors: [problem] });

  function periodProblem(): Problem | null {
    if (from >= to) return { pointer: '?from', detail: 'from must be before to' };
    if (from >= now - keptMs - ms) return null;
    const days = interval === 'day' ? '400 days' : '48 hours; ask for `interval=day` to see more';
    return { pointer: '?from', detail: `counts per ${interval} are kept for ${days}` };
  }
}
