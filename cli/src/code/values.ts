import type * as t from '@babel/types';
import { innerList, innerPath, type Path } from './path.ts';
import type { CodeProject } from './project.ts';
import type { Binding } from './scopes.ts';
import type { Thing } from './sdk.ts';

/** A place in the code. */
export interface Site<T extends t.Node = t.Node> {
  readonly file: string;
  readonly path: Path<T>;
}

/** A text that the code holds, and where it is written. */
export interface Text {
  readonly text: string;
  /** More than one where it is put together. */
  readonly written: readonly Site[];
}

/** What an expression may be, as far as the code alone says it. */
export type Value =
  /** `name`: the member of something that is not known either; null: not even that is known. */
  | { readonly kind: 'unknown'; readonly name: string | null }
  /** `isComplete`: nothing else is possible. */
  | { readonly kind: 'texts'; readonly texts: readonly Text[]; readonly isComplete: boolean }
  | { readonly kind: 'thing'; readonly thing: Thing }
  /** What `defineFlag` answers. */
  | { readonly kind: 'flag'; readonly key: Value; readonly fallback: Site | null; readonly at: Site<t.CallExpression> }
  | { readonly kind: 'function'; readonly at: Site<t.Function> }
  | { readonly kind: 'object'; readonly at: Site<t.ObjectExpression> }
  | { readonly kind: 'array'; readonly at: Site<t.ArrayExpression> }
  | { readonly kind: 'list'; readonly element: Value }
  | { readonly kind: 'class' | 'instance'; readonly at: Site<t.Class> }
  | { readonly kind: 'enum'; readonly at: Site<t.TSEnumDeclaration> }
  /** `passed`: the parameter that is of it. */
  | { readonly kind: 'type'; readonly at: Site<t.TSTypeLiteral | t.TSInterfaceBody>; readonly passed?: Value }
  | { readonly kind: 'module'; readonly file: string }
  /** Something of a package that is none of ours; null: all of it. */
  | { readonly kind: 'outside'; readonly package: string; readonly name: string | null }
  /** `member`: of what is passed there; null: that itself. */
  | {
      readonly kind: 'parameter';
      readonly of: Site<t.Function>;
      readonly index: number;
      readonly member: string | null;
    };

export const UNKNOWN: Value = { kind: 'unknown', name: null };

/** Finds out what code means without running it. */
export interface Evaluator {
  readonly project: CodeProject;
  valueOf(site: Site): Value;
  memberOf(value: Value, name: string): Value;
  exportOf(file: string, name: string): Value;
  /** What declares a name there. */
  bindingOf(site: Site, name: string): Binding | undefined;
  /** What a name means where the site is. */
  valueOfName(site: Site, name: string): Value;
  /** What a function answers. */
  returnOf(site: Site<t.Function>): Value;
  /** Finds something out about a node once; what is asked for while it is being found out is not known. */
  once(what: string, node: t.Node, find: () => Value): Value;
  /** What something is, by its type. */
  valueOfType(site: Site<t.TSType>): Value;
}

/** The same file, another place in it. */
export const at = <T extends t.Node>({ file }: Site, path: Path<T>): Site<T> => ({ file, path });

type OfType<K extends t.Node['type']> = Extract<t.Node, { readonly type: K }>;

export function isSite<K extends t.Node['type']>(site: Site, type: K): site is Site<OfType<K>>;
export function isSite<T extends t.Node>(
  site: Site,
  is: (node: t.Node | null | undefined) => node is T,
): site is Site<T>;
export function isSite(site: Site, is: string | ((node: t.Node) => boolean)): boolean {
  const { node } = site.path;
  return typeof is === 'string' ? node.type === is : is(node);
}

export function child(site: Site, key: string): Site | null {
  const path = innerPath(site.path, key);
  return path === null ? null : at(site, path);
}

export function children(site: Site, key: string): readonly Site[] {
  return innerList(site.path, key).flatMap((path) => (path === null ? [] : [at(site, path)]));
}

/** Of a call. */
export const argumentOf = (site: Site, index: number): Site | null => children(site, 'arguments')[index] ?? null;

/** More combinations than these are nobody's list of flags. */
const MOST_TEXTS = 200;

/** Either of them. */
export function union(values: readonly Value[]): Value {
  const known = values.filter(({ kind }) => kind !== 'unknown');
  const texts = known.flatMap((value) => (value.kind === 'texts' ? value.texts : []));
  if (texts.length > 0) {
    const isComplete = values.every((value) => value.kind === 'texts' && value.isComplete);
    return { kind: 'texts', texts: texts.slice(0, MOST_TEXTS), isComplete: isComplete && texts.length <= MOST_TEXTS };
  }
  return known[0] ?? values[0] ?? UNKNOWN;
}

/** One after the other. */
export function joined(parts: readonly Value[]): Value {
  let whole: readonly Text[] = [{ text: '', written: [] }];
  for (const part of parts) {
    if (part.kind !== 'texts' || !part.isComplete || whole.length * part.texts.length > MOST_TEXTS) return UNKNOWN;
    whole = whole.flatMap((before) =>
      part.texts.map(({ text, written }) => ({ text: before.text + text, written: [...before.written, ...written] })),
    );
  }
  return { kind: 'texts', texts: whole, isComplete: true };
}

export const textAt = (site: Site, text: string): Value => ({
  kind: 'texts',
  texts: [{ text, written: [site] }],
  isComplete: true,
});

/** The only text it may be; null where there is none, or another. */
export function onlyText(value: Value): string | null {
  return value.kind === 'texts' && value.isComplete && value.texts.length === 1 ? (value.texts[0]?.text ?? null) : null;
}
