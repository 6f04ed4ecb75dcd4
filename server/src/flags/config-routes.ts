import type { FlagConfig } from '@glidepath/core';
import { diffConfig } from '@glidepath/core/change';
import { z } from 'zod';
import { flagConfigViewSchema, historyEntrySchema, pageSchema, writtenSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, etagOf, minVersionFields, people, problemSchema } from '../http/api.ts';
import type { FlagConfigView } from '../http/api-types.ts';
import { commentSchema, configInstructionSchema, patchSchema } from '../http/instruction-schemas.ts';
import { pageQuerySchema } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import { wayBackOf } from '../rollouts/restore.ts';
import { historyOf } from './history.ts';
import { liveRolloutOf } from './live-rollout.ts';
import { flagConfigOf, flagOf, reach } from './reading.ts';
import { flagConfigViewOf } from './views.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerOne } from './write-answer.ts';
import type { ChangeFlag } from './write-path/change.ts';
import { revertTarget } from './write-path/change-record.ts';

const CONFIG = `${ENVIRONMENT_PATH}/flags/:f`;
const paramsSchema = z.strictObject({ p: keySchema, e: keySchema, f: keySchema });
const tags = ['Flags'];
const writeSchemas = { params: paramsSchema, querystring: writeQuerySchema, headers: writeHeadersSchema };
const writtenResponse = { 200: writtenSchema(flagConfigViewSchema), '4xx': problemSchema };
const reasonSchema = z.string().trim().min(1, 'say why: others will read it').max(1_000);

export interface ConfigRouteDeps extends WriteDeps {
  /** Ends a kill and starts the rollout to what was served before it. */
  readonly restoreByRollout: ChangeFlag;
}

/** Routes of what a flag does in one environment. Whoever may kill may ask; the service decides per instruction. */
export function registerConfigRoutes(api: Api, deps: ConfigRouteDeps): void {
  const { reads, delivery } = deps;

  api.get(
    CONFIG,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'What a flag does in an environment, also in words',
        params: paramsSchema,
        querystring: z.strictObject(minVersionFields),
        response: { 200: flagConfigViewSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      await reach(delivery, request.environment.id, request.query.minVersion);
      const flag = await flagOf(reads, request, request.params.f);
      const config = await flagConfigOf(reads, request, request.params.f);
      reply.header('etag', etagOf(config.revision));
      const view = flagConfigViewOf(flag.body, request.environment.key, config);
      return { ...view, rollout: await liveRolloutOf(reads, config) };
    },
  );

  api.patch(
    CONFIG,
    {
      config: { policy: people('flag.kill', 'environment') },
      schema: {
        tags,
        summary: 'Changes what a flag does in an environment',
        ...writeSchemas,
        body: patchSchema(configInstructionSchema),
        response: writtenResponse,
      },
    },
    (request, reply) => {
      const { comment, instructions } = request.body;
      const change = { flag: request.params.f, environment: request.params.e, instructions };
      return answerOne<FlagConfigView>(deps, request, reply, { change, comment });
    },
  );

  api.post(
    `${CONFIG}/kill`,
    {
      config: { policy: people('flag.kill', 'environment') },
      schema: {
        tags,
        summary: 'Stops a flag at once: everybody gets its off variation until it is restored',
        ...writeSchemas,
        body: z.strictObject({ reason: reasonSchema }),
        response: writtenResponse,
      },
    },
    (request, reply) => {
      const { reason } = request.body;
      const change = {
        flag: request.params.f,
        environment: request.params.e,
        instructions: [{ kind: 'kill', reason }] as const,
      };
      return answerOne<FlagConfigView>(deps, request, reply, { change, comment: reason });
    },
  );

  api.post(
    `${CONFIG}/restore`,
    {
      config: { policy: people('flag.kill', 'environment') },
      schema: {
        tags,
        summary: 'Ends a kill: the flag does exactly what it did before, or a rollout leads there from 1 %',
        ...writeSchemas,
        body: z.strictObject({ reason: reasonSchema, as: z.enum(['before', 'rollout']) }),
        response: writtenResponse,
      },
    },
    async (request, reply) => {
      const { reason, as } = request.body;
      const { f: flag, e: environment } = request.params;
      if (as === 'before') {
        const change = { flag, environment, instructions: [{ kind: 'restore' }] as const };
        return answerOne<FlagConfigView>(deps, request, reply, { change, comment: reason });
      }
      const config = await flagConfigOf(reads, request, flag);
      const change = { flag, environment, expectedRevision: config.revision, instructions: wayBackOf(config.body) };
      const restoring = { ...deps, changeFlag: deps.restoreByRollout };
      return answerOne<FlagConfigView>(restoring, request, reply, { change, comment: reason });
    },
  );

  api.get(
    `${CONFIG}/history`,
    {
      config: { policy: people('audit.read', 'environment') },
      schema: {
        tags,
        summary: 'What happened to a flag in an environment, newest first',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(historyEntrySchema), '4xx': problemSchema },
      },
    },
    async (request) => {
      const config = await flagConfigOf(reads, request, request.params.f);
      return historyOf(reads, { ...config, kind: 'flag-config' }, request.query, request.environment.key);
    },
  );

  api.post(
    `${CONFIG}/revert`,
    {
      config: { policy: people('flag.edit', 'environment') },
      schema: {
        tags,
        summary: 'Makes a flag do what it did at an earlier revision, as a new change; a kill stays',
        ...writeSchemas,
        body: z.strictObject({ to: z.int().min(1), comment: commentSchema.exactOptional() }),
        response: writtenResponse,
      },
    },
    async (request, reply) => {
      const flag = await flagOf(reads, request, request.params.f);
      const config = await flagConfigOf(reads, request, request.params.f);
      const { to, comment = `revert to revision ${to}` } = request.body;
      const target = await revertTarget<FlagConfig>(reads, { ...config, kind: 'flag-config' }, to);
      // Nothing but a restore ends a kill.
      const instructions = diffConfig(flag.body, config.body, { ...target, killed: config.body.killed });
      const change = {
        flag: flag.key,
        environment: request.environment.key,
        expectedRevision: config.revision,
        instructions,
      };
      return answerOne<FlagConfigView>(deps, request, reply, { change, comment });
    },
  );
}
