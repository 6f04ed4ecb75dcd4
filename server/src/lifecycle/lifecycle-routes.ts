import { LIFECYCLE_STAGES } from '@glidepath/core/lifecycle';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { notFound } from '../flags/write-path/refuse.ts';
import { type Api, PROJECT_PATH, people, problemSchema, timeOf } from '../http/api.ts';
import { CLEANUP_AGES } from '../http/lifecycle-types.ts';
import { pageOf, pageQueryFields } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import type { LifecycleReads } from '../store/lifecycle.ts';
import {
  agesOf,
  CLEANUP_SORTS,
  type CleanUpOrder,
  cleanUpList,
  countsOf,
  dayOf,
  NOBODY,
  trendBegins,
  trendOf,
} from './clean-up.ts';
import { cleanUpSchema, lifecycleViewSchema } from './lifecycle-schemas.ts';
import type { Lives } from './lives.ts';

const tags = ['Lifecycle'];
const paramsSchema = z.strictObject({ p: keySchema });

/** Several words of a closed set, separated by commas. */
function anyOf<const W extends readonly [string, ...string[]]>(words: W) {
  return z
    .string()
    .min(1)
    .max(256)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words)));
}

const querySchema = z.strictObject({
  ...pageQueryFields,
  ready: anyOf(['safe', 'caution', 'blocked']).exactOptional(),
  stage: anyOf(LIFECYCLE_STAGES).exactOptional().describe('All flags in these stages; stale ones if absent'),
  stale: anyOf(['over-age', 'settled', 'abandoned', 'gone-from-code']).exactOptional(),
  owner: z.string().min(1).max(128).exactOptional().describe(`Id of a member, or \`${NOBODY}\``),
  age: z.enum(CLEANUP_AGES).exactOptional().describe('In days'),
  q: z.string().min(1).max(256).exactOptional(),
  sort: z
    .string()
    .transform((text) => ({ by: text.replace(/^-/, ''), descending: text.startsWith('-') }))
    .pipe(z.object({ by: z.enum(CLEANUP_SORTS), descending: z.boolean() }))
    .exactOptional()
    .describe(`One of ${CLEANUP_SORTS.join(', ')}; with "-" in front descending; \`-age\` if absent`),
});

const OLDEST_FIRST: CleanUpOrder = { by: 'age', descending: true };

export interface LifecycleRouteDeps {
  readonly lives: Lives;
  readonly reads: Pick<LifecycleReads, 'lifecycleTrend'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What is said of the lives of flags, and the list of those to be cleaned up. */
export function registerLifecycleRoutes(api: Api, { lives, reads, clock }: LifecycleRouteDeps): void {
  api.get(
    `${PROJECT_PATH}/lifecycle`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Lists stale flags with what stands in the way of removing them, and how their number moves',
        params: paramsSchema,
        querystring: querySchema,
        response: { 200: cleanUpSchema, '4xx': problemSchema },
      },
    },
    async ({ project, query }) => {
      const { limit, cursor, sort = OLDEST_FIRST, ...filter } = query;
      const now = clock.now();
      const all = await lives.lately(project);
      const paging = { ...(limit === undefined ? {} : { limit }), ...(cursor === undefined ? {} : { cursor }) };
      const page = pageOf(cleanUpList(all, filter, sort), paging, ({ view }) => view.flag);
      const counts = countsOf(all);
      const days = await reads.lifecycleTrend(project.id, trendBegins(now));
      return {
        ...page,
        items: page.items.map(({ view }) => view),
        asOf: timeOf(now),
        counts,
        ages: agesOf(all),
        trend: trendOf(days, dayOf(counts, now)),
      };
    },
  );

  api.get(
    `${PROJECT_PATH}/flags/:f/lifecycle`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Where a flag is in its life, whether it may go, and what is next',
        params: paramsSchema.extend({ f: keySchema }),
        response: { 200: lifecycleViewSchema, '4xx': problemSchema },
      },
    },
    async ({ project, params }) => {
      const life = await lives.one(project, params.f);
      if (life === null) throw notFound('flag', params.f, `project \`${project.key}\``);
      return life.view;
    },
  );
}
