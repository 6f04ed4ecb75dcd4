import { BUCKETS } from '@glidepath/core';
import type { EvaluationView } from '@glidepath/server/api-types';
import { playgroundMessages } from './messages.ts';
import { type RolloutTrace, reasonOf, stepsOf, type TraceStep } from './trace.ts';

const m = playgroundMessages.result;

/** What somebody gets and why, in one sentence. `ruleNames`: of the configuration that was evaluated, in order. */
export function resultSentence(evaluation: EvaluationView, ruleNames: readonly string[]): string {
  return m.sentence(evaluation.variation, becauseOf(evaluation, ruleNames));
}

/** Why somebody gets what they get: `rule 2 matched and the hash 0.1847 ≥ 0.10`. */
export function becauseOf(evaluation: EvaluationView, ruleNames: readonly string[]): string {
  const reason = reasonOf(evaluation);
  switch (reason.kind) {
    case 'OFF':
      return m.because.off;
    case 'KILLED':
      return m.because.killed;
    case 'TARGET_MATCH':
      return m.because.target(reason.contextKind);
    case 'RULE_MATCH':
      return m.because.rule(reason.ruleIndex + 1, ruleNames[reason.ruleIndex] ?? '') + hashWords(evaluation);
    case 'FALLTHROUGH':
      return (hasRules(evaluation) ? m.because.noRule : m.because.everyone) + hashWords(evaluation);
    case 'PREREQUISITE_FAILED':
      return m.because.prerequisite(reason.prerequisiteKey);
    case 'ERROR':
      return reason.message;
  }
}

function hasRules(evaluation: EvaluationView): boolean {
  return stepsOf(evaluation).some(({ kind }) => kind === 'rule');
}

/** Nothing where one variation is served to all. */
function hashWords(evaluation: EvaluationView): string {
  const reason = reasonOf(evaluation);
  if (!('rollout' in reason) || reason.rollout === undefined) return '';
  if (reason.rollout === null) return m.because.bucketless;
  const rollout = stepsOf(evaluation)
    .map(rolloutOf)
    .find((one) => one !== null);
  return rollout ? m.because.hash(fractionOf(rollout.bucket), rangeWords(rollout)) : '';
}

/** Of the step that decided: the others reached no split. */
function rolloutOf(step: TraceStep): RolloutTrace | null {
  return step.kind === 'rule' || step.kind === 'fallthrough' ? (step.rollout ?? null) : null;
}

/** The range that holds a hash, as a comparison: `< 0.10`, `≥ 0.10`, `≥ 0.10 and < 0.25`. */
export function rangeWords({ from, to }: Pick<RolloutTrace, 'from' | 'to'>): string {
  if (from === 0 && to === BUCKETS) return '< 1.00';
  if (from === 0) return `< ${fractionOf(to)}`;
  if (to === BUCKETS) return `≥ ${fractionOf(from)}`;
  return `≥ ${fractionOf(from)} and < ${fractionOf(to)}`;
}

/** Buckets as an exact fraction of all, with two decimals at least: 18470 → `0.1847`, 10000 → `0.10`. */
export function fractionOf(buckets: number): string {
  if (buckets === BUCKETS) return '1.00';
  const decimals = String(buckets)
    .padStart(5, '0')
    .replace(/0{1,3}$/, '');
  return `0.${decimals}`;
}
