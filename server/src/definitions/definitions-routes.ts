import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deliverySchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { PROJECT_PATH, people, problemSchema } from '../http/api.ts';
import type { DefinitionsView, DefinitionsWritten } from '../http/definition-types.ts';
import { keySchema } from '../http/schemas.ts';
import { writeOptionsOf, writeQuerySchema } from '../http/write-options.ts';
import {
  definitionsSchema,
  flagDefinitionSchema,
  formatSchema,
  segmentDefinitionSchema,
} from './definition-schemas.ts';
import { type DefinitionDeps, readDefinitions, writeDefinitions } from './definition-service.ts';
import { createTurns } from './turns.ts';

const DEFINITIONS = `${PROJECT_PATH}/definitions`;
const BODY_BYTES = 10 * 1024 * 1024;
/** What is no larger is done in a moment, and waits for nobody. */
const LARGE_BYTES = 256 * 1024;
/** Of one project. Bodies are held while they wait. */
const MOST_WAITING = { reads: 20, writes: 3 };
const paramsSchema = z.strictObject({ p: keySchema });
const tags = ['Flags as code'];

const viewSchema: z.ZodType<DefinitionsView> = z
  .object({
    apiVersion: formatSchema,
    flags: z.array(flagDefinitionSchema),
    segments: z.array(segmentDefinitionSchema),
  })
  .meta({ id: 'DefinitionsView' });

const changeSchema = z.object({
  kind: z.enum(['flag', 'flag-config', 'segment', 'segment-config']),
  key: z.string(),
  environment: z.string().nullable(),
  isNew: z.boolean(),
  summary: z.array(z.string()),
  moves: z.array(z.string()),
  evaluations: z
    .object({ moved: z.number(), of: z.number() })
    .nullable()
    .describe('About how many of the last day would give another variation, of all of them; null = unknown'),
});

const writtenSchema: z.ZodType<DefinitionsWritten> = z
  .object({
    dryRun: z.boolean(),
    fingerprint: z.string().describe('`expect` of a later write'),
    changeId: z.string().nullable(),
    changes: z.array(changeSchema),
    leftAlone: z.array(z.object({ flag: z.string(), environment: z.string().nullable(), why: z.string() })),
    versions: z.record(z.string(), z.number()),
    delivery: z.record(z.string(), deliverySchema).exactOptional(),
  })
  .meta({ id: 'DefinitionsWritten' });

/** Routes of flags as code. */
export function registerDefinitionsRoutes(api: Api, deps: DefinitionDeps): void {
  const reads = createTurns({ mostWaiting: MOST_WAITING.reads, what: 'questions for all definitions of a project' });
  const writes = createTurns({ mostWaiting: MOST_WAITING.writes, what: 'large sets of definitions of a project' });

  api.get(
    DEFINITIONS,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'All flags and segments as files say them',
        params: paramsSchema,
        querystring: z.strictObject({}),
        response: { 200: viewSchema, '4xx': problemSchema },
      },
    },
    ({ project }, reply) => reads.take(project.id, goneOf(reply), () => readDefinitions(deps, project)),
  );

  api.post(
    DEFINITIONS,
    {
      bodyLimit: BODY_BYTES,
      // Whoever may read may try; what is written needs the rights of what it does.
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Makes flags and segments be what definitions say, as one change; what they do not name is left alone',
        params: paramsSchema,
        querystring: writeQuerySchema,
        body: definitionsSchema,
        response: { 200: writtenSchema, '4xx': problemSchema },
      },
    },
    (request, reply) => {
      const { mode, flags, segments, comment, expect, confirm = [] } = request.body;
      const { dryRun = false, waitForAppliedMs } = writeOptionsOf(request);
      const { principal, id: requestId } = request;
      const options = { dryRun, waitForAppliedMs, comment, expect, confirm, principal, requestId };
      const { project } = request;
      const work = () => writeDefinitions(deps, project, { flags, segments, origin: mode, ...options });
      return isLarge(request) ? writes.take(project.id, goneOf(reply), work) : work();
    },
  );
}

/** A body that does not say how large it is may be. */
function isLarge({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return length === undefined || Number(length) > LARGE_BYTES;
}

/** Told once nobody waits for the answer any more. */
function goneOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => controller.abort());
  return controller.signal;
}
