import { conditions as inWords } from '../change/phrases.ts';
import { listed } from '../change/words.ts';
import type { Engines } from '../evaluate/comparisons.ts';
import type { Clause, SegmentConfig } from '../model/model.ts';
import { type Atom, cutAt, type Interval } from './atoms.ts';
import { type Condition, conditionOf, narrowed, needsPresence, opposite } from './condition.ts';
import { type Budget, type Conjunction, conjunctionOf, contradictionIn, implies } from './conjunction.ts';
import type { RuleRef, UnreachableRule } from './effect.ts';
import { membershipOf, type Segments } from './membership.ts';

interface RuleLike {
  readonly id: string;
  readonly clauses: readonly Clause[];
}

export interface Surrounding {
  /** What the segments hold that the rules name; they are taken as unknown without. */
  readonly segments?: ReadonlyMap<string, SegmentConfig>;
  /** Tries patterns against listed values. */
  readonly engines?: Engines;
}

/** Comparisons for all rules together, of each with the earlier ones, and of its cases: some tens of milliseconds each. */
const BUDGET = 4_000_000;
const BUDGET_OF_CASES = 500_000;
/** What cases of one rule are worth. */
const MOST_FOR_CASES = 50_000;
/** How often a rule is taken apart into cases. */
const DEPTH = 2;

/**
 * Rules that decide for nobody, whatever the context: earlier rules take everyone who matches, or nobody can match.
 * Never names a rule that some context reaches; may fail to name one that none does.
 */
export function unreachableRules(
  rules: readonly RuleLike[],
  { segments = new Map(), engines = {} }: Surrounding = {},
): readonly UnreachableRule[] {
  const read = rules.map(({ clauses }) => clauses.map((clause) => conditionOf(clause, engines)));
  const memberships = membershipOf(segments, engines);
  return rules.flatMap(({ id, clauses }, ruleIndex) => {
    const search: Search = {
      earlier: read.slice(0, ruleIndex),
      memberships,
      budget: { left: BUDGET / rules.length },
    };
    const all = conjunctionOf(read[ruleIndex] ?? [], search.budget);
    const budget = { left: Math.min(MOST_FOR_CASES, BUDGET_OF_CASES / rules.length) };
    const cover = coverOf(all, search, 0) ?? coverOf(all, { ...search, budget }, DEPTH);
    if (cover === null) return [];
    const because = [...cover]
      .sort((a, b) => a - b)
      .map((index) => ({ ruleId: rules[index]?.id ?? '', ruleIndex: index }));
    const why = because.length === 0 ? whyNobody(all, clauses) : whyTaken(because);
    return [{ ruleId: id, ruleIndex, because, why }];
  });
}

function whyTaken(because: readonly RuleRef[]): string {
  const numbers = because.map(({ ruleIndex }) => String(ruleIndex + 1));
  return `Whoever matches it is taken by rule${numbers.length > 1 ? 's' : ''} ${listed(numbers, 'and')} before.`;
}

function whyNobody(all: Conjunction, clauses: readonly Clause[]): string {
  const against = contradictionIn(all)?.map(({ clause }) => clause) ?? clauses;
  return `Nobody can match it: ${inWords(against).slice('if '.length)} is impossible.`;
}

interface Search {
  readonly earlier: readonly (readonly Condition[])[];
  readonly memberships: Segments;
  readonly budget: Budget;
}

/** Indexes of rules that together take everyone; empty where there is nobody; null where somebody may be left over. */
function coverOf(all: Conjunction, search: Search, depth: number): ReadonlySet<number> | null {
  if (search.budget.left < 0) return null;
  if (contradictionIn(all) !== null) return new Set();
  const single = search.earlier.findIndex((rule) => isTaken(all, rule, search));
  if (single >= 0) return new Set([single]);
  if (depth === 0) return null;
  for (const cases of casesOf(all, search)) {
    if (search.budget.left < 0) return null;
    const cover = coverOfAll(cases, search, depth - 1);
    if (cover !== null) return cover;
  }
  return null;
}

function coverOfAll(cases: Iterable<Conjunction>, search: Search, depth: number): ReadonlySet<number> | null {
  const together = new Set<number>();
  for (const one of cases) {
    const cover = coverOf(one, search, depth);
    if (cover === null) return null;
    for (const index of cover) together.add(index);
  }
  return together;
}

function isTaken(all: Conjunction, rule: readonly Condition[], { budget, memberships }: Search): boolean {
  budget.left -= 1 + all.length;
  return (
    budget.left > 0 && rule.every((wanted) => implies(all, wanted, budget) || memberships.includes(all, wanted, budget))
  );
}

/** Ways to take a conjunction apart into cases, at least one of which holds for whoever matches it. */
function* casesOf(all: Conjunction, search: Search): Generator<Iterable<Conjunction>> {
  for (const condition of all) {
    // Nothing is ruled out anew by looking at fewer values, so the others stay as they are.
    const others = all.filter((other) => other !== condition);
    if (hasParts(condition)) yield map(partsOf(condition, search), (part) => [...others, part]);
    const members = search.memberships.casesOf(condition);
    if (members !== null) yield map(members, (known) => conjunctionOf([...all, ...known], search.budget));
  }
  for (const question of questionsIn(all, search))
    yield map([question, opposite(question)], (answer) => conjunctionOf([...all, answer], search.budget));
}

/** One after the other: most ways fail with their first case. */
function* map<T, R>(values: Iterable<T>, change: (value: T) => R): Generator<R> {
  for (const value of values) yield change(value);
}

function hasParts({ negate, segments, atoms: [first, ...more] }: Condition): boolean {
  return !negate && (segments.length > 1 || more.length > 0 || first?.kind === 'interval');
}

function* partsOf(condition: Condition, { earlier }: Search): Generator<Condition> {
  for (const segment of condition.segments) yield { ...condition, segments: [segment] };
  for (const atom of condition.atoms) {
    const parts: readonly Atom[] =
      atom.kind === 'interval' ? cutAt(atom, intervalsAt(condition.place, earlier)) : [atom];
    for (const part of parts) yield narrowed(condition, [part]);
  }
}

function intervalsAt(place: string, earlier: Search['earlier']): readonly Interval[] {
  return earlier
    .flat()
    .filter((condition) => condition.place === place)
    .flatMap(({ atoms }) => atoms.filter((atom) => atom.kind === 'interval'));
}

/** What earlier rules ask and these leave open, once each: either it holds or its opposite does. */
function* questionsIn(all: Conjunction, { earlier, budget }: Search): Generator<Condition> {
  const asked = new Set(all.map(({ question }) => question));
  const present = new Set(all.filter(needsPresence).map(({ place }) => place));
  for (const rule of earlier)
    for (const condition of rule) {
      budget.left -= 1;
      const isEither = condition.on !== 'other' && (condition.on !== 'value' || present.has(condition.place));
      if (!isEither || asked.has(condition.question)) continue;
      asked.add(condition.question);
      yield condition;
    }
}
