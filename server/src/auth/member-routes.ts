import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { etagOf, people } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import type { RoutePolicy } from '../http/route.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { MemberBody } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';
import type { MemberService } from './member-service.ts';
import { memberOf } from './member-service.ts';
import { LONGEST_PASSWORD } from './password.ts';
import { EVERY_PROJECT, memberViewOf, memberViewSchema, projectKeysOf, roleSchema } from './views.ts';

export interface MemberRouteDeps {
  readonly reads: Reads;
  readonly members: MemberService;
}

export const emailSchema = z.email('must be an e-mail address').max(254);
export const passwordSchema = z.string().min(1).max(LONGEST_PASSWORD);

/** Only people make people: a leaked token must not be able to leave a sign-in behind, or to take over somebody's. */
const BY_ADMINISTRATORS: RoutePolicy = { principals: ['member'], action: 'member.edit', object: 'installation' };

const tags = ['People'];
const idParamsSchema = z.strictObject({ id: z.string().min(1).max(64) });
const rolesSchema = z
  .record(z.union([z.literal(EVERY_PROJECT), keySchema]), roleSchema)
  .describe('Role per project key; `*` is every project');
const MEMBERS = '/api/v1/members';
const MEMBER = `${MEMBERS}/:id`;

/** Routes of people and their roles. */
export function registerMemberRoutes(api: Api, { reads, members }: MemberRouteDeps): void {
  api.get(
    MEMBERS,
    {
      config: { policy: people('member.read', 'installation') },
      schema: {
        tags,
        summary: 'Lists members',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(memberViewSchema) },
      },
    },
    async ({ query }) => {
      const keys = await projectKeysOf(reads);
      const all = await reads.documents<MemberBody>('member');
      const sorted = all.toSorted((a, b) => a.body.name.localeCompare(b.body.name, 'en') || (a.id < b.id ? -1 : 1));
      const page = pageOf(sorted, query, ({ id }) => id);
      return { ...page, items: page.items.map((member) => memberViewOf(member, keys)) };
    },
  );

  api.post(
    MEMBERS,
    {
      config: { policy: BY_ADMINISTRATORS },
      schema: {
        tags,
        summary: 'Adds a member, who signs in with this password and should change it',
        headers: writeHeadersSchema,
        body: z.strictObject({
          email: emailSchema,
          name: nameSchema,
          password: passwordSchema,
          roles: rolesSchema,
          comment: commentSchema.exactOptional(),
        }),
        response: { 201: plainWrittenSchema(memberViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...input } = request.body;
      const { result, changeId } = await members.create(
        input,
        causeOf(request, { ...writeOptionsOf(request), comment }),
      );
      return reply.code(201).header('etag', etagOf(result.revision)).send({ document: result, versions: {}, changeId });
    },
  );

  api.get(
    MEMBER,
    {
      config: { policy: people('member.read', 'installation') },
      schema: { tags, summary: 'One member', params: idParamsSchema, response: { 200: memberViewSchema } },
    },
    async ({ params }, reply) => {
      const member = await memberOf(reads, params.id);
      return reply.header('etag', etagOf(member.revision)).send(memberViewOf(member, await projectKeysOf(reads)));
    },
  );

  api.patch(
    MEMBER,
    {
      config: { policy: BY_ADMINISTRATORS },
      schema: {
        tags,
        summary: 'Edits a member; a new password and blocking end all sessions of that member',
        params: idParamsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          name: nameSchema.exactOptional(),
          roles: rolesSchema.exactOptional(),
          disabled: z.boolean().exactOptional(),
          password: passwordSchema.exactOptional(),
          comment: commentSchema.exactOptional(),
        }),
        response: { 200: plainWrittenSchema(memberViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { result, changeId } = await members.edit(request.params.id, edit, options.expectedRevision, cause);
      return reply.header('etag', etagOf(result.revision)).send({ document: result, versions: {}, changeId });
    },
  );

  api.delete(
    MEMBER,
    {
      config: { policy: BY_ADMINISTRATORS },
      schema: {
        tags,
        summary: 'Removes a member with all sessions; tokens that this member made stop working',
        params: idParamsSchema,
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const options = writeOptionsOf(request);
      await members.remove(request.params.id, options.expectedRevision, causeOf(request, options));
      return reply.code(204).send(null);
    },
  );
}
