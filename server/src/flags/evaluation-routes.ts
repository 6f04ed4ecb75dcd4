import type { ContextInput, Engines, FlagConfig } from '@glidepath/core';
import type { EnvironmentView } from '@glidepath/core/change';
import { applyToConfig, describeInstruction, describeServing, movesTowardSafe } from '@glidepath/core/change';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { evaluationSchema, previewSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { actorOf, ENVIRONMENT_PATH, minVersionFields, originOf, people, problemSchema } from '../http/api.ts';
import { configInstructionSchema } from '../http/instruction-schemas.ts';
import { jsonSchema, keySchema } from '../http/schemas.ts';
import { environmentsOf } from '../store/documents.ts';
import type { StoredDocument } from '../store/store.ts';
import { environmentOf, evaluationOf } from './evaluation.ts';
import { flagConfigOf, flagOf, reach } from './reading.ts';
import type { WriteDeps } from './write-answer.ts';
import { revertTarget } from './write-path/change-record.ts';
import { problemsIn } from './write-path/check.ts';
import { environmentView } from './write-path/environment-view.ts';
import { notFound, refuse } from './write-path/refuse.ts';
import { Workspace } from './write-path/workspace.ts';

const FLAG = `${ENVIRONMENT_PATH}/flags/:f`;
const environmentParamsSchema = z.strictObject({ p: keySchema, e: keySchema });
const flagParamsSchema = environmentParamsSchema.extend({ f: keySchema });
const tags = ['Evaluation'];

const contextSchema = z
  .union([z.record(z.string(), jsonSchema), z.null()])
  .describe('Who the flag is evaluated for: `{ "key": "u1", "country": "DE" }`, or one context per kind');

export interface EvaluationDeps extends WriteDeps {
  readonly engines: Engines;
  readonly clock: Clock;
  newId(): string;
}

/** Routes of the playground: who gets what and why, now, at an earlier revision, or after a change. */
export function registerEvaluationRoutes(api: Api, deps: EvaluationDeps): void {
  const { reads, delivery, engines } = deps;

  const workspaceOf = async ({ project }: FastifyRequest) =>
    new Workspace(reads, { project, environments: await environmentsOf(reads, project.id) });

  /** A flag with this configuration, and all that it refers to; refused where SDKs could not evaluate it. */
  const viewWith = async (request: FastifyRequest, key: string, config: FlagConfig): Promise<EnvironmentView> => {
    const workspace = await workspaceOf(request);
    await workspace.write({ kind: 'flag-config', parent: request.environment.id, key }, config);
    const roots = { flags: [key], segments: [] };
    const view = await environmentView(workspace, request.environment, roots);
    const problems = problemsIn({ view, reached: view }, roots, deps);
    return problems.length > 0 ? refuse(problems, '') : view;
  };

  api.post(
    `${ENVIRONMENT_PATH}/evaluate`,
    {
      config: { policy: people('flag.evaluate', 'environment') },
      schema: {
        tags,
        summary: 'Evaluates flags for a context, with every step of the way',
        params: environmentParamsSchema,
        querystring: z.strictObject(minVersionFields),
        body: z.strictObject({ flags: z.array(keySchema).max(500).exactOptional(), context: contextSchema }),
        response: { 200: z.object({ items: z.array(evaluationSchema) }), '4xx': problemSchema },
      },
    },
    async (request) => {
      await reach(delivery, request.environment.id, request.query.minVersion);
      const { flags, context } = request.body;
      const roots = flags === undefined ? 'everything' : { flags, segments: [] };
      const view = await environmentView(await workspaceOf(request), request.environment, roots);
      const unknown = flags?.find((key) => !view.flags.has(key));
      if (unknown !== undefined) throw notFound('flag', unknown, `environment \`${request.environment.key}\``);
      const environment = environmentOf(view, engines);
      const keys = flags ?? [...view.flags.keys()];
      return { items: keys.map((key) => evaluationOf(environment, key, context as ContextInput)) };
    },
  );

  api.post(
    `${FLAG}/evaluate`,
    {
      config: { policy: people('flag.evaluate', 'environment') },
      schema: {
        tags,
        summary: 'Evaluates a flag for a context, also as it was at an earlier revision',
        params: flagParamsSchema,
        querystring: z.strictObject(minVersionFields),
        body: z.strictObject({ context: contextSchema, revision: z.int().min(1).exactOptional() }),
        response: { 200: evaluationSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      await reach(delivery, request.environment.id, request.query.minVersion);
      const { context, revision } = request.body;
      const flag = await flagOf(reads, request, request.params.f);
      const config = await flagConfigOf(reads, request, request.params.f);
      const then =
        revision === undefined
          ? config.body
          : await revertTarget<FlagConfig>(reads, { ...config, kind: 'flag-config' }, revision);
      const view = await viewWith(request, flag.key, then);
      return evaluationOf(environmentOf(view, engines), flag.key, context as ContextInput);
    },
  );

  api.post(
    `${FLAG}/preview`,
    {
      config: { policy: people('flag.evaluate', 'environment') },
      schema: {
        tags,
        summary: 'Who gets what before and after some instructions; nothing is written',
        params: flagParamsSchema,
        querystring: z.strictObject({}),
        body: z.strictObject({
          instructions: z.array(configInstructionSchema).max(200),
          contexts: z.array(contextSchema).max(100).exactOptional(),
        }),
        response: { 200: previewSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { instructions, contexts = [] } = request.body;
      const flag = (await flagOf(reads, request, request.params.f)).body;
      const config: StoredDocument<FlagConfig> = await flagConfigOf(reads, request, flag.key);
      const applied = applyToConfig(flag, config.body, instructions, {
        now: deps.clock.now(),
        actor: actorOf(request.principal),
        origin: originOf(request),
        newId: deps.newId,
      });
      if (applied.kind === 'refused') refuse(applied.problems, '/instructions');
      const then = environmentOf(await viewWith(request, flag.key, config.body), engines);
      const now = environmentOf(await viewWith(request, flag.key, applied.document), engines);
      return {
        summary: instructions.map((instruction) =>
          describeInstruction(instruction, { environment: request.environment.key, config: config.body }),
        ),
        before: describeServing(flag, config.body),
        after: describeServing(flag, applied.document),
        towardSafe: movesTowardSafe(flag, config.body, applied.document),
        contexts: contexts.map((context) => ({
          context,
          before: evaluationOf(then, flag.key, context as ContextInput),
          after: evaluationOf(now, flag.key, context as ContextInput),
        })),
        revision: config.revision,
      };
    },
  );
}
