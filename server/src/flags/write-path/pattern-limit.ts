import type { Clause } from '@glidepath/core';
import type { ChangeProblem, EnvironmentView, Touched } from '@glidepath/core/change';

/** As many patterns as one change may have compiled: each can take a millisecond, in which nobody else is served. */
const MOST_PATTERNS = 500;

/** Refuses more regular expressions in the touched flags and segments than can be compiled while others wait. */
export function problemsOfPatterns({ flags, segments }: EnvironmentView, touched: Touched): readonly ChangeProblem[] {
  const documents = [
    ...touched.flags.map((key) => ({ pointer: `/flags/${key}`, rules: flags.get(key)?.config.rules })),
    ...touched.segments.map((key) => ({ pointer: `/segments/${key}`, rules: segments.get(key)?.config.rules })),
  ];
  let patterns = 0;
  for (const { pointer, rules = [] } of documents) {
    for (const { clauses } of rules) patterns += patternsIn(clauses);
    if (patterns > MOST_PATTERNS) return [tooMany(pointer)];
  }
  return [];
}

function patternsIn(clauses: readonly Clause[]): number {
  return clauses.reduce((sum, { operator, values }) => sum + (operator === 'matches' ? values.length : 0), 0);
}

function tooMany(pointer: string): ChangeProblem {
  const detail =
    `There are more than ${MOST_PATTERNS} regular expressions in what this change touches. ` +
    'Join some of them by "|", use other operators, or change less at once.';
  return { code: 'limit', pointer, detail };
}
