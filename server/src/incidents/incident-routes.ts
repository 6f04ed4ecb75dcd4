import { z } from 'zod';
import { namesOf } from '../audit/actor-names.ts';
import { causeOf, type Written } from '../audit/audited-write.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, etagOf, PROJECT_PATH, people, timeOf, yesNoSchema } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields } from '../http/paging.ts';
import type { IncidentView } from '../http/release-types.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { Reads } from '../store/store.ts';
import { type IncidentBody, SEVERITIES } from './incident.ts';
import { type Incident, type IncidentService, incidentNamed } from './incident-service.ts';

const tags = ['Incidents'];
const paramsSchema = z.strictObject({ p: keySchema });
const oneSchema = paramsSchema.extend({ id: keySchema });

const incidentViewSchema: z.ZodType<IncidentView> = z
  .object({
    id: z.string().describe('Such as INC-31'),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    environment: z.string(),
    flags: z.array(z.string()).describe('Whose rollouts hold while it is open; empty = all of the environment'),
    services: z.array(z.string()),
    deploys: z.array(z.string()),
    rollout: z.string().nullable().describe('The rollout whose roll-back opened it'),
    startedAt: z.string(),
    detectedAt: z.string(),
    resolvedAt: z.string().nullable(),
    openedBy: z.string(),
    lead: z.string().nullable().describe('Id of a member'),
    notes: z.array(z.object({ id: z.string(), at: z.string(), by: z.string(), text: z.string() })),
    revision: z.number(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Incident' });

const momentSchema = z.iso.datetime({ error: 'must be a time such as 2026-03-01T12:00:00.000Z' }).transform(Date.parse);
const referencesSchema = z.array(z.string().min(1).max(128)).max(100);
const titleSchema = nameSchema.describe('What hurts, in a few words');
const openingFields = {
  flags: z.array(keySchema).max(100).exactOptional(),
  services: referencesSchema.exactOptional(),
  deploys: referencesSchema.exactOptional().describe('Ids of suspected deploys'),
  startedAt: momentSchema.exactOptional().describe('When it began to hurt; now where absent'),
  lead: z.string().min(1).max(128).nullable().exactOptional(),
  comment: commentSchema.exactOptional(),
};

export interface IncidentRouteDeps {
  readonly reads: Reads;
  readonly incidents: IncidentService;
}

/** Routes of incidents. */
export function registerIncidentRoutes(api: Api, { reads, incidents }: IncidentRouteDeps): void {
  const PATH = `${PROJECT_PATH}/incidents`;
  const written = plainWrittenSchema(incidentViewSchema);
  const answerOf = async ({ result, changeId }: Written<Incident>) => ({
    document: await viewOf(reads, result),
    versions: {},
    changeId,
  });

  api.get(
    PATH,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'Lists incidents, newest first',
        params: paramsSchema,
        querystring: z.strictObject({
          ...pageQueryFields,
          open: yesNoSchema.exactOptional(),
          environment: keySchema.exactOptional(),
          flag: keySchema.exactOptional(),
        }),
        response: { 200: pageSchema(incidentViewSchema) },
      },
    },
    async ({ project, query }) => {
      const all = await reads.documents<IncidentBody>('incident', project.id);
      const shown = all
        .filter(({ body }) => isAskedFor(body, query))
        .toSorted(
          (a, b) => b.body.detectedAt - a.body.detectedAt || b.key.localeCompare(a.key, 'en', { numeric: true }),
        );
      const page = pageOf(shown, query, ({ key }) => key);
      return { ...page, items: await Promise.all(page.items.map((item) => viewOf(reads, item))) };
    },
  );

  api.post(
    PATH,
    {
      config: { policy: people('incident.edit', 'project') },
      schema: {
        tags,
        summary: 'Opens an incident: rollouts of the flags that it touches hold',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          title: titleSchema,
          severity: z.enum(SEVERITIES),
          environment: keySchema,
          ...openingFields,
        }),
        response: { 201: written },
      },
    },
    async (request, reply) => {
      const { comment, ...opening } = request.body;
      const cause = causeOf(request, { ...writeOptionsOf(request), comment });
      const answer = await answerOf(await incidents.open(request.project, opening, cause));
      return reply.code(201).header('etag', etagOf(answer.document.revision)).send(answer);
    },
  );

  api.get(
    `${PATH}/:id`,
    {
      config: { policy: people('project.read', 'project') },
      schema: { tags, summary: 'One incident', params: oneSchema, response: { 200: incidentViewSchema } },
    },
    async ({ project, params }, reply) => {
      const incident = await incidentNamed(reads, project, params.id);
      return reply.header('etag', etagOf(incident.revision)).send(await viewOf(reads, incident));
    },
  );

  api.patch(
    `${PATH}/:id`,
    {
      config: { policy: people('incident.edit', 'project') },
      schema: {
        tags,
        summary: 'Edits an incident',
        params: oneSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          title: titleSchema.exactOptional(),
          severity: z.enum(SEVERITIES).exactOptional(),
          ...openingFields,
        }),
        response: { 200: written },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { project, params } = request;
      const answer = await answerOf(await incidents.edit(project, params.id, edit, options.expectedRevision, cause));
      return reply.header('etag', etagOf(answer.document.revision)).send(answer);
    },
  );

  api.post(
    `${PATH}/:id/notes`,
    {
      config: { policy: people('incident.edit', 'project') },
      schema: {
        tags,
        summary: 'Adds a note to an incident',
        params: oneSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ text: z.string().trim().min(1).max(10_000) }),
        response: { 201: written },
      },
    },
    async (request, reply) => {
      const cause = causeOf(request, writeOptionsOf(request));
      const { project, params, body } = request;
      return reply.code(201).send(await answerOf(await incidents.note(project, params.id, body.text, cause)));
    },
  );

  const moves = {
    resolve: 'Resolves an incident: rollouts that it held go on',
    reopen: 'Opens a resolved incident again',
  } as const;
  for (const move of ['resolve', 'reopen'] as const) {
    api.post(
      `${PATH}/:id/${move}`,
      {
        config: { policy: people('incident.edit', 'project') },
        schema: {
          tags,
          summary: moves[move],
          params: oneSchema,
          headers: writeHeadersSchema,
          body: z.strictObject({ comment: commentSchema.exactOptional() }).nullable(),
          response: { 200: written },
        },
      },
      async (request) => {
        const { project, params, body } = request;
        const cause = causeOf(request, { ...writeOptionsOf(request), comment: body?.comment });
        return answerOf(await incidents[move](project, params.id, cause));
      },
    );
  }
}

function isAskedFor(
  body: IncidentBody,
  { open, environment, flag }: { readonly open?: boolean; readonly environment?: string; readonly flag?: string },
): boolean {
  return (
    (open === undefined || open === (body.resolvedAt === null)) &&
    (environment === undefined || environment === body.environment) &&
    (flag === undefined || body.flags.includes(flag))
  );
}

async function viewOf(reads: Reads, { key, body, revision, updatedAt }: Incident): Promise<IncidentView> {
  const names = await namesOf(reads, [body.openedBy, ...body.notes.map(({ by }) => by)]);
  const called = (actor: string) => names.get(actor) ?? actor;
  return {
    ...body,
    id: key,
    startedAt: timeOf(body.startedAt),
    detectedAt: timeOf(body.detectedAt),
    resolvedAt: body.resolvedAt === null ? null : timeOf(body.resolvedAt),
    openedBy: called(body.openedBy),
    notes: body.notes.map((note) => ({ ...note, at: timeOf(note.at), by: called(note.by) })),
    revision,
    updatedAt: timeOf(updatedAt),
  };
}
