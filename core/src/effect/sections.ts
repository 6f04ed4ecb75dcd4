import type { Item } from '../model/items.ts';
import type { Clause, Scalar } from '../model/model.ts';

/** Two configurations of the same flags and segments. */
export interface BeforeAndAfter {
  readonly before: readonly Item[];
  readonly after: readonly Item[];
}

/** A rule of a flag or of a segment. */
export interface Section {
  readonly clauses: readonly Clause[];
  /** Whether only one of the configurations has it like this. */
  readonly isNews: boolean;
}

export interface Sections {
  /** Those that changed come first. */
  readonly all: readonly Section[];
  /** Whether rules that changed name a value in one configuration only. */
  isNews(value: Scalar): boolean;
}

type Rules = ReadonlyMap<string, readonly Clause[]>;

export function sectionsOf({ before, after }: BeforeAndAfter): Sections {
  const was = rulesIn(before);
  const is = rulesIn(after);
  const added = without(is, was);
  const gone = without(was, is);
  const values = { added: valuesIn(added), gone: valuesIn(gone) };
  const kept = [...is].filter(([text]) => was.has(text)).map(([, clauses]) => clauses);
  return {
    all: [
      ...[...added, ...gone].map((clauses) => ({ clauses, isNews: true })),
      ...kept.map((clauses) => ({ clauses, isNews: false })),
    ],
    isNews: (value) => values.added.has(value) !== values.gone.has(value),
  };
}

function rulesIn(items: readonly Item[]): Rules {
  return new Map(
    items.flatMap(({ kind, key, body }) =>
      body.rules.map((rule): [string, readonly Clause[]] => [`${kind} ${key} ${JSON.stringify(rule)}`, rule.clauses]),
    ),
  );
}

function without(some: Rules, others: Rules): readonly (readonly Clause[])[] {
  return [...some].filter(([text]) => !others.has(text)).map(([, clauses]) => clauses);
}

function valuesIn(rules: readonly (readonly Clause[])[]): ReadonlySet<Scalar> {
  return new Set(rules.flatMap((clauses) => clauses.flatMap(({ values }) => values)));
}
