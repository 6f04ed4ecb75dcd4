import { createHash } from 'node:crypto';
import type { Json } from '@glidepath/core';
import { holdsScript, isScript, partsOf, scriptsIn } from '../code/parse.ts';
import { openProject } from '../code/project.ts';
import { readOnce } from '../code/read-once.ts';
import { type FlagRead, openReader, type WrapperSetting } from '../code/reads.ts';
import { MOST_BYTES } from './files.ts';
import { hitsIn, holdsCode } from './texts.ts';

/** Where code names a flag. */
export interface Place {
  /** From the root of what is scanned, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly key: string;
  /** How the code asks, such as `variation`; `constant`, `type`, or `text`. */
  readonly call: string;
  readonly kind: FlagRead['kind'];
  /** Whether a codemod can remove it. */
  readonly removable: boolean;
  /** Undefined: there is none, or it is computed. */
  readonly fallback: Json | undefined;
  /** Of the line, by which a place is known again after it has moved. */
  readonly hash: string;
}

/** A call whose key the code alone does not tell. */
export interface Dynamic {
  readonly path: string;
  readonly line: number;
  readonly call: string;
  readonly why: string;
}

export interface Findings {
  /** Files that were looked at. */
  readonly files: number;
  readonly places: readonly Place[];
  readonly dynamic: readonly Dynamic[];
  /** Files that were not looked at, or only in part, and why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  readonly binary: number;
}

/** Files as they are now, or as they were. */
export interface Source {
  /** A whole path, with `/`. */
  readonly root: string;
  /** Of a whole path. */
  read(file: string): string | null;
  exists(file: string): boolean;
  /** Null where it is no ordinary file. */
  bytes(file: string): number | null;
}

export interface Wanted {
  readonly names: readonly string[];
  readonly wrappers: readonly WrapperSetting[];
  readonly known: ReadonlySet<string> | null;
}

const GENERATED = '// Written by `glidepath typegen`';
/** Flags as code, and what `glidepath pull` has written: neither asks for a flag. */
const DEFINES = /^\s*["']?apiVersion["']?\s*:\s*["']?glidepath\/|^\s*\{[^[]{0,200}"kind"\s*:\s*"(flags|full)"/m;

/** Finds where the code of a folder names flags. */
export function findIn(source: Source, wanted: Wanted): Findings {
  const dynamic: Dynamic[] = [];
  const { root } = source;
  // No import leads out of the folder by a link, nor into what is too large to be read.
  const isPlain = (file: string) => (source.bytes(file) ?? Number.POSITIVE_INFINITY) <= MOST_BYTES;
  const read = readOnce(source.read);
  const sorted = sortedOut({ ...source, read }, wanted);
  const unread = [...sorted.unread];
  const places = [...sorted.places];
  const project = openProject({ read, exists: isPlain }, root);
  for (const [file, own] of openReader(project, wanted).readAll(sorted.scripts.map((name) => `${root}/${name}`))) {
    const path = file.slice(root.length + 1);
    if (sorted.generated.has(path)) continue;
    const text = read(file) ?? '';
    const lines = linesOf(text);
    const isMendable = isScript(path) || scriptsIn(path, text).length === 1;
    places.push(...own.flatMap((one) => placesOf(path, one, { lines, isMendable })));
    dynamic.push(...own.flatMap((one) => dynamicOf(path, one)));
  }
  for (const [file, why] of project.unread) unread.push({ path: file.slice(root.length + 1), why });
  const { files, binary } = sorted;
  return { files, places: inOrder(places), dynamic: dynamic.sort(byPlace), unread, binary };
}

interface SortedOut extends Pick<Findings, 'files' | 'unread' | 'binary'> {
  readonly scripts: readonly string[];
  /** What `glidepath typegen` has written: others ask by it, it asks for nothing. */
  readonly generated: ReadonlySet<string>;
  /** In files of other languages. */
  readonly places: readonly Place[];
}

function sortedOut(source: Source, { names, known }: Wanted): SortedOut {
  const unread: { path: string; why: string }[] = [];
  const scripts: string[] = [];
  const generated = new Set<string>();
  const places: Place[] = [];
  let files = 0;
  let binary = 0;
  const take = (name: string, text: string): void => {
    files += 1;
    if (text.startsWith(GENERATED)) generated.add(name);
    else if (isScript(name) || holdsScript(name)) scripts.push(name);
    if (!isScript(name) && known !== null) places.push(...textPlaces(name, text, known));
  };
  for (const name of names) {
    const text = textOf(source, name, (why) => unread.push({ path: name, why }));
    if (text?.includes('\0')) binary += 1;
    else if (text !== null) take(name, text);
  }
  return { files, unread, binary, scripts, generated, places };
}

function textOf(source: Source, name: string, tell: (why: string) => void): string | null {
  const file = `${source.root}/${name}`;
  const bytes = source.bytes(file);
  if (bytes === null || !holdsCode(name)) return null;
  if (bytes > MOST_BYTES) {
    tell('it is larger than 1 MiB');
    return null;
  }
  try {
    return source.read(file);
  } catch (error) {
    tell((error as Error).message);
    return null;
  }
}

function textPlaces(path: string, whole: string, known: ReadonlySet<string>): readonly Place[] {
  if (DEFINES.test(whole)) return [];
  const text = holdsScript(path) ? partsOf(path, whole).markup : whole;
  const lines = linesOf(whole);
  return hitsIn(text, known).map(({ key, line, column }) => ({
    path,
    line,
    column,
    key,
    call: 'text',
    kind: 'text',
    removable: false,
    fallback: undefined,
    hash: hashOf(lines[line - 1]),
  }));
}

interface Around {
  readonly lines: readonly string[];
  /** Whether the codemod works on the file. */
  readonly isMendable: boolean;
}

function placesOf(path: string, read: FlagRead, { lines, isMendable }: Around): readonly Place[] {
  const { line, column, call, kind, fallback, keys } = read;
  const removable = isMendable && isRemovable(read);
  const hash = hashOf(lines[line - 1]);
  return (keys ?? []).map((key) => ({
    path,
    line,
    column,
    key,
    call,
    kind,
    removable,
    fallback: fallback?.json,
    hash,
  }));
}

function isRemovable({ kind, isReplaceable }: FlagRead): boolean {
  return isReplaceable || kind === 'declaration' || kind === 'constant' || kind === 'values';
}

function dynamicOf(path: string, { kind, line, call, why }: FlagRead): readonly Dynamic[] {
  return why === null || kind === 'forward' ? [] : [{ path, line, call, why }];
}

/** As the parser counts them. */
const linesOf = (text: string): readonly string[] => text.split(/\r\n|[\n\r\u2028\u2029]/);

/** Of what the line says: not of how far it is indented. */
const hashOf = (line = ''): string => createHash('sha256').update(line.trim()).digest('hex').slice(0, 16);

const byPlace = (a: { path: string; line: number }, b: { path: string; line: number }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line;

/** Each key once per line and way of asking. */
function inOrder(places: readonly Place[]): readonly Place[] {
  const seen = new Set<string>();
  return places
    .filter(({ path, line, key, call }) => {
      const what = JSON.stringify([path, line, key, call]);
      return !seen.has(what) && seen.add(what);
    })
    .sort((a, b) => byPlace(a, b) || a.column - b.column);
}

/** Lines around one, of which there may be fewer at an end. */
export function contextOf(text: string, line: number, count: number): string {
  return linesOf(text)
    .slice(Math.max(0, line - 1 - count), line + count)
    .join('\n');
}
