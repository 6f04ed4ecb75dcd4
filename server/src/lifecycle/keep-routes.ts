import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { timeSchema } from '../http/answer-schemas.ts';
import { type Api, PROJECT_PATH, people, problemSchema } from '../http/api.ts';
import type { KeepView } from '../http/lifecycle-types.ts';
import { keySchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import { type KeepService, LONGEST_KEEP_DAYS } from './keep-service.ts';

const DAY = 86_400_000;
const KEEP = `${PROJECT_PATH}/flags/:f/keep`;
const tags = ['Lifecycle'];
const paramsSchema = z.strictObject({ p: keySchema, f: keySchema });

const keepViewSchema: z.ZodType<KeepView> = z
  .object({
    flag: z.string(),
    keepUntil: timeSchema.nullable(),
    by: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Keep' });

const reasonSchema = z.string().min(1).max(1_000);
const keepSchema = z.union([
  z.strictObject({ days: z.int().min(1).max(LONGEST_KEEP_DAYS), reason: reasonSchema.exactOptional() }),
  z.strictObject({
    until: z.iso
      .datetime({ offset: true, error: 'must be a time such as 2026-03-01T12:00:00.000Z' })
      .transform(Date.parse),
    reason: reasonSchema.exactOptional(),
  }),
]);

export interface KeepRouteDeps {
  readonly keeps: KeepService;
  readonly clock: Pick<Clock, 'now'>;
}

/** Routes of the promise that a flag is still needed. */
export function registerKeepRoutes(api: Api, { keeps, clock }: KeepRouteDeps): void {
  api.post(
    KEEP,
    {
      config: { policy: people('flag.edit', 'project') },
      schema: {
        tags,
        summary: 'Keeps a flag for some time: nobody is reminded of it before',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: keepSchema,
        response: { 200: plainWrittenSchema(keepViewSchema), '4xx': problemSchema },
      },
    },
    async (request) => {
      const { reason = null, ...told } = request.body;
      const until = 'until' in told ? told.until : clock.now() + told.days * DAY;
      const cause = causeOf(request, writeOptionsOf(request));
      const { result, changeId } = await keeps.keep(request.project, request.params.f, { until, reason }, cause);
      return { document: result, versions: {}, changeId };
    },
  );

  api.delete(
    KEEP,
    {
      config: { policy: people('flag.edit', 'project') },
      schema: {
        tags,
        summary: 'Takes back that a flag is kept',
        params: paramsSchema,
        headers: writeHeadersSchema,
        response: { 200: plainWrittenSchema(keepViewSchema), '4xx': problemSchema },
      },
    },
    async (request) => {
      const cause = causeOf(request, writeOptionsOf(request));
      const { result, changeId } = await keeps.release(request.project, request.params.f, cause);
      return { document: result, versions: {}, changeId };
    },
  );
}
