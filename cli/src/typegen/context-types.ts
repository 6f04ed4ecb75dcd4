import type { Clause } from '@glidepath/core';
import { propertyName, textLiteral } from './literals.ts';

/** Attributes by kind of context, each with the types that rules compare it with. */
type Kinds = Map<string, Map<string, Set<string>>>;

const NAMED_ANYWAY: ReadonlySet<string> = new Set(['key', 'anonymous', 'kind']);

/**
 * Types of contexts by the attributes that rules use. Others are allowed, for somebody has to send them before a rule
 * can name them; what is named must have the type that rules expect.
 */
export function contextTypes(clauses: readonly Clause[]): string {
  const kinds = kindsIn(clauses);
  const names = [...kinds.keys()].sort();
  const bodies = names.map((kind) => `  readonly ${propertyName(kind)}: ${bodyOf(kinds.get(kind) ?? new Map())};`);
  const singles = names.map(
    (kind) =>
      `(ContextKinds[${textLiteral(kind)}] & { readonly kind${kind === 'user' ? '?' : ''}: ${textLiteral(kind)} })`,
  );
  return [
    '/** What rules ask of contexts, by kind. */',
    'export interface ContextKinds {',
    ...bodies,
    '}',
    '',
    `export type ContextSchema = ${[...singles, "({ readonly [K in keyof ContextKinds]?: ContextKinds[K] } & { readonly kind?: 'multi' })"].join(' | ')};`,
    '',
  ].join('\n');
}

function kindsIn(clauses: readonly Clause[]): Kinds {
  const kinds: Kinds = new Map([['user', new Map()]]);
  for (const { kind = 'user', attribute, operator, values } of clauses) {
    if (operator === 'in-segment') continue;
    const attributes = kinds.get(kind) ?? new Map<string, Set<string>>();
    kinds.set(kind, attributes);
    const name = topOf(attribute);
    if (NAMED_ANYWAY.has(name)) continue;
    const types = attributes.get(name) ?? new Set<string>();
    attributes.set(name, types);
    for (const type of name === attribute ? typesOf(operator, values) : ['object']) types.add(type);
  }
  return kinds;
}

/** The first name of a path such as `/address/city`. */
function topOf(attribute: string): string {
  if (!attribute.startsWith('/')) return attribute;
  const [, top = ''] = attribute.split('/');
  return top.replaceAll('~1', '/').replaceAll('~0', '~');
}

function typesOf(operator: string, values: Clause['values']): readonly string[] {
  if (operator === 'exists') return [];
  if (operator === 'before' || operator === 'after') return ['number', 'string'];
  return values.map((value) => typeof value);
}

function bodyOf(attributes: ReadonlyMap<string, ReadonlySet<string>>): string {
  const named = [...attributes.keys()].sort().map((name) => {
    const types = [...(attributes.get(name) ?? [])].sort();
    return `readonly ${propertyName(name)}?: ${types.length === 0 ? 'unknown' : withLists(types)}`;
  });
  const always = ['readonly key?: string | number | null', 'readonly anonymous?: boolean'];
  return `{ ${[...always, ...named, 'readonly [attribute: string]: unknown'].join('; ')} }`;
}

/** A clause holds where any element of a list does. */
function withLists(types: readonly string[]): string {
  const one = types.join(' | ');
  return `${one} | readonly (${one})[] | null`;
}
