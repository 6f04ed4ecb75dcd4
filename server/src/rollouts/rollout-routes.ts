import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { causeOf, type Written } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { dryRunFields, pageSchema } from '../http/answer-schemas.ts';
import { type Api, ENVIRONMENT_PATH, etagOf, PROJECT_PATH, people, problemSchema, yesNoSchema } from '../http/api.ts';
import type { DryRun } from '../http/api-types.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, pageQueryFields } from '../http/paging.ts';
import type { RolloutForecastView, RolloutView } from '../http/release-types.ts';
import { keySchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { EnvironmentBody } from '../store/documents.ts';
import type { RolloutFilter, RolloutRow } from '../store/rollouts.ts';
import type { Reads, Store } from '../store/store.ts';
import { planInputSchema } from './plan-schemas.ts';
import { resolvePlan } from './resolve-plan.ts';
import { forecastSchema, ROLLOUT_STATES, rolloutViewSchema } from './rollout-schemas.ts';
import type { RolloutService } from './rollout-service.ts';
import { rolloutViewsOf } from './rollout-views.ts';
import type { RolloutWritten, StartOrder } from './start.ts';
import type { Surroundings } from './surroundings.ts';
import type { Command } from './transition.ts';

export interface RolloutRouteDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly surroundings: Surroundings;
  readonly rollouts: RolloutService;
  /** What a start would meet: its warnings, and how long each stage takes to show something. */
  forecast(order: StartOrder): Promise<RolloutForecastView>;
  tryGates(order: StartOrder): Promise<unknown>;
}

const FLAG_ROLLOUTS = `${ENVIRONMENT_PATH}/flags/:f/rollouts`;
const ROLLOUTS = `${PROJECT_PATH}/rollouts`;
const tags = ['Rollouts'];
const paramsSchema = z.strictObject({ p: keySchema });
export const rolloutParamsSchema = paramsSchema.extend({ id: z.string().min(1).max(64) });
const flagParamsSchema = paramsSchema.extend({ e: keySchema, f: keySchema });
const cursorSchema = z.tuple([z.int(), z.string()]);
const written = plainWrittenSchema(rolloutViewSchema);
/** Where it was only to be tried. */
const triedSchema: z.ZodType<DryRun> = z.object(dryRunFields);
const tryQuerySchema = z.strictObject({ dryRun: yesNoSchema.exactOptional() });
const reason = { comment: commentSchema.exactOptional().describe('Why: others will read it') };
const stage = {
  stage: z.int().min(0).exactOptional().describe('Index of the stage that is meant: refused where another is in force'),
};
const lineSchema = z.strictObject({ line: z.string().min(1).max(200), ...reason });

/** The body of each verb, and the command that it is. */
const verbs = {
  begin: { summary: 'Begins a rollout that waits', body: z.strictObject(reason), command: () => ({ kind: 'begin' }) },
  pause: {
    summary: 'Stays at the stage in force until it is resumed; its guardrails still roll it back',
    body: z.strictObject(reason),
    command: ({ comment = '' }) => ({ kind: 'pause', reason: comment }),
  },
  resume: { summary: 'Goes on after a pause', body: z.strictObject(reason), command: () => ({ kind: 'resume' }) },
  advance: {
    summary: 'Goes to the next stage now; what is skipped by it takes the typed key of the flag',
    body: z.strictObject({
      ...reason,
      ...stage,
      confirm: z.string().max(256).exactOptional(),
    }),
    command: () => ({ kind: 'advance' }),
  },
  approve: {
    summary: 'Approves what comes after the stage in force',
    body: z.strictObject({ ...reason, ...stage }),
    command: () => ({ kind: 'approve' }),
  },
  'roll-back': {
    summary: 'Brings back exactly what was served before',
    body: z.strictObject(reason),
    command: ({ comment = '' }) => ({ kind: 'roll-back', reason: comment }),
  },
  abort: {
    summary: 'Ends a rollout where it is: everybody keeps what they have',
    body: z.strictObject(reason),
    command: ({ comment = '' }) => ({ kind: 'abort', reason: comment }),
  },
  check: {
    summary: 'Ticks a line of the checklist',
    body: lineSchema,
    command: ({ line = '' }) => ({ kind: 'check', line }),
  },
  uncheck: {
    summary: 'Takes the tick of a line away',
    body: lineSchema,
    command: ({ line = '' }) => ({ kind: 'uncheck', line }),
  },
} as const satisfies Record<string, Verb>;

