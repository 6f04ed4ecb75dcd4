import type { RolloutView } from '@glidepath/server/api-types';
import { verdictWords } from './gate-words.ts';
import { rolloutMessages } from './messages.ts';
import { type State, stageName } from './rollout-state.ts';

const m = rolloutMessages.evidence;

export function takenBack(state: State): boolean {
  return state === 'rolled-back' || state === 'rolling-back';
}

/** `Rolled back at 02:51:07 UTC: p95 612 ms, limit 500 ms. 3,100 people affected in 20,400 guarded executions.` */
export function backSentence(rollout: RolloutView): string {
  const { evidence, plan, cause, endedAt } = rollout;
  const at = evidence?.at ?? endedAt;
  const when = at === null ? rolloutMessages.states['rolling-back'] : m.at(new Date(at).toISOString().slice(11, 19));
  const because = evidence === null ? (cause?.reason ?? '') : whyOf(rollout);
  const stage = evidence === null ? undefined : plan.stages[evidence.stage];
  return [
    `${when}${because === '' ? '' : `: ${because}`}.`,
    ...(evidence === null ? [] : [m.affected(evidence, plan.control)]),
    ...(stage === undefined || evidence === null ? [] : [m.atStage(evidence.stage + 1, stageName(stage))]),
  ].join(' ');
}

/** Metric, value, range and limit of what failed; the cause in words where no gate did. */
function whyOf({ evidence, plan }: RolloutView): string {
  const failing = evidence?.verdicts.filter(({ kind }) => kind === 'fail') ?? [];
  const words = failing.map((verdict) =>
    verdictWords(
      plan.gates.find(({ id }) => id === verdict.gate),
      verdict,
    ),
  );
  return words.length === 0 ? (evidence?.cause.reason ?? '') : words.join('; ');
}
