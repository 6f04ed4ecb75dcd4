import { type ParserPlugin, parse as parseProgram } from '@babel/parser';
import type * as t from '@babel/types';

/** A file that was parsed. */
export interface ParsedTree {
  /** As it was given. */
  readonly file: string;
  readonly text: string;
  readonly ast: t.File;
  /** What the parser went past; empty where all is well. */
  readonly faults: readonly string[];
}

const SCRIPT = /\.([cm]?[jt]s|[jt]sx)$/i;
const WITH_SCRIPT = /\.(vue|svelte|astro)$/i;

export const isScript = (file: string): boolean => SCRIPT.test(file);
/** Whether parts of it are JavaScript or TypeScript: their places stay the same. */
export const holdsScript = (file: string): boolean => WITH_SCRIPT.test(file);

/** Without comments. Throws where it cannot be read. `text` is of TypeScript or JavaScript. */
export const parseTree = (file: string, text: string): ParsedTree => parsedAnyhow(file, text, false, (tree) => tree);

/** What is made of the tree of a file, read in the first way by which it can be made. Throws where there is none. */
export function parsedAnyhow<T>(file: string, text: string, hasComments: boolean, make: (tree: ParsedTree) => T): T {
  let first: unknown;
  for (const plugins of pluginsFor(file)) {
    try {
      return make(parsedBy(file, text, plugins, hasComments));
    } catch (error) {
      first ??= error;
    }
  }
  throw new Error(whyUnreadable(first), { cause: first });
}

/** The parser calls itself for whatever is in something else. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deeply';
  return error instanceof Error ? error.message : String(error);
}

function parsedBy(file: string, text: string, plugins: readonly ParserPlugin[], attachComment: boolean): ParsedTree {
  // Node goes past a mark of the byte order before the line for the shell, and the parser does not.
  const ast = parseProgram(text.replace(/^\ufeff#!/, ' //'), {
    attachComment,
    sourceType: 'unambiguous',
    sourceFilename: file,
    errorRecovery: true,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    plugins: [...plugins],
  });
  const faults = (ast.errors ?? []).map((fault) => (fault as unknown as Error).message);
  return { file, text, ast, faults };
}

const COMMON: readonly ParserPlugin[] = ['decorators-legacy', 'explicitResourceManagement'];

/** The ways to read a file, the likeliest first. */
function pluginsFor(file: string): readonly (readonly ParserPlugin[])[] {
  // A component's script may be TypeScript in any case: it takes more.
  if (/\.[cm]?ts$/i.test(file) || holdsScript(file)) return [[...COMMON, 'typescript']];
  if (/\.tsx$/i.test(file)) return [[...COMMON, 'typescript', 'jsx']];
  // Much of JavaScript is written with types of Flow, or with those of TypeScript.
  return [
    [...COMMON, 'jsx'],
    [...COMMON, 'jsx', 'flow'],
    [...COMMON, 'jsx', 'typescript'],
  ];
}

const BLOCK = /<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi;
const FRONT = /^\s*---\r?\n([\s\S]*?)\r?\n---/;

type Range = readonly [start: number, end: number];

/** Where the scripts of a component's file are, in order. */
export function scriptsIn(file: string, text: string): readonly Range[] {
  const ranges: Range[] = [];
  for (const found of text.matchAll(BLOCK)) {
    const start = found.index + found[0].indexOf('>') + 1;
    ranges.push([start, start + (found[2] ?? '').length]);
  }
  const front = /\.astro$/i.test(file) ? FRONT.exec(text) : null;
  if (front !== null) {
    const start = front[0].indexOf('---') + 3;
    ranges.push([start, start + (front[1] ?? '').length + 1]);
  }
  return ranges.sort((a, b) => a[0] - b[0]).filter(([start], index) => start >= (ranges[index - 1]?.[1] ?? 0));
}

/** The scripts of a component's file, and its markup: each with spaces in the place of the other. */
export function partsOf(file: string, text: string): { readonly script: string; readonly markup: string } {
  let script = '';
  let markup = '';
  let at = 0;
  for (const [start, end] of scriptsIn(file, text)) {
    script += blank(text.slice(at, start)) + text.slice(start, end);
    markup += text.slice(at, start) + blank(text.slice(start, end));
    at = end;
  }
  return { script: script + blank(text.slice(at)), markup: markup + text.slice(at) };
}

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');