interface Verb {
  readonly summary: string;
  readonly body: z.ZodType<VerbBody>;
  readonly command: (body: VerbBody) => Command;
}

interface VerbBody {
  readonly comment?: string;
  readonly confirm?: string;
  readonly stage?: number;
  readonly line?: string;
}

/** Routes of rollouts: what there is, starting one, and what people do with it. */
export function registerRolloutRoutes(api: Api, deps: RolloutRouteDeps): void {
  const { store, clock, surroundings, rollouts } = deps;
  const viewsOf = (rows: readonly RolloutRow[]) => rolloutViewsOf(store, surroundings, rows, clock.now());

  async function viewNamed(project: string, id: string): Promise<RolloutView> {
    const [view] = await viewsOf([await rolloutNamed(store, project, id)]);
    if (view === undefined) throw new Error(`rollout ${id} is not shown`);
    return view;
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, { result, changeId }: Written<RolloutWritten>) {
    const document = await viewNamed(request.project.id, result.id);
    reply.header('etag', etagOf(document.revision));
    return { document, versions: result.versions, changeId };
  }

  async function pageOfRollouts(filter: Omit<RolloutFilter, 'limit' | 'after'>, page: PageQuery) {
    const { limit = DEFAULT_LIMIT, cursor } = page;
    const [updatedAt, id] = cursor === undefined ? [] : decodeCursor(cursor, cursorSchema);
    const after = updatedAt === undefined || id === undefined ? {} : { after: { updatedAt, id } };
    const rows = await store.rollouts({ ...filter, ...after, limit });
    const last = rows.at(-1);
    const more = rows.length === limit && last !== undefined;
    return {
      items: await viewsOf(rows),
      total: await store.rolloutCount(filter),
      ...(more && { next: encodeCursor([last.updatedAt, last.rollout.id]) }),
    };
  }

  api.get(
    ROLLOUTS,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Lists rollouts, those that changed last first',
        params: paramsSchema,
        querystring: z.strictObject({
          ...pageQueryFields,
          flag: keySchema.exactOptional(),
          environment: keySchema.exactOptional(),
          state: z.enum(ROLLOUT_STATES).exactOptional(),
          live: yesNoSchema.exactOptional().describe('Only those that are not over, or only those that are'),
        }),
        response: { 200: pageSchema(rolloutViewSchema), '4xx': problemSchema },
      },
    },
    async ({ project, query }) => {
      const { flag, environment, state, live, ...page } = query;
      const filter = {
        project: project.id,
        ...(flag !== undefined && { flag }),
        ...(environment !== undefined && { environment: await environmentIdOf(store, project.id, environment) }),
        ...(state !== undefined && { states: [state] }),
        ...(live !== undefined && { isLive: live }),
      };
      return pageOfRollouts(filter, page);
    },
  );

  api.get(
    FLAG_ROLLOUTS,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'Past and live rollouts of a flag in an environment',
        params: flagParamsSchema,
        querystring: z.strictObject(pageQueryFields),
        response: { 200: pageSchema(rolloutViewSchema), '4xx': problemSchema },
      },
    },
    ({ environment, params, query }) => pageOfRollouts({ environment: environment.id, flag: params.f }, query),
  );

  api.post(
    FLAG_ROLLOUTS,
    {
      config: { policy: people('rollout.run', 'environment') },
      schema: {
        tags,
        summary: 'Starts a rollout of a flag; a dry run tells what it would meet',
        params: flagParamsSchema,
        querystring: tryQuerySchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          plan: planInputSchema,
          begin: z.boolean().default(false).describe('Begins at once a plan that starts by hand'),
          ...reason,
        }),
        response: {
          200: z.union([forecastSchema, written]),
          201: z.union([written, forecastSchema]),
          '4xx': problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { project, environment, params, body } = request;
      const { plan: input, begin, comment } = body;
      const plan = await resolvePlan(store, { project, environment }, params.f, input);
      const order: StartOrder = { project, environment, flag: params.f, plan, begins: begin };
      const options = writeOptionsOf(request);
      if (options.dryRun) return reply.send(await deps.forecast(order));
      await deps.tryGates(order);
      const by = { principal: request.principal, cause: causeOf(request, { ...options, comment }) };
      return reply.code(201).send(await answer(request, reply, await rollouts.start(order, by)));
    },
  );

  api.get(
    `${ROLLOUTS}/:id`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'One rollout, with what its gates say now',
        params: rolloutParamsSchema,
        querystring: z.strictObject({}),
        response: { 200: rolloutViewSchema, '4xx': problemSchema },
      },
    },
    async ({ project, params }, reply) => {
      const view = await viewNamed(project.id, params.id);
      return reply.header('etag', etagOf(view.revision)).send(view);
    },
  );

  for (const [verb, { summary, body, command }] of Object.entries<Verb>(verbs)) {
    api.post(
      `${ROLLOUTS}/:id/${verb}`,
      {
        config: { policy: people('rollout.run', 'project') },
        schema: {
          tags,
          summary,
          params: rolloutParamsSchema,
          querystring: tryQuerySchema,
          headers: writeHeadersSchema,
          body,
          response: { 200: z.union([written, triedSchema]), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { project, params } = request;
        const { comment, confirm, stage } = request.body;
        const { expectedRevision: expected, dryRun, ...options } = writeOptionsOf(request);
        const by = { principal: request.principal, cause: causeOf(request, { ...options, comment }) };
        const told = {
          ...(expected !== undefined && { expected }),
          ...(confirm !== undefined && { confirm }),
          ...(stage !== undefined && { stage }),
        };
        const asked = command(request.body);
        if (dryRun) return tried(await rollouts.rehearse(project.id, params.id, asked, by, told));
        return answer(request, reply, await rollouts.command(project.id, params.id, asked, by, told));
      },
    );
  }

  api.post(
    `${ROLLOUTS}/:id/restart`,
    {
      config: { policy: people('rollout.run', 'project') },
      schema: {
        tags,
        summary: 'Begins the plan of a rollout that is over once more: the same people come first',
        params: rolloutParamsSchema,
        querystring: tryQuerySchema,
        headers: writeHeadersSchema,
        body: z.strictObject(reason),
        response: { 200: triedSchema, 201: z.union([written, triedSchema]), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const { project, params, body } = request;
      const options = writeOptionsOf(request);
      if (options.dryRun) return reply.send(tried(await rollouts.rehearseRestart(project.id, params.id)));
      const by = { principal: request.principal, cause: causeOf(request, { ...options, comment: body.comment }) };
      const done = await rollouts.restart(project.id, params.id, by);
      return reply.code(201).send(await answer(request, reply, done));
    },
  );
}

/** A rollout is no document of which a diff could be shown. */
function tried(sentence: string): DryRun {
  return { diff: [], summary: [sentence] };
}

interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export async function rolloutNamed(reads: Reads, project: string, id: string): Promise<RolloutRow> {
  const row = await reads.rollout(id);
  if (row !== null && row.project === project) return row;
  throw new RefusedError({ code: 'not-found', detail: `There is no rollout \`${id}\` in this project.` });
}

async function environmentIdOf(reads: Reads, project: string, key: string): Promise<string> {
  const found = await reads.document<EnvironmentBody>({ kind: 'environment', parent: project, key });
  if (found !== null) return found.id;
  const detail = `There is no environment \`${key}\` in this project.`;
  throw new RefusedError({ code: 'not-found', detail, errors: [{ pointer: '?environment', detail }] });
}
