import type { SegmentConfig } from '@glidepath/core';
import { RefusedError } from '../../errors.ts';
import { timeOf } from '../../http/api.ts';
import type { AuditRecord, Reads, StoredDocument } from '../../store/store.ts';
import { outlineOf } from '../views.ts';
import type { FlagDocumentKind } from './workspace.ts';

/** What the audit record of a change holds: who did it stands beside it, why and what here. */
export interface ChangeContent {
  readonly comment: string | null;
  readonly requestId: string | null;
  readonly changes: readonly DocumentContent[];
}

/** One document's part: its state before and after, and how the one led to the other. */
export interface DocumentContent {
  readonly kind: FlagDocumentKind;
  /** Id of the document. */
  readonly id: string;
  readonly key: string;
  /** Key of the environment, or null for what environments share. */
  readonly environment: string | null;
  /** Revisions before and after; 0 = it did not exist. */
  readonly from: number;
  readonly to: number;
  readonly instructions: readonly unknown[];
  readonly summary: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** The body as the record keeps it: keys of segments as counts, for they may be 4 MiB. */
export function recordedBody(kind: FlagDocumentKind, body: unknown): unknown {
  return kind !== 'segment-config' || body === null ? body : outlineOf(body as SegmentConfig);
}

/** An instruction as the record keeps it: keys of segments as counts here too. */
export function recordedInstruction(kind: FlagDocumentKind, instruction: unknown): unknown {
  if (kind !== 'segment-config' || instruction === null || typeof instruction !== 'object') return instruction;
  if (!('keys' in instruction) || !Array.isArray(instruction.keys)) return instruction;
  const { keys, ...rest } = instruction;
  return { ...rest, count: keys.length };
}

/** The recorded body with times as the API writes them. */
export function shownBody(body: unknown): unknown {
  if (body === null || typeof body !== 'object') return body;
  const shown: Record<string, unknown> = { ...body };
  for (const field of ['createdAt', 'archivedAt']) {
    if (typeof shown[field] === 'number') shown[field] = timeOf(shown[field]);
  }
  const killed = shown['killed'];
  if (killed !== null && typeof killed === 'object' && 'at' in killed && typeof killed.at === 'number') {
    shown['killed'] = { ...killed, at: timeOf(killed.at) };
  }
  return shown;
}

/** Records that are read at once. */
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

/** The body that a document had at an earlier revision, or the refusal that nobody knows it any more. */
export async function revertTarget<B>(
  reads: Reads,
  document: StoredDocument<B> & { readonly kind: FlagDocumentKind },
  revision: number,
): Promise<B> {
  if (revision === document.revision) return document.body;
  const body = await bodyAt(reads, document, revision);
  if (body !== null) return body as B;
  throw new RefusedError({
    code: 'not-found',
    detail: `Revision ${revision} of \`${document.key}\` is not in the audit log. Choose one that the history lists.`,
    errors: [{ pointer: '/to', detail: 'is no revision that the history knows' }],
  });
}
