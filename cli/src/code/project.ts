import path from 'node:path';
import type * as t from '@babel/types';
import type { Files } from '../outside.ts';
import { isCall } from './calls.ts';
import { holdsScript, isScript, parseTree, partsOf, whyUnreadable } from './parse.ts';
import type { Path } from './path.ts';
import { type Scopes, scopesOf } from './scopes.ts';
import { type Aliases, aliasesIn, underAlias } from './tsconfig.ts';

/** A script as the parser understands it. */
interface Code {
  readonly text: string;
  readonly program: Path<t.Program>;
  /** Made when they are first asked for. */
  readonly scopes: Scopes;
}

/** Scripts of a folder: each is read when it is first asked for. Paths are whole and with `/`. */
export interface CodeProject {
  /** Of its scripts, where it holds something else too; null where there is none. */
  textOf(file: string): string | null;
  /** Null where there is none, or it cannot be read: `unread` says why. */
  code(file: string): Code | null;
  /** What `import … from 'source'` in that file means. */
  resolve(from: string, source: string): Module;
  /** From now on it is one that cannot be read. */
  giveUp(file: string, why: string): void;
  /** Whether so much is parsed that it should be forgotten: trees take fifty times the room of their texts, and more. */
  readonly isFull: boolean;
  /** Lets go of all that was parsed; what is asked for again is parsed again. */
  forget(): void;
  /** Files that could not be read, and why. */
  readonly unread: ReadonlyMap<string, string>;
}

export type Module =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'package'; readonly name: string };

/** In characters of text. */
const MOST_PARSED = 300_000;

/** `folder`: above it nothing is looked for. */
export function openProject(files: Pick<Files, 'read' | 'exists'>, folder: string): CodeProject {
  const parsed = new Map<string, Code>();
  const unread = new Map<string, string>();
  const found = new Map<string, string | null>();
  const aliases = new Map<string, Aliases | null>();
  let before: ReadonlySet<string> = new Set();
  let room = MOST_PARSED;
  let size = 0;
  let again = 0;

  const textOf = (file: string): string | null => {
    try {
      const text = files.read(file);
      return text === null || !holdsScript(file) ? text : partsOf(file, text).script;
    } catch (error) {
      unread.set(file, String(error));
      return null;
    }
  };
  const scopesIn = (file: string, top: Path<t.Program>, text: string): Scopes => {
    const hasValues = text.includes('allFlagsState');
    const isWanted = (node: t.Node) => mayAsk(node) || (hasValues && node.type === 'MemberExpression');
    try {
      return scopesOf(top, isWanted);
    } catch (error) {
      unread.set(file, whyUnreadable(error));
      return { bindingOf: () => undefined, assignments: [], wanted: [] };
    }
  };
  const codeOf = (file: string): Code | null => {
    const text = textOf(file);
    if (text === null) return null;
    size += text.length;
    if (before.has(file)) again += text.length;
    const { program } = parseTree(file, text).ast;
    const top: Path<t.Program> = { node: program, parentPath: null, key: 'program' };
    let scopes: Scopes | undefined;
    return {
      text,
      program: top,
      get scopes() {
        scopes ??= scopesIn(file, top, text);
        return scopes;
      },
    };
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

  return {
    unread,
    textOf,
    giveUp: (file, why) => void unread.set(file, why),
    code(file) {
      const known = unread.has(file) ? null : parsed.get(file);
      if (known !== undefined) return known;
      try {
        const code = codeOf(file);
        if (code !== null) parsed.set(file, code);
        return code;
      } catch (error) {
        unread.set(file, whyUnreadable(error));
        return null;
      }
    },
    get isFull() {
      return size >= room;
    },
    forget() {
      // What most files lead to has to stay, or it would be parsed for each few of them.
      if (again > size / 2) room *= 2;
      before = new Set(parsed.keys());
      parsed.clear();
      size = 0;
      again = 0;
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

/** Whoever asks says for what. */
const mayAsk = (node: t.Node): boolean =>
  node.type === 'JSXElement' || (isCall(node) && !node.arguments.every((given) => NO_KEY.has(given.type)));

const NO_KEY: ReadonlySet<string> = new Set(
  ['Numeric', 'Boolean', 'Null', 'BigInt', 'RegExp'].map((kind) => `${kind}Literal`),
);

const isSource = (file: string): boolean => isScript(file) || holdsScript(file);

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
