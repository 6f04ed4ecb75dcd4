import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { causeOf, type Written } from '../audit/audited-write.ts';
import { DEFAULT_GATES } from '../gates/gate-schemas.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, etagOf, PROJECT_PATH, people, problemSchema, timeOf } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import type { PlanView } from '../http/release-types.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { Reads } from '../store/store.ts';
import { planTemplates } from './plan.ts';
import { courseFields, type PlanBody } from './plan-schemas.ts';
import { type PlanService, planNamed, type SavedPlan } from './plan-service.ts';
import { planViewSchema } from './rollout-schemas.ts';

const PLANS = `${PROJECT_PATH}/plans`;
const tags = ['Rollouts'];
const paramsSchema = z.strictObject({ p: keySchema });
const oneSchema = paramsSchema.extend({ id: keySchema });
const written = plainWrittenSchema(planViewSchema);
const { stages, gates, onFailure, runbook } = courseFields;

export interface PlanRouteDeps {
  readonly reads: Reads;
  readonly plans: PlanService;
}

/** Routes of release plans: those that are built in, and those that a project keeps. */
export function registerPlanRoutes(api: Api, { reads, plans }: PlanRouteDeps): void {
  const answerOf = ({ result, changeId }: Written<SavedPlan>) => ({ document: viewOf(result), versions: {}, changeId });

  api.get(
    PLANS,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Lists release plans, those that are built in first',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(planViewSchema), '4xx': problemSchema },
      },
    },
    async ({ project, query }) => {
      const saved = await reads.documents<PlanBody>('plan', project.id);
      return pageOf([...BUILT_IN, ...saved.map(viewOf)], query, ({ id }) => id);
    },
  );

  api.post(
    PLANS,
    {
      config: { policy: people('plan.edit', 'project') },
      schema: {
        tags,
        summary: 'Keeps a plan for further releases',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          id: keySchema.exactOptional(),
          name: nameSchema,
          stages,
          gates: gates.exactOptional().describe('Error rate and p95 where absent'),
          onFailure: onFailure.default('roll-back'),
          runbook: runbook.default(''),
          comment: commentSchema.exactOptional(),
        }),
        response: { 201: written, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const { id = randomUUID(), comment, ...told } = request.body;
      const body = { ...told, gates: told.gates ?? DEFAULT_GATES };
      const cause = causeOf(request, { ...writeOptionsOf(request), comment });
      const answer = answerOf(await plans.save(request.project, id, body, cause));
      return reply.code(201).header('etag', etagOf(answer.document.revision)).send(answer);
    },
  );

  api.get(
    `${PLANS}/:id`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'One release plan',
        params: oneSchema,
        querystring: z.strictObject({}),
        response: { 200: planViewSchema, '4xx': problemSchema },
      },
    },
    async ({ project, params }, reply) => {
      const view = BUILT_IN.find(({ id }) => id === params.id) ?? viewOf(await planNamed(reads, project.id, params.id));
      return reply.header('etag', etagOf(view.revision)).send(view);
    },
  );

  api.patch(
    `${PLANS}/:id`,
    {
      config: { policy: people('plan.edit', 'project') },
      schema: {
        tags,
        summary: 'Edits a plan; rollouts that have begun keep theirs',
        params: oneSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          name: nameSchema.exactOptional(),
          stages: stages.exactOptional(),
          gates: gates.exactOptional(),
          onFailure: onFailure.exactOptional(),
          runbook: runbook.exactOptional(),
          comment: commentSchema.exactOptional(),
        }),
        response: { 200: written, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const { comment, ...fields } = request.body;
      const { expectedRevision, ...options } = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const edit = { fields, expected: expectedRevision };
      const answer = answerOf(await plans.edit(request.project, request.params.id, edit, cause));
      return reply.header('etag', etagOf(answer.document.revision)).send(answer);
    },
  );

  api.delete(
    `${PLANS}/:id`,
    {
      config: { policy: people('plan.edit', 'project') },
      schema: {
        tags,
        summary: 'Deletes a plan; its id is never given again',
        params: oneSchema,
        headers: writeHeadersSchema,
        response: { 200: plainWrittenSchema(z.null()), '4xx': problemSchema },
      },
    },
    async (request) => {
      const { expectedRevision, ...options } = writeOptionsOf(request);
      const cause = causeOf(request, options);
      const { changeId } = await plans.remove(request.project, request.params.id, expectedRevision, cause);
      return { document: null, versions: {}, changeId };
    },
  );
}

const BUILT_IN: readonly PlanView[] = Object.entries(planTemplates).map(([id, template]) => ({
  id,
  name: template.label,
  isBuiltIn: true,
  needsSegment: template.needsSegment,
  stages: template.stages(''),
  gates: DEFAULT_GATES,
  onFailure: 'roll-back',
  runbook: '',
  revision: 0,
  updatedAt: timeOf(0),
}));

function viewOf({ key, body, revision, updatedAt }: SavedPlan): PlanView {
  const isBuiltIn = false;
  return { id: key, ...body, isBuiltIn, needsSegment: false, revision, updatedAt: timeOf(updatedAt) };
}
