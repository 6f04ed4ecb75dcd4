import { setImmediate as rest } from 'node:timers/promises';
import type { ContextInput, FlagConfig } from '@glidepath/core';
import { z } from 'zod';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, minVersionFields, people, problemSchema } from '../http/api.ts';
import type { EvaluationView } from '../http/api-types.ts';
import { evaluationSchema } from '../http/evaluation-schemas.ts';
import { keySchema } from '../http/schemas.ts';
import { contextSchema, environmentOf, evaluationOf, viewWith, workspaceOf } from './evaluation.ts';
import { flagConfigOf, flagOf, reach } from './reading.ts';
import type { WriteDeps } from './write-answer.ts';
import { revertTarget } from './write-path/change-record.ts';
import type { CheckDeps } from './write-path/check.ts';
import { environmentView } from './write-path/environment-view.ts';
import { notFound } from './write-path/refuse.ts';

const FLAG = `${ENVIRONMENT_PATH}/flags/:f`;
const environmentParamsSchema = z.strictObject({ p: keySchema, e: keySchema });
const flagParamsSchema = environmentParamsSchema.extend({ f: keySchema });
const AT_A_TIME = 100;
const tags = ['Evaluation'];

/** Routes of the playground: who gets what and why, now or at an earlier revision. */
export function registerEvaluationRoutes(api: Api, deps: WriteDeps & CheckDeps): void {
  const { reads, delivery, engines } = deps;

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
      const view = await environmentView(await workspaceOf(reads, request), request.environment, roots);
      const unknown = flags?.find((key) => !view.flags.has(key));
      if (unknown !== undefined) throw notFound('flag', unknown, `environment \`${request.environment.key}\``);
      const environment = environmentOf(view, engines);
      const keys = flags ?? [...view.flags.keys()];
      const items: EvaluationView[] = [];
      for (const key of keys) {
        items.push(evaluationOf(environment, key, context as ContextInput));
        // Thousands of flags take a while, in which others want to be served.
        if (items.length % AT_A_TIME === 0) await rest();
      }
      return { items };
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
      const view = await viewWith(deps, request, flag.key, then);
      return evaluationOf(environmentOf(view, engines), flag.key, context as ContextInput);
    },
  );
}
