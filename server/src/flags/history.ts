import { z } from 'zod';
import { namesOf } from '../audit/actor-names.ts';
import { timeOf } from '../http/api.ts';
import type { HistoryEntry, Page } from '../http/api-types.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor } from '../http/paging.ts';
import type { AuditRecord, Reads, StoredDocument } from '../store/store.ts';
import { contentOf, partAbout, shownBody } from './write-path/change-record.ts';
import type { FlagDocumentKind } from './write-path/workspace.ts';

/** One page of what happened to a document, newest first. */
export async function historyOf(
  reads: Reads,
  document: StoredDocument & { readonly kind: FlagDocumentKind },
  query: { readonly limit?: number; readonly cursor?: string },
  environment: string | null,
): Promise<Page<HistoryEntry>> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const records = await reads.audit({
    document: { kind: document.kind, id: document.id },
    limit,
    ...(query.cursor === undefined ? {} : { after: decodeCursor(query.cursor, z.int()) }),
  });
  const names = await namesOf(
    reads,
    records.map(({ actor }) => actor),
  );
  const items = records.map((record) => entryOf(record, document, environment, names));
  const last = records.at(-1);
  const more = records.length === limit && last !== undefined;
  // Every committed write of the document is one record, so its revision counts them.
  return { items, total: document.revision, ...(more && { next: encodeCursor(last.seq) }) };
}

function entryOf(
  record: AuditRecord,
  document: StoredDocument,
  environment: string | null,
  names: ReadonlyMap<string, string>,
): HistoryEntry {
  const part = partAbout(record, document.id);
  const version = record.environments.find(({ key }) => key === environment);
  return {
    seq: record.seq,
    at: timeOf(record.at),
    actor: record.actor,
    by: names.get(record.actor) ?? record.actor,
    origin: record.origin,
    comment: contentOf(record)?.comment ?? null,
    changeId: record.changeId,
    revision: record.documents.find(({ id }) => id === document.id)?.revision ?? 0,
    summary: part?.summary ?? [],
    before: shownBody(part?.before ?? null),
    after: shownBody(part?.after ?? null),
    version: version === undefined ? null : { from: version.from, to: version.to },
  };
}
