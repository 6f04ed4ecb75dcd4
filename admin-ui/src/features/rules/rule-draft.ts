import type { Clause, Scalar } from '@glidepath/core';
import { type ChangeProblem, isSame, problemsOfClauses } from '@glidepath/core/change';
import { isComparison, type OperatorChoice, typeOfValues, type ValueType } from './operator-choices.ts';

/** A clause while it is edited. What was typed and cannot be read stays a text among its values. */
export interface ClauseDraft {
  readonly kind: string;
  readonly attribute: string;
  readonly operator: string;
  readonly type: ValueType;
  readonly values: readonly Scalar[];
  readonly negate: boolean;
}

/** A rule while it is edited; `S` is what it serves: a variation or a split of a flag, a share of a segment. */
export interface RuleDraft<S> {
  /** Stable: new rules get theirs here. */
  readonly id: string;
  readonly name: string;
  readonly clauses: readonly ClauseDraft[];
  readonly serve: S;
}

export const DEFAULT_KIND = 'user';

export const EMPTY_CLAUSE: ClauseDraft = {
  kind: DEFAULT_KIND,
  attribute: '',
  operator: 'in',
  type: 'text',
  values: [],
  negate: false,
};

export function clauseDraftOf({
  kind = DEFAULT_KIND,
  attribute,
  operator,
  values,
  negate = false,
}: Clause): ClauseDraft {
  return { kind, attribute, operator, type: typeOfValues(operator, values), values, negate };
}

/** The clauses that drafts stand for; a saved one stays as it was written where both say the same. */
export function clausesOf(drafts: readonly ClauseDraft[], saved: readonly Clause[]): readonly Clause[] {
  return drafts.map((draft) => saved.find((clause) => isSame(clauseDraftOf(clause), draft)) ?? clauseOf(draft));
}

function clauseOf(draft: ClauseDraft): Clause {
  const { kind, attribute, operator, values, negate } = draft;
  return {
    ...(kind === DEFAULT_KIND ? {} : { kind }),
    attribute: draft.type === 'segment' ? '' : attribute,
    operator,
    values,
    ...(negate ? { negate } : {}),
  };
}

/** Another operator for a clause: its values stay where they are of the type that it takes. */
export function withOperator(draft: ClauseDraft, { operator, type }: OperatorChoice): ClauseDraft {
  if (type === draft.type) {
    const values = isComparison(operator) ? draft.values.slice(0, 1) : draft.values;
    return { ...draft, operator, values };
  }
  const values = isConvertible(draft.type) && isConvertible(type) ? draft.values.map(String) : [];
  const kept = isComparison(operator) ? values.slice(0, 1) : values;
  return { ...draft, operator, type, values: kept.map((value) => readScalar(type, value)) };
}

const CONVERTIBLE: ReadonlySet<ValueType> = new Set(['text', 'pattern', 'number', 'version', 'network', 'instant']);
const isConvertible = (type: ValueType) => CONVERTIBLE.has(type);

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A typed value; a text that is none of its type stays a text, and is told so. */
export function readScalar(type: ValueType, text: string): Scalar {
  switch (type) {
    case 'number':
      return NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true';
    case 'text':
    case 'pattern':
    case 'instant':
    case 'version':
    case 'network':
    case 'segment':
    case 'none':
      return text;
  }
}

/** A problem of a rule; the pointer leads into the rule: `/clauses/0/values/3`. */
export type RuleProblem = Pick<ChangeProblem, 'pointer' | 'detail'>;

/** What is wrong with the conditions of a rule, in the words that the server would use. */
export function problemsOfConditions({ clauses }: Pick<RuleDraft<unknown>, 'clauses'>): readonly RuleProblem[] {
  if (clauses.length === 0)
    return [{ pointer: '/clauses', detail: 'A rule needs a condition. What is for everyone stands below the rules.' }];
  return [
    ...problemsOfClauses(clauses.map(clauseOf), '/clauses', { matches: withinLength }),
    ...clauses.flatMap((clause, index) => problemsOfType(clause, `/clauses/${index}/values`)),
  ];
}

const LONGEST_PATTERN = 256;

/** The server tries the pattern itself; here only its length is known. */
const withinLength = (pattern: string) => {
  if (pattern.length > LONGEST_PATTERN) throw new RangeError('too long');
  return () => false;
};

/** `in` accepts any value, but whoever chose numbers means numbers. */
function problemsOfType({ operator, type, values }: ClauseDraft, pointer: string): readonly RuleProblem[] {
  if (operator === 'in' && type === 'number')
    return values.flatMap((value, index) =>
      typeof value === 'string'
        ? [{ pointer: `${pointer}/${index}`, detail: `${JSON.stringify(value)} is not a number.` }]
        : [],
    );
  return type === 'segment' || type === 'none' || !values.includes('')
    ? []
    : [{ pointer, detail: 'An empty value matches nothing that was meant. Type one, or remove it.' }];
}
