import { Untranslatable } from './imported.ts';

/** A list of an API as somebody saved it: all of it, or a page. */
export interface Saved {
  /** What it lists, such as `flags`. */
  readonly of: string;
  readonly keys: readonly string[];
  /** How many there are on all pages; null where it does not say. */
  readonly total: number | null;
}

/** Refuses lists of which a page is missing: what stands there would be left out without a word. */
export function checkWhole(lists: readonly Saved[]): void {
  for (const of of new Set(lists.map((list) => list.of))) {
    const own = lists.filter((list) => list.of === of);
    const count = new Set(own.flatMap(({ keys }) => keys)).size;
    const total = Math.max(...own.map((list) => list.total ?? 0));
    if (count < total)
      throw new Untranslatable(`it holds ${count} of ${total} ${of}, which is a page: pass the others with it`);
  }
}
