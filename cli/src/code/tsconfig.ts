import path from 'node:path';
import { parseExpression } from '@babel/parser';
import type * as t from '@babel/types';
import type { Files } from '../outside.ts';

/** Names that a TypeScript configuration gives to folders. */
export interface Aliases {
  readonly base: string | null;
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

const MOST_EXTENDED = 5;

/** Of the configuration in this folder; null where there is none. */
export function aliasesIn(files: Pick<Files, 'read'>, folder: string): Aliases | null {
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    const found = aliasesOf(files, `${folder}/${name}`, 0);
    if (found !== null) return found;
  }
  return null;
}

function aliasesOf(files: Pick<Files, 'read'>, file: string, depth: number): Aliases | null {
  const content = contentOf(files, file);
  if (content === null) return null;
  const options = recordOf(content['compilerOptions']);
  const directory = path.posix.dirname(file);
  const parent = content['extends'];
  const inherited =
    typeof parent === 'string' && parent.startsWith('.') && depth < MOST_EXTENDED
      ? aliasesOf(files, path.posix.join(directory, parent.endsWith('.json') ? parent : `${parent}.json`), depth + 1)
      : null;
  const baseUrl = options['baseUrl'];
  const base = typeof baseUrl === 'string' ? path.posix.join(directory, baseUrl) : (inherited?.base ?? null);
  const own = Object.entries(recordOf(options['paths'])).map(([pattern, targets]) => ({
    pattern,
    targets: (Array.isArray(targets) ? targets : [])
      .filter((target) => typeof target === 'string')
      .map((target) => path.posix.join(base ?? directory, target)),
  }));
  return { base, paths: own.length > 0 ? own : (inherited?.paths ?? []) };
}

/** Where something of that name may lie. */
export function underAlias(aliases: Aliases | null, source: string): readonly string[] {
  if (aliases === null || source.startsWith('node:')) return [];
  const named = aliases.paths.flatMap(({ pattern, targets }) => {
    const [before = '', after] = pattern.split('*');
    if (after === undefined) return pattern === source ? targets : [];
    const fits = source.startsWith(before) && source.endsWith(after) && source.length >= pattern.length - 1;
    return fits
      ? targets.map((target) => target.replace('*', source.slice(before.length, source.length - after.length)))
      : [];
  });
  return aliases.base === null ? named : [...named, path.posix.join(aliases.base, source)];
}

/** JSON with comments and commas too many, which an expression of JavaScript may have as well. */
function contentOf(files: Pick<Files, 'read'>, file: string): Readonly<Record<string, unknown>> | null {
  const text = files.read(file);
  if (text === null) return null;
  try {
    return recordOf(plain(parseExpression(text)));
  } catch {
    // It names nothing that can be followed; compilers tell what is wrong with it.
    return {};
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

function plain(node: t.Expression): unknown {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'ArrayExpression') return node.elements.map((one) => plain(one as t.Expression));
  if (node.type !== 'ObjectExpression') return null;
  return Object.fromEntries(
    node.properties.flatMap((one) =>
      one.type === 'ObjectProperty' && one.key.type === 'StringLiteral'
        ? [[one.key.value, plain(one.value as t.Expression)]]
        : [],
    ),
  );
}
