import path from 'node:path';
import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Files } from '../outside.ts';
import { holdsScript, isScript, type ParsedTree, parseTree, partsOf, programOf, Unreadable } from './parse.ts';
import { type Aliases, aliasesIn, underAlias } from './tsconfig.ts';

/** Scripts of a folder: each is read when it is first asked for, and once. Paths are whole and with `/`. */
export interface CodeProject {
  /** Of its scripts, where it holds something else too; null where there is none. */
  textOf(file: string): string | null;
  /** Null where there is none, or it cannot be read: `unread` says why. */
  parsed(file: string): ParsedTree | null;
  /** The same, with its scopes. */
  scoped(file: string): NodePath<t.Program> | null;
  /** What `import … from 'source'` in that file means. */
  resolve(from: string, source: string): Module;
  /** From now on it is one that cannot be read. */
  giveUp(file: string, why: string): void;
  /** Files that could not be read, and why. */
  readonly unread: ReadonlyMap<string, string>;
}

export type Module =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'package'; readonly name: string };

/** `folder`: above it nothing is looked for. */
export function openProject(files: Pick<Files, 'read' | 'exists'>, folder: string): CodeProject {
  const parsed = new Map<string, ParsedTree | null>();
  const scoped = new WeakMap<ParsedTree, NodePath<t.Program>>();
  const unread = new Map<string, string>();
  const found = new Map<string, string | null>();
  const aliases = new Map<string, Aliases | null>();

  const textOf = (file: string): string | null => {
    try {
      const text = files.read(file);
      return text === null || !holdsScript(file) ? text : partsOf(file, text).script;
    } catch (error) {
      unread.set(file, String(error));
      return null;
    }
  };
  const parse = (file: string): ParsedTree | null => {
    try {
      const text = textOf(file);
      return text === null ? null : parseTree(asScript(file), text);
    } catch (error) {
      unread.set(file, error instanceof Unreadable ? error.message : String(error));
      return null;
    }
  };
  const inFolder = folder.endsWith('/') ? folder : `${folder}/`;
  const fileAt = (base: string): string | null => {
    if (!base.startsWith(inFolder)) return null;
    const known = found.get(base);
    if (known !== undefined) return known;
    const file = candidatesFor(base).find((candidate) => isSource(candidate) && isFile(files, candidate)) ?? null;
    found.set(base, file);
    return file;
  };
  const aliasesOf = (directory: string): Aliases | null => {
    const known = aliases.get(directory);
    if (known !== undefined) return known;
    const own = aliasesIn(files, directory);
    const parent = path.posix.dirname(directory);
    const isTop = directory === folder || parent === directory;
    const result = own ?? (isTop ? null : aliasesOf(parent));
    aliases.set(directory, result);
    return result;
  };

  const parsedOf = (file: string): ParsedTree | null => {
    let result = parsed.get(file);
    if (result === undefined) {
      result = parse(file);
      parsed.set(file, result);
    }
    return result;
  };
  const giveUp = (file: string, why: string): void => {
    unread.set(file, why);
    parsed.set(file, null);
  };

  return {
    unread,
    textOf,
    giveUp,
    parsed: parsedOf,
    scoped(file) {
      const tree = parsedOf(file);
      if (tree === null) return null;
      let program = scoped.get(tree);
      try {
        program ??= programOf(tree.ast);
      } catch (error) {
        giveUp(file, (error as Error).message);
        return null;
      }
      scoped.set(tree, program);
      return program;
    },
    resolve(from, source) {
      const directory = path.posix.dirname(from);
      const bases = source.startsWith('.')
        ? [path.posix.join(directory, source)]
        : underAlias(aliasesOf(directory), source);
      for (const base of bases) {
        const file = fileAt(base);
        if (file !== null) return { kind: 'file', file };
      }
      return { kind: 'package', name: source };
    },
  };
}

const isSource = (file: string): boolean => isScript(file) || holdsScript(file);

/** A component's script may be TypeScript in any case: it takes more. */
const asScript = (file: string): string => (holdsScript(file) ? `${file}.ts` : file);

const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte'] as const;

function candidatesFor(base: string): readonly string[] {
  // TypeScript names in imports what will become of a file.
  const sources = /\.([cm]?)js(x?)$/.test(base) ? [base.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')] : [];
  const react = base.endsWith('.js') ? [base.replace(/\.js$/, '.tsx')] : [];
  return [
    base,
    ...sources,
    ...react,
    ...ENDINGS.map((ending) => `${base}${ending}`),
    ...ENDINGS.map((ending) => `${base}/index${ending}`),
  ];
}

function isFile(files: Pick<Files, 'read' | 'exists'>, file: string): boolean {
  return files.exists(file);
}
