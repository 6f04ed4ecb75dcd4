import type { RolloutView } from '@glidepath/server/api-types';
import type { Status } from '../../kit/status-mark.tsx';
import { rolloutMessages as m } from './messages.ts';

export type State = RolloutView['state'];
export type Stage = RolloutView['plan']['stages'][number];

/** Where the list shows a rollout, in this order. */
export const GROUPS = ['decide', 'running', 'paused', 'finished'] as const;
export type Group = (typeof GROUPS)[number];

/** Whether somebody is waited for, it goes on by itself, somebody has stopped its clock, or it is over. */
export function groupOf({ state, cause, plan }: Pick<RolloutView, 'state' | 'cause' | 'plan'>): Group {
  switch (state) {
    case 'awaiting-approval':
      return 'decide';
    case 'waiting':
      return plan.start.kind === 'manual' ? 'decide' : 'running';
    case 'holding':
      return cause?.kind === 'checklist' ? 'decide' : 'running';
    case 'paused':
      // Who paused it knows why; what paused by itself waits for a decision.
      return cause?.kind === 'person' ? 'paused' : 'decide';
    case 'running':
    case 'rolling-back':
      return 'running';
    case 'rolled-back':
    case 'completed':
    case 'aborted':
      return 'finished';
  }
}

export const STATE_MARKS = {
  waiting: 'waiting',
  running: 'moving',
  holding: 'attention',
  'awaiting-approval': 'attention',
  paused: 'paused',
  'rolling-back': 'attention',
  'rolled-back': 'failed',
  completed: 'done',
  aborted: 'off',
} as const satisfies Record<State, Status>;

/** What a person may do with a rollout as a whole. */
export type Verb = 'begin' | 'pause' | 'resume' | 'advance' | 'roll-back' | 'abort';

const IN_FORCE: readonly Verb[] = ['pause', 'advance', 'roll-back', 'abort'];

/** In the order of the buttons. */
export const VERBS = {
  waiting: ['begin', 'abort'],
  running: IN_FORCE,
  holding: IN_FORCE,
  'awaiting-approval': IN_FORCE,
  paused: ['resume', 'advance', 'roll-back', 'abort'],
  'rolling-back': [],
  'rolled-back': [],
  completed: [],
  aborted: [],
} as const satisfies Record<State, readonly Verb[]>;

export function isOver(state: State): boolean {
  return state === 'rolled-back' || state === 'completed' || state === 'aborted';
}

/** `10 %`, or the segment that a stage is for. */
export function stageName(stage: Stage): string {
  return stage.kind === 'percent' ? m.percent(stage.percent) : m.segment(stage.segment);
}

/** What the next stage brings; null after the last. */
export function nextStage({ plan, stage }: Pick<RolloutView, 'plan' | 'stage'>): Stage | null {
  return plan.stages[stage === null ? 0 : stage + 1] ?? null;
}

const MINUTE_MS = 60_000;

/** How long the stage in force has baked by `now`, and how long it has to; null while none is in force. */
export function bakeOf(
  { plan, stage, progress }: Pick<RolloutView, 'plan' | 'stage' | 'progress'>,
  now: number,
): { readonly bakedMs: number; readonly wholeMs: number } | null {
  const current = stage === null ? undefined : plan.stages[stage];
  if (current === undefined || progress === null) return null;
  const wholeMs = current.bakeMinutes * MINUTE_MS;
  const sinceCount = progress.isBaking ? Math.max(0, now - Date.parse(progress.countedAt)) : 0;
  return { bakedMs: Math.min(wholeMs, progress.bakedMs + sinceCount), wholeMs };
}

/** What an advance by hand leaves out, in words; empty where it only comes a moment early. */
export function skippedBy(rollout: RolloutView, now: number): readonly string[] {
  const { plan, stage, progress, gates } = rollout;
  const bake = bakeOf(rollout, now);
  const open = gates.filter(({ gate, verdict }) => gate.role !== 'dry-run' && verdict?.kind !== 'pass');
  const current = stage === null ? undefined : plan.stages[stage];
  const unchecked = (current?.checklist ?? []).filter((line) => !progress?.checked.includes(line));
  return [
    ...(bake !== null && bake.bakedMs < bake.wholeMs ? [m.skips.bake(bake.bakedMs, bake.wholeMs)] : []),
    ...(stage === null
      ? []
      : open.map(({ gate, verdict }) => m.skips.gate(gate.id, m.verdicts[verdict?.kind ?? 'none']))),
    ...unchecked.map((line) => m.skips.line(line)),
    ...(current?.approval === 'manual' && progress?.approvedBy === null ? [m.skips.approval] : []),
  ];
}
