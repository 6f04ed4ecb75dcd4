import { Readable } from 'node:stream';
import { z } from 'zod';
import { may } from '../auth/permissions.ts';
import type { Principal } from '../auth/principal.ts';
import { RefusedError } from '../errors.ts';
import { auditVerdictSchema, auditViewSchema, pageSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { people, problemSchema } from '../http/api.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, pageQueryFields } from '../http/paging.ts';
import type { RoutePolicy } from '../http/route.ts';
import { keySchema } from '../http/schemas.ts';
import { AUDIT_GENESIS, verifyAudit } from '../store/audit-chain.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { AuditFilter, AuditHead, AuditRecord, Reads } from '../store/store.ts';
import { auditViewOf } from './audit-view.ts';
import { CSV_HEADER, csvLineOf } from './csv.ts';

const EXPORT_PAGE = 500;
const VERIFY_PAGE = 1_000;
const tags = ['Audit'];

const instantSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const querySchema = z.strictObject({
  ...pageQueryFields,
  actor: z.string().min(1).max(256).exactOptional(),
  project: keySchema.exactOptional(),
  environment: keySchema.exactOptional(),
  flag: keySchema.exactOptional(),
  origin: z.string().min(1).max(32).exactOptional(),
  from: instantSchema.exactOptional().describe('Inclusive'),
  to: instantSchema.exactOptional().describe('Exclusive'),
});

/** Whoever may read the audit of one project may not read the installation's: the handler asks for what is read. */
const policy: RoutePolicy = { principals: ['member', 'token'], action: 'signed-in', object: 'none' };

export function registerAuditRoutes(api: Api, { reads }: { readonly reads: Reads }): void {
  api.get(
    '/api/v1/audit',
    {
      config: { policy },
      schema: {
        tags,
        summary: 'What happened, newest first; as CSV or JSON Lines when `Accept` says so',
        querystring: querySchema,
        response: { 200: pageSchema(auditViewSchema), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const { limit = DEFAULT_LIMIT, cursor, ...filter } = request.query;
      await refuseUnreadable(reads, request.principal, filter.project);
      const format = exportFormatOf(request.headers.accept);
      if (format !== null) {
        reply
          .type(format)
          .header('content-disposition', `attachment; filename="audit.${format === 'text/csv' ? 'csv' : 'jsonl'}"`);
        // A stream is sent as it is: the response's schema describes the page.
        return reply.send(Readable.from(exported(reads, filter, format)) as never);
      }
      const after = cursor === undefined ? {} : { after: decodeCursor(cursor, z.int()) };
      const records = await reads.audit({ ...filter, ...after, limit });
      const last = records.at(-1);
      const next = records.length === limit && last !== undefined ? { next: encodeCursor(last.seq) } : {};
      return { items: records.map(auditViewOf), total: await reads.auditCount(filter), ...next };
    },
  );

  api.get(
    '/api/v1/audit/verify',
    {
      config: { policy: people('audit.read', 'installation') },
      schema: {
        tags,
        summary: 'Walks the whole chain and names the first record that does not fit',
        querystring: z.strictObject({}),
        response: { 200: auditVerdictSchema, '4xx': problemSchema },
      },
    },
    () => verify(reads),
  );
}

async function refuseUnreadable(reads: Reads, principal: Principal, project: string | undefined): Promise<void> {
  if (project === undefined) {
    if (may(principal, 'audit.read', { kind: 'installation' })) return;
    const detail = 'The whole audit log takes a role in every project. Name one with `?project=`.';
    throw new RefusedError({ code: 'forbidden', detail, errors: [{ pointer: '?project', detail }] });
  }
  const found = await reads.document<ProjectBody>({ kind: 'project', parent: '', key: project });
  if (found !== null && may(principal, 'audit.read', { kind: 'project', projectId: found.id })) return;
  throw new RefusedError({
    code: 'not-found',
    detail: `There is no project \`${project}\`, or you may not see it. GET /api/v1/projects lists yours.`,
  });
}

type ExportFormat = 'text/csv' | 'application/jsonl';

function exportFormatOf(accept: string | undefined): ExportFormat | null {
  if (accept?.includes('text/csv')) return 'text/csv';
  return accept?.includes('application/jsonl') ? 'application/jsonl' : null;
}

/** Everything that the filter lets through, page by page: a log of any length takes the memory of one page. */
async function* exported(
  reads: Reads,
  filter: Omit<AuditFilter, 'limit'>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'text/csv') yield CSV_HEADER;
  for await (const records of pages(reads, { ...filter, limit: EXPORT_PAGE })) {
    const lines = records
      .map(auditViewOf)
      .map((view) => (format === 'text/csv' ? csvLineOf(view) : `${JSON.stringify(view)}\n`));
    yield lines.join('');
  }
}

async function* pages(reads: Reads, filter: AuditFilter): AsyncGenerator<readonly AuditRecord[]> {
  let after: { readonly after?: number } = filter.after === undefined ? {} : { after: filter.after };
  for (;;) {
    const records = await reads.audit({ ...filter, ...after });
    const last = records.at(-1);
    if (last === undefined) return;
    yield records;
    if (records.length < filter.limit) return;
    after = { after: last.seq };
  }
}

/** The state of the chain. What is appended meanwhile is left out: the head is read first. */
async function verify(reads: Reads) {
  const known = await reads.auditHead();
  let head: AuditHead = AUDIT_GENESIS;
  for await (const records of pages(reads, { ascending: true, after: 0, limit: VERIFY_PAGE })) {
    const verdict = verifyAudit(
      records.filter(({ seq }) => seq <= known.seq),
      head,
    );
    if (verdict.kind === 'broken') return { state: 'broken' as const, seq: verdict.seq, because: verdict.because };
    head = verdict.head;
    if (head.seq >= known.seq) break;
  }
  if (head.seq === known.seq && head.hash === known.hash) return { state: 'intact' as const, ...head };
  return {
    state: 'broken' as const,
    seq: head.seq + 1,
    because: `the log ends at ${head.seq}, and its head says ${known.seq}`,
  };
}
