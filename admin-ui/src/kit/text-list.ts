/** How a text is cut into entries: at commas too, unless an entry may have commas of its own. */
export type Separators = 'lines' | 'lines-and-commas';

const PATTERNS = { lines: /[\r\n]+/, 'lines-and-commas': /[\r\n,;\t]+/ } as const satisfies Record<Separators, RegExp>;

export interface Addition {
  readonly values: readonly string[];
  /** How many are new. */
  readonly added: number;
  /** How many were there already, or came twice. */
  readonly duplicates: number;
}

/** A list with the entries of a text behind it, each once. */
export function withTyped(values: readonly string[], text: string, separators: Separators): Addition {
  const typed = text
    .split(PATTERNS[separators])
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const all = new Set(values);
  const had = all.size;
  for (const entry of typed) all.add(entry);
  const added = all.size - had;
  return { values: added === 0 ? values : [...all], added, duplicates: typed.length - added };
}

/** Those that contain the words, and the first `most` of them. */
export function found(values: readonly string[], words: string, most: number) {
  const wanted = words.trim().toLowerCase();
  const matching = wanted === '' ? values : values.filter((value) => value.toLowerCase().includes(wanted));
  return { count: matching.length, shown: matching.slice(0, most) };
}
