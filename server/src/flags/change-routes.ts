import { z } from 'zod';
import { namesOf } from '../audit/actor-names.ts';
import {
  connectionSchema,
  deliverySchema,
  environmentChangeSchema,
  pageSchema,
  writtenManySchema,
} from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import {
  ENVIRONMENT_PATH,
  minVersionFields,
  PROJECT_PATH,
  people,
  problemSchema,
  timeOf,
  wholeNumber,
} from '../http/api.ts';
import type { EnvironmentChangeView } from '../http/api-types.ts';
import { changesSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import type { AuditRecord, EnvironmentChange, Reads, Store } from '../store/store.ts';
import { reach } from './reading.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerMany } from './write-answer.ts';
import { contentOf } from './write-path/change-record.ts';
import { notFound } from './write-path/refuse.ts';

const projectParamsSchema = z.strictObject({ p: keySchema });
const environmentParamsSchema = projectParamsSchema.extend({ e: keySchema });
const CHANGES = `${ENVIRONMENT_PATH}/changes`;
const CHANGES_AT_ONCE = 500;
const DEFAULT_CHANGES = 100;
const tags = ['Changes'];

export interface ChangeRouteDeps extends WriteDeps {
  readonly store: Store;
}

/** Routes of changes of several documents, of an environment's history, and of who has applied it. */
export function registerChangeRoutes(api: Api, deps: ChangeRouteDeps): void {
  const { store, delivery } = deps;

  api.post(
    `${PROJECT_PATH}/changes`,
    {
      config: { policy: people('flag.kill', 'project') },
      schema: {
        tags,
        summary: 'Changes several documents: all or nothing',
        params: projectParamsSchema,
        querystring: writeQuerySchema,
        headers: writeHeadersSchema.omit({ 'if-match': true }),
        body: changesSchema,
        response: { 200: writtenManySchema, '4xx': problemSchema },
      },
    },
    (request) => answerMany(deps, request, request.body),
  );

  api.get(
    CHANGES,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'Versions of an environment in order, each with the change that made it',
        params: environmentParamsSchema,
        querystring: z.strictObject({
          after: wholeNumber().exactOptional().describe('Only greater versions; 0 if absent'),
          limit: wholeNumber({ min: 1, max: CHANGES_AT_ONCE }).exactOptional(),
          ...minVersionFields,
        }),
        response: { 200: pageSchema(environmentChangeSchema), '4xx': problemSchema },
      },
    },
    async ({ environment, query: { after = 0, limit = DEFAULT_CHANGES, minVersion } }) => {
      await reach(delivery, environment.id, minVersion);
      const [head] = await store.heads([environment.id]);
      const changes = await store.changesSince(environment.id, after, limit);
      const items = await viewsOf(store, environment.key, changes);
      const last = changes.at(-1);
      const more = last !== undefined && last.version < (head?.version ?? 0);
      return { items, total: Math.max(0, (head?.version ?? 0) - after), ...(more && { next: String(last.version) }) };
    },
  );

  api.get(
    `${CHANGES}/:version/delivery`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'How many SDKs have applied a version, how fast, and who is missing',
        params: environmentParamsSchema.extend({ version: wholeNumber({ min: 1 }) }),
        querystring: z.strictObject({}),
        response: { 200: deliverySchema, '4xx': problemSchema },
      },
    },
    async ({ environment, params: { version } }) => {
      const report = await delivery.delivery(environment.id, version);
      if (report === null) throw notFound('report of version', String(version), `environment \`${environment.key}\``);
      return report;
    },
  );

  api.get(
    `${ENVIRONMENT_PATH}/connections`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'SDKs that are connected now',
        params: environmentParamsSchema,
        querystring: z.strictObject(pageQueryFields),
        response: { 200: pageSchema(connectionSchema), '4xx': problemSchema },
      },
    },
    async ({ environment, query }) => pageOf(delivery.connections(environment.id), query, ({ id }) => id),
  );
}

async function viewsOf(
  reads: Reads,
  environment: string,
  changes: readonly EnvironmentChange[],
): Promise<readonly EnvironmentChangeView[]> {
  const records = new Map<string, AuditRecord>();
  for (const { changeId } of changes) {
    const [record] = await reads.audit({ changeId, limit: 1 });
    if (record !== undefined) records.set(changeId, record);
  }
  const names = await namesOf(
    reads,
    [...records.values()].map(({ actor }) => actor),
  );
  return changes.map((change) => viewOf(change, environment, records.get(change.changeId), names));
}

function viewOf(
  { version, at, changeId, urgent, ops }: EnvironmentChange,
  environment: string,
  record: AuditRecord | undefined,
  names: ReadonlyMap<string, string>,
): EnvironmentChangeView {
  const content = record === undefined ? null : contentOf(record);
  // Whoever may see this environment need not be allowed to see the others that the same change went to.
  const parts = content?.changes.filter((part) => part.environment === null || part.environment === environment) ?? [];
  return {
    version,
    at: timeOf(at),
    changeId,
    urgent,
    items: ops.map((op) => ({ op: op.op, kind: op.op === 'members' ? 'segment' : op.kind, key: op.key })),
    actor: record?.actor ?? null,
    by: record === undefined ? null : (names.get(record.actor) ?? null),
    origin: record?.origin ?? null,
    comment: content?.comment ?? null,
    summary: parts.flatMap(({ summary }) => summary),
  };
}
