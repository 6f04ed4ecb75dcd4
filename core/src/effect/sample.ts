import type { Engines } from '../evaluate/comparisons.ts';
import type { ContextInput } from '../model/context.ts';
import type { Item } from '../model/items.ts';
import type { BucketBy } from '../model/model.ts';
import { namedIn } from './named.ts';
import { isOnePerson, isSamePersona, type Persona, personaWith, put } from './persona.ts';
import { personasOf } from './personas.ts';
import type { BeforeAndAfter } from './sections.ts';

export interface SampleOptions {
  /** About so many contexts; 4,096 unless given. Fewer where each of them costs a lot. */
  readonly size?: number;
  readonly engines?: Engines;
}

const SIZE = 4_096;
const PERSONAS = 64;
/** So many numbers deal people into buckets evenly enough to see a percentage. */
const NUMBERS = 64;
const NAMED = 512;
/** Bodies of all contexts together: each of them has one of every kind that anything asks for. */
const BODIES = 65_536;
/** Values that all contexts together are compared with; to try a pattern takes as long as to compare so many others. */
const COMPARISONS = 4_000_000;
const PATTERN = 16;

/**
 * Contexts of people who are made up, always the same ones: some for each value that the rules of either configuration
 * ask for, with many keys each, so that percentages show, and those who are named one by one, first where lists differ.
 */
export function sampleContexts(
  items: BeforeAndAfter,
  { size = SIZE, engines = {} }: SampleOptions = {},
): readonly ContextInput[] {
  const personas = personasOf(items, Math.max(1, Math.min(PERSONAS, Math.floor(size / NUMBERS))), engines);
  const all = [...items.before, ...items.after];
  const bys = bysIn(all);
  const possible = namedIn(items)
    .slice(0, Math.min(NAMED, size))
    .filter((one) => !personas.some((persona) => isSamePersona(persona, one)));
  const kinds = kindsOf([...personas, ...possible], bys);
  const affordable = Math.min(size, Math.floor(BODIES / kinds.length), Math.floor(COMPARISONS / comparisonsIn(all)));
  const named = possible.slice(0, affordable);
  const numbers = Math.max(1, Math.floor((affordable - named.length) / personas.length));
  return [
    ...personas.flatMap((persona) =>
      Array.from({ length: isOnePerson(persona) ? 1 : numbers }, (_, number) => contextOf(persona, number, kinds, bys)),
    ),
    ...named.map((persona, number) => contextOf(persona, number, kinds, bys)),
  ];
}

/** At least one; a set of values is asked once for all of them. */
function comparisonsIn(items: readonly Item[]): number {
  let comparisons = 1;
  for (const { operator, values } of items.flatMap(({ body }) => body.rules.flatMap(({ clauses }) => clauses))) {
    if (operator === 'matches') comparisons += PATTERN * values.length;
    else comparisons += operator === 'in' ? 1 : values.length;
  }
  return comparisons;
}

/** Everybody has a key of every kind. */
function contextOf(persona: Persona, number: number, kinds: readonly string[], bys: readonly BucketBy[]): ContextInput {
  const bodies = new Map(kinds.map((kind): [string, Record<string, unknown>] => [kind, { key: `${kind}-${number}` }]));
  for (const { contextKind, attribute } of bys) {
    if (attribute === 'key') continue;
    for (const trait of personaWith(contextKind, attribute, `${attribute}-${number}`).values())
      put(bodies.get(contextKind) ?? {}, trait.path, trait.value);
  }
  for (const { contextKind, path, value } of persona.values()) put(bodies.get(contextKind) ?? {}, path, value);
  return kinds.length === 1 ? bodies.get('user') : { kind: 'multi', ...Object.fromEntries(bodies) };
}

/** What splits and shares deal people by, other than the key of the user. */
function bysIn(items: readonly Item[]): readonly BucketBy[] {
  const bys = items.flatMap(({ kind, body }) => {
    if (kind === 'segment') return body.rules.map((rule) => rule.by);
    return [body.fallthrough, ...body.rules.map(({ serve }) => serve)].map((serve) =>
      'split' in serve ? serve.split.by : undefined,
    );
  });
  return bys.filter((by) => by !== undefined);
}

function kindsOf(personas: readonly Persona[], bys: readonly BucketBy[]): readonly string[] {
  const traits = personas.flatMap((persona) => [...persona.values()]);
  return [...new Set(['user', ...[...traits, ...bys].map(({ contextKind }) => contextKind)])];
}
