import * as z from 'zod/mini';
import { type Search, searchReader } from '../../lib/search.ts';
import type { Selection } from './selection.ts';

const revision = z.string().check(z.regex(/^[1-9]\d{0,8}$/));

/** `from` and `to`: revisions that are compared. `part`: what environments share, instead of what one of them does. */
const fields = { env: z.string(), from: revision, to: revision, part: z.literal('shared') };

export type HistorySearch = Search<typeof fields>;
export const readHistorySearch = searchReader(fields);

export function selectionOf({ from, to }: HistorySearch): Selection {
  return { from: numberOf(from), to: numberOf(to) };
}

/** The part of an address that says a selection. */
export function searchOf({ from, to }: Selection): Pick<HistorySearch, 'from' | 'to'> {
  return { from: from?.toString(), to: to?.toString() };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
