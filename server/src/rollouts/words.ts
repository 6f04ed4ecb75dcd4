import type { Stage } from './plan.ts';
import { type Cause, exposureOf, type Rollout } from './rollout.ts';

const MINUTE_MS = 60_000;

/** Share of the split that has the released variation, in percent. */
export function percentOf(rollout: Rollout): number {
  const exposure = exposureOf(rollout);
  return (exposure === null ? bucketsBefore(rollout) : exposure.buckets) / 1_000;
}

function bucketsBefore({ plan, before }: Rollout): number {
  if ('variation' in before) return before.variation === plan.variation ? 100_000 : 0;
  const { weights } = before.split;
  return Object.hasOwn(weights, plan.variation) ? (weights[plan.variation] ?? 0) : 0;
}

/** Whom a stage adds, in words. */
function wordsOfStage(stage: Stage): string {
  return stage.kind === 'percent' ? `${stage.percent} %` : `segment ${stage.segment}`;
}

/** What comes next, in words, and the time that its bake is still to last; null once nothing does. */
export function comingOf({ plan, state }: Rollout): { readonly what: string; readonly openMs: number | null } | null {
  switch (state.kind) {
    case 'completed':
    case 'rolled-back':
    case 'aborted':
      return null;
    case 'rolling-back':
      return { what: 'rolled back', openMs: null };
    case 'waiting':
      return { what: nameOf(plan.stages[0]), openMs: null };
    case 'running':
    case 'awaiting-approval':
    case 'paused':
    case 'holding': {
      const { stage, bakedMs } = state.progress;
      const bakeMs = (plan.stages[stage]?.bakeMinutes ?? 0) * MINUTE_MS;
      const openMs = state.kind === 'running' ? Math.max(0, bakeMs - bakedMs) : null;
      return { what: nameOf(plan.stages[stage + 1]), openMs };
    }
  }
}

function nameOf(stage: Stage | undefined): string {
  return stage === undefined ? 'completed' : wordsOfStage(stage);
}

/** What a rollout does now, why, and who has the variation: one sentence. */
export function sentenceOf(
  rollout: Rollout,
  { flag, environment }: { readonly flag: string; readonly environment: string },
): string {
  const { plan, state } = rollout;
  const subject = `\`${plan.variation}\` of \`${flag}\` in ${environment}`;
  const reach = reachOf(rollout);
  switch (state.kind) {
    case 'waiting':
      return `The release of ${subject} waits to begin.`;
    case 'running':
      return `${subject} is being released: ${reach}.`;
    case 'awaiting-approval':
      return `The release of ${subject} waits for an approval: ${reach}.`;
    case 'holding':
      return `The release of ${subject} holds (${state.cause.reason}): ${reach}.`;
    case 'paused':
      return `The release of ${subject} is paused (${state.cause.reason}): ${reach}.`;
    case 'rolling-back':
      return `The release of ${subject} is being rolled back (${state.cause.reason}).`;
    case 'rolled-back':
      return `The release of ${subject} was rolled back (${state.cause.reason}): everybody has what they had before.`;
    case 'completed':
      return `${subject} is released to everybody.`;
    case 'aborted':
      return `The release of ${subject} was stopped (${state.cause.reason}): nobody gets anything else by it.`;
  }
}

function reachOf(rollout: Rollout): string {
  const segments = exposureOf(rollout)?.segments ?? [];
  const percent = percentOf(rollout);
  const parts = [...segments.map((segment) => `segment ${segment}`), ...(percent > 0 ? [`${percent} %`] : [])];
  return `${parts.join(' and ') || 'nobody'} ${parts.length > 1 ? 'have' : 'has'} it`;
}

/** What ends each cause of holding. */
const AWAITED = {
  person: 'somebody',
  gate: 'its gates to pass',
  'sample-ratio': 'arms of the configured size',
  'no-data': 'data',
  'provider-error': 'an answer of its source',
  samples: 'more data',
  signal: 'somebody to decide',
  freeze: 'the end of the freeze',
  incident: 'the end of the incident',
  requires: 'other rollouts',
  checklist: 'its checklist',
  approval: 'an approval',
  kill: 'the end of the kill',
  'turned-off': 'the flag to be on',
  edit: 'somebody to decide',
  refused: 'the change to be possible',
} as const satisfies Record<Cause['kind'], string>;

/** What a rollout that holds waits for: “data (p95: no durations were measured)”. */
export function awaitedBy({ kind, reason }: Cause): string {
  return `${AWAITED[kind]} (${reason})`;
}
