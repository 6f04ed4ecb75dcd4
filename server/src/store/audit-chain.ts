import { canonicalText, sha256 } from './canonical.ts';
import type { AuditEntry, AuditHead, AuditRecord } from './store.ts';
import { successorOf } from './successor.ts';

/** Where the chain begins. */
export const AUDIT_GENESIS: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/** The record that follows `head`. Its content carries the entry's other fields too, so that the hash covers them. */
export function recordAfter(head: AuditHead, entry: AuditEntry): AuditRecord {
  const { content: said, ...envelope } = entry;
  const content = JSON.stringify({ ...said, envelope });
  const contentHash = sha256(content);
  const seq = successorOf(head.seq, 'The audit log');
  return { ...envelope, seq, content, contentHash, prevHash: head.hash, hash: linkHash(head.hash, seq, contentHash) };
}

function linkHash(prevHash: string, seq: number, contentHash: string): string {
  return sha256(`${prevHash}${seq}${contentHash}`);
}

export type AuditVerdict =
  | { readonly kind: 'intact'; readonly head: AuditHead }
  /** `seq` is the first position that does not fit. */
  | { readonly kind: 'broken'; readonly seq: number; readonly because: string };

/**
 * Walks records in ascending order from `start`, the head so far; long logs are verified page by page.
 * Blanked content is passed over, its hashes are not. Compare the final head with a known one to notice a cut tail.
 */
export function verifyAudit(records: Iterable<AuditRecord>, start: AuditHead = AUDIT_GENESIS): AuditVerdict {
  let head = start;
  for (const record of records) {
    const fault = faultOf(record, head);
    if (fault !== null) return { kind: 'broken', seq: head.seq + 1, because: fault };
    head = { seq: record.seq, hash: record.hash };
  }
  return { kind: 'intact', head };
}

function faultOf(record: AuditRecord, head: AuditHead): string | null {
  if (record.seq !== head.seq + 1) return `record ${head.seq + 1} is missing: record ${record.seq} stands in its place`;
  if (record.prevHash !== head.hash) return `record ${record.seq} does not follow the record before it`;
  if (record.hash !== linkHash(record.prevHash, record.seq, record.contentHash))
    return `the hash of record ${record.seq} does not fit`;
  if (record.content === null) return null;
  if (sha256(record.content) !== record.contentHash) return `the content of record ${record.seq} was changed`;
  if (!envelopeFits(record, record.content)) return `the columns of record ${record.seq} differ from its content`;
  return null;
}

function envelopeFits(record: AuditRecord, content: string): boolean {
  const {
    seq: _seq,
    content: _content,
    contentHash: _contentHash,
    prevHash: _prevHash,
    hash: _hash,
    ...columns
  } = record;
  return canonicalText(columns) === canonicalText(envelopeOf(content));
}

/** What the content says about its record; undefined where someone made it something else. */
function envelopeOf(content: string): unknown {
  try {
    const said: unknown = JSON.parse(content);
    return typeof said === 'object' && said !== null && 'envelope' in said ? said.envelope : undefined;
  } catch {
    return undefined;
  }
}
