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
  /** What the rules before it ask. */
  readonly earlier: readonly (readonly Clause[])[];
  /** Whether only one of the configurations has it like this. */
  readonly isNews: boolean;
}

export interface Sections {
  /** Those that changed come first. */
  readonly all: readonly Section[];
  /** Whether rules that changed name a value in one configuration only. */
  isNews(value: Scalar): boolean;
}

/** So many of the rules before it are looked at. */
const EARLIER = 20;

type Rules = ReadonlyMap<string, Omit<Section, 'isNews'>>;

export function sectionsOf({ before, after }: BeforeAndAfter): Sections {
  const was = rulesIn(before);
  const is = rulesIn(after);
  const added = without(is, was);
  const gone = without(was, is);
  const values = { added: valuesIn(added), gone: valuesIn(gone) };
  const kept = [...is].filter(([text]) => was.has(text)).map(([, rule]) => rule);
  return {
    all: [
      ...[...added, ...gone].map((rule) => ({ ...rule, isNews: true })),
      ...kept.map((rule) => ({ ...rule, isNews: false })),
    ],
    isNews: (value) => values.added.has(value) !== values.gone.has(value),
  };
}

function rulesIn(items: readonly Item[]): Rules {
  return new Map(
    items.flatMap(({ kind, key, body }) => {
      const rules: readonly { readonly clauses: readonly Clause[] }[] = body.rules;
      const all = rules.map(({ clauses }) => clauses);
      return rules.map((rule, index) => {
        const earlier = all.slice(Math.max(0, index - EARLIER), index);
        return [`${kind} ${key} ${JSON.stringify(rule)}`, { clauses: rule.clauses, earlier }] as const;
      });
    }),
  );
}

function without(some: Rules, others: Rules): readonly Omit<Section, 'isNews'>[] {
  return [...some].filter(([text]) => !others.has(text)).map(([, rule]) => rule);
}

function valuesIn(rules: readonly Pick<Section, 'clauses'>[]): ReadonlySet<Scalar> {
  return new Set(rules.flatMap(({ clauses }) => clauses.flatMap(({ values }) => values)));
}
