import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import { wholeNumber } from './api.ts';
import type { Page } from './api-types.ts';

export const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 500;

/** Query parameters of every list: spread into the query's schema. */
export const pageQueryFields = {
  limit: wholeNumber({ min: 1, max: LARGEST_LIMIT }).exactOptional(),
  cursor: z.string().min(1).max(1_024).exactOptional(),
};

export const pageQuerySchema = z.strictObject(pageQueryFields);

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
  /** First item to show, for windowed tables; without effect beside a cursor. */
  readonly offset?: number;
}

/**
 * One page of a sorted list. The cursor names the last item that was shown: what comes before it may change in between
 * without an item being shown twice or left out. Where that item is gone, its place counts.
 */
export function pageOf<T>(items: readonly T[], query: PageQuery, idOf: (item: T) => string): Page<T> {
  const start = query.cursor === undefined ? (query.offset ?? 0) : afterCursor(items, query.cursor, idOf);
  const end = start + (query.limit ?? DEFAULT_LIMIT);
  const shown = items.slice(start, end);
  const last = shown.at(-1);
  const more = end < items.length && last !== undefined;
  return { items: shown, total: items.length, ...(more && { next: encodeCursor([end - 1, idOf(last)]) }) };
}

function afterCursor<T>(items: readonly T[], cursor: string, idOf: (item: T) => string): number {
  const [place, id] = decodeCursor(cursor, z.tuple([z.int().min(0), z.string()]));
  const found = items.findIndex((item) => idOf(item) === id);
  return found === -1 ? place : found + 1;
}

/** An opaque cursor of any JSON value. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** What `encodeCursor` got, or a refusal: cursors come back from clients. */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new RefusedError({
    code: 'bad-request',
    detail: 'The cursor is not one that this list gave: begin without a cursor, then follow `next`.',
    errors: [{ pointer: '?cursor', detail: 'is not the `next` of an earlier page' }],
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
