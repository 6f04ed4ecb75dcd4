import type { Json } from '@glidepath/core';
import * as z from 'zod/mini';
import { type Search, searchReader } from '../../lib/search.ts';
import type { UserContext } from '../../lib/user-context.ts';

const MOST_CHARACTERS = 8_000;

/** Who is asked about: their key, and their other attributes (or a whole context) as JSON. */
const subject = { as: z.string(), attributes: z.string().check(z.maxLength(MOST_CHARACTERS)) };

const onFlag = {
  env: z.string(),
  ...subject,
  /** A revision of the flag in this environment; the live one where it is absent. */
  revision: z.string().check(z.regex(/^[1-9]\d{0,8}$/)),
  /** Another one, shown beside it. */
  compare: z.string().check(z.regex(/^[1-9]\d{0,8}$/)),
  view: z.literal('matrix'),
  columns: z.enum(['environments', 'revisions']),
};

const onAllFlags = { env: z.string(), ...subject, q: z.string().check(z.maxLength(200)) };

export type PlaygroundSearch = Search<typeof onFlag>;
export const readPlaygroundSearch = searchReader(onFlag);
export const readAllFlagsSearch = searchReader(onAllFlags);

/** The part of an address that says who is asked about. */
export interface SubjectSearch {
  readonly as?: string | undefined;
  readonly attributes?: string | undefined;
}

export type SubjectReading =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'context'; readonly context: UserContext }
  | { readonly kind: 'unreadable' };

/** The context that an address means. */
export function readSubject({ as, attributes }: SubjectSearch): SubjectReading {
  if (as === undefined && attributes === undefined) return { kind: 'nobody' };
  const key = as === undefined ? {} : { key: as };
  if (attributes === undefined) return { kind: 'context', context: key };
  const parsed = parseObject(attributes);
  return parsed === null ? { kind: 'unreadable' } : { kind: 'context', context: { ...key, ...parsed } };
}

/** How an address says a context: what `readSubject` reads back. */
export function subjectOf(context: UserContext): SubjectSearch {
  const { key, ...rest } = context;
  const isPlain = typeof key === 'string' && key !== '';
  const attributes = isPlain ? rest : context;
  return {
    as: isPlain ? key : undefined,
    attributes: Object.keys(attributes).length === 0 ? undefined : JSON.stringify(attributes),
  };
}

/** A JSON object; null where the text is none. */
export function parseObject(text: string): Readonly<Record<string, Json>> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, Json>) : null;
  } catch {
    return null;
  }
}
