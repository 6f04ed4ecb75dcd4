import type { Engines } from '../evaluate/comparisons.ts';
import { operatorOf, operators, problemsOfValues } from '../evaluate/operator-words.ts';
import { KIND_PATTERN } from '../model/keys.ts';
import { LIMITS } from '../model/limits.ts';
import type { Clause, Scalar } from '../model/model.ts';
import type { ChangeProblem } from './problem.ts';
import { code, grouped, oneOf } from './words.ts';

/** Browsers bring no engine: there a pattern is taken as it is, and the server tries it. */
const takeAnyPattern = () => () => false;

/** What is wrong with clauses by themselves: whether the segments exist that they name is another question. */
export function problemsOfClauses(
  clauses: readonly Clause[],
  pointer: string,
  engines: Engines = {},
): readonly ChangeProblem[] {
  if (clauses.length > LIMITS.clausesPerRule) {
    const detail = `There are ${clauses.length} clauses. At most ${LIMITS.clausesPerRule} are allowed: use a segment.`;
    return [{ code: 'limit', pointer, detail }];
  }
  return clauses.flatMap((clause, index) => problemsOfClause(clause, `${pointer}/${index}`, engines));
}

function problemsOfClause(
  { kind, attribute, operator, values }: Clause,
  at: string,
  engines: Engines,
): ChangeProblem[] {
  const needsAttribute = operatorOf(operator)?.on !== 'segments';
  return [
    ...(kind === undefined ? [] : problemsOfContextKind(kind, `${at}/kind`)),
    ...(needsAttribute && attribute === ''
      ? [{ code: 'invalid', pointer: `${at}/attribute`, detail: 'Name the attribute to look at.' } as const]
      : []),
    ...problemsOfOperator(operator, values, at, engines),
  ];
}

function problemsOfOperator(
  operator: string,
  values: readonly Scalar[],
  at: string,
  engines: Engines,
): readonly ChangeProblem[] {
  if (operatorOf(operator) === undefined) {
    const detail = `There is no operator ${code(operator)}. Use ${oneOf(Object.keys(operators))}.`;
    return [{ code: 'unknown-operator', pointer: `${at}/operator`, detail }];
  }
  if (values.length > LIMITS.valuesPerClause) {
    const detail = `There are ${grouped(values.length)} values. At most ${grouped(LIMITS.valuesPerClause)} are allowed: use a segment.`;
    return [{ code: 'limit', pointer: `${at}/values`, detail }];
  }
  return problemsOfValues(operator, values, { matches: takeAnyPattern, ...engines }).map(({ index, detail }) => ({
    code: 'invalid',
    pointer: index === null ? `${at}/values` : `${at}/values/${index}`,
    detail,
  }));
}

export function problemsOfContextKind(contextKind: string, pointer: string): readonly ChangeProblem[] {
  if (KIND_PATTERN.test(contextKind) && contextKind !== 'kind' && contextKind !== 'multi') return [];
  const detail = `${code(contextKind)} is no kind of context. Use letters, digits, dot, underscore or hyphen, such as ${code('user')}.`;
  return [{ code: 'invalid', pointer, detail }];
}
