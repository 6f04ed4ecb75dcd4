import path from 'node:path';
import { speaksOfFlags } from '../code/sdk.ts';

/** A key that stands in a file of another language. */
export interface TextHit {
  readonly key: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Prose and styles: what stands there asks for nothing. */
const NO_CODE: ReadonlySet<string> = new Set(
  '.md .mdx .rst .adoc .txt .css .scss .sass .less .styl .svg .csv .tsv .log .po .pot .xlf .patch .diff'.split(' '),
);

export const holdsCode = (file: string): boolean => !NO_CODE.has(path.posix.extname(file).toLowerCase());

const QUOTED = /(["'`])((?:(?!\1)[^\\]){1,256})\1/g;
const COMMENT = /^\s*(?:\/\/|#(?!\{)|--|\*|\/\*|<!--|;|rem\s)/i;
/** What names something else than a flag: a class, a route, a file. */
const NAMES_OTHER =
  /(?:\b(?:class|classname|id|href|src|to|for|path|route|url|file|name|version|import|from|require|include|use|rel|type|role|slot|style|title|label|alt|placeholder|data-[\w-]+|aria-[\w-]+)\s*["']?\s*(?:=>|[:=(]|\s)\s*\[?\s*)$/i;
const ASKS =
  /flag|feature|toggle|experiment|variation|glidepath|\b\w*(?:bool|boolean|string|str|int|float|number|double|json|object)_?\w*(?:value|details|variation)(?:async)?\b|isenabled|is_enabled|enabled\?/i;

/** Known keys between quotes, where nothing shows that they are something else. */
export function hitsIn(text: string, known: ReadonlySet<string>): readonly TextHit[] {
  if (known.size === 0) return [];
  return text.split('\n').flatMap((line, index) => (COMMENT.test(line) ? [] : hitsInLine(line, index + 1, known)));
}

function hitsInLine(line: string, number: number, known: ReadonlySet<string>): readonly TextHit[] {
  const found = new Map<number, TextHit>();
  QUOTED.lastIndex = 0;
  for (let match = QUOTED.exec(line); match !== null; match = QUOTED.exec(line)) {
    const key = match[2] ?? '';
    if (known.has(key) && counts(line, match.index, key))
      found.set(match.index, { key, line: number, column: match.index + 2 });
    // From each quote: an apostrophe would turn all pairs behind it inside out.
    QUOTED.lastIndex = match.index + 1;
  }
  const bare = bareIn(line);
  if (bare !== null && known.has(bare.key)) found.set(bare.at, { key: bare.key, line: number, column: bare.at + 1 });
  return [...found.values()];
}

/** A key that could be a word of anything has to be asked for in the same line. */
function counts(line: string, at: number, key: string): boolean {
  if (NAMES_OTHER.test(line.slice(0, at))) return false;
  return isDistinctive(key) || ASKS.test(line);
}

const isDistinctive = (key: string): boolean => key.length >= 4 && /[-_.]|[a-z][A-Z]|\d/.test(key);

/** `flag: new-checkout` of YAML, which needs no quotes. */
function bareIn(line: string): { readonly key: string; readonly at: number } | null {
  const match = /^(\s*(?:-\s+)?([\w.-]+)\s*:\s+)([\w.-]+)\s*(?:#.*)?$/.exec(line);
  if (match === null || !speaksOfFlags(match[2] ?? '')) return null;
  return { key: match[3] ?? '', at: (match[1] ?? '').length };
}
