import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import { type Api, etagOf, PROJECT_PATH, people, problemSchema } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import type { LifecycleSettingsView } from '../http/lifecycle-types.ts';
import { keySchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { Reads } from '../store/store.ts';
import type { LifecycleSettingsBody } from './lifecycle-settings.ts';
import { settingsOf } from './lifecycle-settings.ts';
import type { LifecycleSettingsService } from './lifecycle-settings-service.ts';

const SETTINGS = `${PROJECT_PATH}/lifecycle/settings`;
const tags = ['Lifecycle'];
const paramsSchema = z.strictObject({ p: keySchema });
const daysSchema = z.int().min(1).max(3_650);

const settingsFields = {
  settledDays: daysSchema.describe('One variation to everyone for so many days: settled'),
  idleDays: daysSchema.describe('Not evaluated for so many days, though SDKs are connected: abandoned'),
  digest: z.strictObject({
    isEnabled: z.boolean(),
    cron: z.string().min(1).max(128).describe('Five fields; at most once a day'),
    zone: z.string().min(1).max(64).describe('Name of a time zone, such as Europe/Berlin'),
  }),
  nudge: z.strictObject({
    isEnabled: z.boolean(),
    afterDays: z.int().min(0).max(3_650).describe('Days past its lifetime after which an owner is reminded'),
    everyDays: z.int().min(7).max(3_650).describe('Days between two reminders'),
  }),
  escalateAfter: z.int().min(1).max(100).nullable().describe('Reminders nobody acted on before the team is told'),
} satisfies { [K in keyof LifecycleSettingsBody]: z.ZodType<LifecycleSettingsBody[K]> };

const settingsViewSchema: z.ZodType<LifecycleSettingsView> = z
  .object({ ...settingsFields, revision: z.number() })
  .meta({ id: 'LifecycleSettings' });

export interface LifecycleSettingsRouteDeps {
  readonly reads: Reads;
  readonly settings: LifecycleSettingsService;
}

/** Routes of how the flags of a project age, and who is told. */
export function registerLifecycleSettingsRoutes(api: Api, { reads, settings }: LifecycleSettingsRouteDeps): void {
  api.get(
    SETTINGS,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'When flags count as stale, and who is told; revision 0 where nobody has ever changed it',
        params: paramsSchema,
        querystring: z.strictObject({}),
        response: { 200: settingsViewSchema, '4xx': problemSchema },
      },
    },
    async ({ project }, reply) => {
      const view = await settingsOf(reads, project.id);
      return reply.header('etag', etagOf(view.revision)).send(view);
    },
  );

  api.put(
    SETTINGS,
    {
      config: { policy: people('project.edit', 'project') },
      schema: {
        tags,
        summary: 'Says when flags count as stale, and who is told',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ ...settingsFields, comment: commentSchema.exactOptional() }),
        response: { 200: plainWrittenSchema(settingsViewSchema), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const { comment, ...body } = request.body;
      const { expectedRevision, ...options } = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { result, changeId } = await settings.replace(request.project, body, expectedRevision, cause);
      return reply.header('etag', etagOf(result.revision)).send({ document: result, versions: {}, changeId });
    },
  );
}
