import type { Engines } from '../evaluate/comparisons.ts';
import type { SegmentBody, SegmentItem } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { isSamePersona, joined, NOBODY_SPECIAL, type Persona, personaWith } from './persona.ts';
import { probesOf } from './probes.ts';
import { type BeforeAndAfter, sectionsOf } from './sections.ts';

/** Ways into a segment that are tried, and segments within segments. */
const WAYS = 4;
const DEPTH = 3;
/** Rules that are put together in pairs: the first ones. */
const PAIRED = 12;

/**
 * People made up so that they meet the rules of both configurations: nobody special first, then those whom rules that
 * changed are about, those whom other rules are about, those whom two rules are about, and those who just miss one.
 */
export function personasOf(items: BeforeAndAfter, most: number, engines: Engines): readonly Persona[] {
  const found: Persona[] = [];
  for (const persona of candidates(items, engines)) {
    if (!found.some((known) => isSamePersona(known, persona))) found.push(persona);
    if (found.length === most) break;
  }
  return found;
}

function* candidates(items: BeforeAndAfter, engines: Engines): Generator<Persona> {
  const { all, isNews } = sectionsOf(items);
  const segments = [...items.after, ...items.before].filter((item) => item.kind === 'segment');
  const ways = waysWith({ segments, probes: (clause) => probesOf(clause, isNews, engines) });
  yield NOBODY_SPECIAL;
  const [news, rest] = [all.filter((section) => section.isNews), all.filter((section) => !section.isNews)];
  for (const { clauses } of news) yield* matching(clauses, ways).slice(0, 1);
  for (const { clauses, earlier } of news) yield untaken(matching(clauses, ways), earlier, ways);
  for (const { clauses } of news) yield* [...matching(clauses, ways), ...nearly(clauses, ways)];
  for (const { clauses } of rest) yield* matching(clauses, ways).slice(0, 1);
  yield* pairs(all.slice(0, PAIRED).flatMap(({ clauses }) => matching(clauses, ways).slice(0, 1)));
  for (const { clauses } of rest) yield* [...matching(clauses, ways), ...nearly(clauses, ways)];
}

/** Personas that satisfy a clause, and some that just do not. */
type Ways = (clause: Clause) => { readonly hits: readonly Persona[]; readonly misses: readonly Persona[] };

interface Known {
  /** Of both configurations. */
  readonly segments: readonly SegmentItem[];
  readonly probes: (clause: Clause) => ReturnType<typeof probesOf>;
}

function waysWith(known: Known, depth = DEPTH): Ways {
  const within = depth === 0 ? null : waysWith(known, depth - 1);
  const found = new Map<Clause, ReturnType<Ways>>();
  // Asked for the same clause again and again; patterns are expensive to read.
  return (clause) => {
    const ways = found.get(clause) ?? waysOf(clause, known, within);
    found.set(clause, ways);
    return ways;
  };
}

function waysOf(clause: Clause, { segments, probes }: Known, within: Ways | null): ReturnType<Ways> {
  const { kind = 'user', attribute, operator, values, negate } = clause;
  if (operator !== 'in-segment') {
    const { hits, misses } = probes(clause);
    return {
      hits: hits.map((value) => personaWith(kind, attribute, value)),
      misses: misses.map((value) => personaWith(kind, attribute, value)),
    };
  }
  // Nearly everybody is outside of a segment.
  if (negate || within === null) return { hits: [], misses: [] };
  const bodies = segments.filter(({ key }) => values.includes(key)).map(({ body }) => body);
  return { hits: bodies.flatMap((body) => members(body, within)).slice(0, WAYS), misses: [] };
}

function members({ included, rules }: SegmentBody, ways: Ways): readonly Persona[] {
  return [
    ...rules.flatMap(({ clauses }) => matching(clauses, ways)),
    ...included.flatMap(({ contextKind, keys }) => keys.slice(0, 1).map((key) => personaWith(contextKind, 'key', key))),
  ];
}

/** People who match all clauses, as far as one can tell: one, then the same by another value of one clause. */
function matching(clauses: readonly Clause[], ways: Ways): readonly Persona[] {
  const all = clauses.map((clause) => ways(clause).hits);
  return [
    joined(all.flatMap(([first]) => first ?? [])),
    ...all.flatMap((hits, index) => hits.slice(1).map((hit) => withOther(all, index, hit))),
  ];
}

/** People who match all clauses but one. */
function nearly(clauses: readonly Clause[], ways: Ways): readonly Persona[] {
  const all = clauses.map((clause) => ways(clause).hits);
  return clauses.flatMap((clause, index) =>
    ways(clause)
      .misses.slice(0, 1)
      .map((miss) => withOther(all, index, miss)),
  );
}

/** The same, but such that earlier rules do not take them. */
function untaken(
  [first = NOBODY_SPECIAL]: readonly Persona[],
  earlier: readonly (readonly Clause[])[],
  ways: Ways,
): Persona {
  const misses = earlier.flatMap((clauses) => clauses.flatMap((clause) => ways(clause).misses.slice(0, 1)).slice(0, 1));
  return joined([...misses, first]);
}

/** The first of each clause, but for one of them. */
function withOther(all: readonly (readonly Persona[])[], index: number, other: Persona): Persona {
  return joined([other, ...all.filter((_, i) => i !== index).flatMap(([first]) => first ?? [])]);
}

function* pairs(personas: readonly Persona[]): Generator<Persona> {
  for (const [index, one] of personas.entries())
    for (const other of personas.slice(0, index)) yield joined([one, other]);
}
