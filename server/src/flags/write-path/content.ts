import type { MemberList, SegmentConfig } from '@glidepath/core';
import { timeOf } from '../views.ts';
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

/** The body as the record keeps it: keys of segments as counts, for they may be 4 MiB and stand in the instructions. */
export function recordedBody(kind: FlagDocumentKind, body: unknown): unknown {
  if (kind !== 'segment-config' || body === null) return body;
  const config = body as SegmentConfig;
  return { included: countsOf(config.included), excluded: countsOf(config.excluded), rules: config.rules };
}

const countsOf = (lists: readonly MemberList[]) =>
  lists.map(({ contextKind, keys }) => ({ contextKind, count: keys.length }));

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
