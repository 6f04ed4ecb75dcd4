import { operatorOf } from '../evaluate/operator-words.ts';
import type {
  BucketBy,
  Clause,
  MemberList,
  Prerequisite,
  Scalar,
  SegmentRule,
  Serve,
  Weights,
} from '../model/model.ts';
import type { ServeInput } from './instructions.ts';
import { code, listed, oneOf, percent, someOf } from './words.ts';

/** What is served, and to whom: `on` to everyone else; `on` to 25 % and `off` to 75 % of everyone else. */
export function servingTo(serve: Serve | ServeInput, whom: string): string {
  if ('variation' in serve) return `${code(serve.variation)} to ${whom}`;
  return `${shares(serve.split.weights)} of ${whom}${splitBy(serve.split.by)}`;
}

/** What is served: `on`; `on` to 25 % and `off` to 75 %. `order`: keys of the flag's variations. */
export function serving(serve: Serve | ServeInput, order: readonly string[] = []): string {
  if ('variation' in serve) return code(serve.variation);
  return `${shares(serve.split.weights, order)}${splitBy(serve.split.by)}`;
}

function shares(weights: Weights, order: readonly string[] = []): string {
  const inOrder = Object.entries(weights).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const parts = inOrder.map(([variation, weight]) => `${code(variation)} to ${percent(weight)}`);
  return listed(parts, 'and');
}

function splitBy(by: BucketBy | undefined): string {
  return by === undefined ? '' : `, split by ${attribute(by.attribute, by.contextKind)}`;
}

/** Whom a rule of a segment takes in: takes 25 % of everyone if …, split by … */
export function taking({ share, by, clauses }: Pick<SegmentRule, 'share' | 'by' | 'clauses'>): string {
  const whom = share === undefined ? 'takes everyone' : `takes ${percent(share)} of everyone`;
  const among = clauses.length === 0 ? whom : `${whom} ${conditions(clauses)}`;
  return share === undefined ? among : `${among}${splitBy(by)}`;
}

/** `country` is one of `DE` or `AT`, and …; nothing for clauses that everybody matches. */
export function conditions(clauses: readonly Clause[]): string {
  return clauses.length === 0 ? 'for everyone' : `if ${listed(clauses.map(condition), 'and')}`;
}

function condition({ kind = 'user', attribute: name, operator, values, negate = false }: Clause): string {
  const subject = operator === 'in-segment' ? `the ${kind}` : attribute(name, kind);
  const object =
    values.length === 0 ? '' : ` ${values.length > 5 ? someOf(values.map(shown), 5) : oneOf(values.map(shown))}`;
  return `${subject} ${describeOperator(operator, negate)}${object}`;
}

/** How an operator reads between attribute and values: `is one of`, negated `is not one of`. */
export function describeOperator(operator: string, negate: boolean): string {
  const words = operatorOf(operator);
  if (words === undefined) return negate ? `not ${operator}` : operator;
  return negate ? words.negated : words.label;
}

function attribute(name: string, kind: string): string {
  return kind === 'user' ? code(name) : `${code(name)} of the ${kind}`;
}

function shown(value: Scalar): string {
  return String(value);
}

/** user `u1`, `u2` and 5 more */
export function keysOf({ contextKind, keys }: MemberList): string {
  return `${contextKind} ${someOf(keys, 3)}`;
}

/** flag `payments` to serve `on`, and flag … */
export function needs(prerequisites: readonly Prerequisite[]): string {
  const parts = prerequisites.map(({ flag, variations }) => `flag ${code(flag)} to serve ${oneOf(variations)}`);
  return listed(parts, 'and');
}
