import type { AuditRecord, Reads } from '../../store/store.ts';
import type { ChangeContent, DocumentContent } from './content.ts';
import type { FlagDocumentKind } from './workspace.ts';

const PAGE = 100;

/** What a record of a change says; null once retention blanked it, or when it records something else. */
export function contentOf(record: AuditRecord): ChangeContent | null {
  if (record.content === null) return null;
  const content: unknown = JSON.parse(record.content);
  // Only records of changes carry `changes`, and only this folder writes those.
  return typeof content === 'object' && content !== null && 'changes' in content ? (content as ChangeContent) : null;
}

/** What the record says about one document; undefined when it says nothing. */
export function partAbout(record: AuditRecord, id: string): DocumentContent | undefined {
  return contentOf(record)?.changes.find((change) => change.id === id);
}

/** The body that a document had at a revision; null when no record of it is left. */
export async function bodyAt(
  reads: Reads,
  document: { readonly kind: FlagDocumentKind; readonly id: string },
  revision: number,
): Promise<unknown> {
  let after: number | undefined;
  for (;;) {
    const records = await reads.audit({ document, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const record of records) {
      const part = partAbout(record, document.id);
      if (part?.to === revision) return part.after;
    }
    const last = records.at(-1);
    if (last === undefined || records.length < PAGE) return null;
    after = last.seq;
  }
}
