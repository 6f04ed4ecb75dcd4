import type { Gate, Verdict } from '../gates/gate.ts';
import type { ReleasePlan } from './plan.ts';

/** What a gate's verdict leads to, in words; null while it says nothing bad. */
export function consequenceOf(gate: Gate, verdict: Verdict | null, onFailure: ReleasePlan['onFailure']): string | null {
  if (verdict === null) return null;
  if (gate.role === 'dry-run') return verdict.kind === 'pass' ? null : 'It is only shown.';
  switch (verdict.kind) {
    case 'pass':
      return null;
    case 'fail':
      if (gate.role === 'signal') return 'The rollout pauses before its next stage.';
      return onFailure === 'roll-back' ? 'The rollout is rolled back.' : 'The rollout pauses.';
    case 'inconclusive':
      return 'The rollout holds until there are enough data.';
    case 'provider-error':
      return gate.onNoData === 'ignore' ? 'Nothing: it is ignored.' : 'The rollout holds until its source answers.';
    case 'no-data':
      return withoutData(gate);
  }
}

function withoutData({ onNoData, windowMinutes }: Gate): string {
  switch (onNoData) {
    case 'ignore':
      return 'Nothing: it is ignored.';
    case 'hold':
      return 'The rollout holds until data come.';
    case 'pause':
      return `The rollout holds, and pauses after ${windowMinutes} minutes without data.`;
    case 'roll-back':
      return `The rollout holds, and is rolled back after ${windowMinutes} minutes without data.`;
  }
}
