import type { Serve } from '@glidepath/core';
import type { Decision } from './decide.ts';
import type { ReleasePlan } from './plan.ts';
import { type Cause, isOver, type Progress, type Rollout, type RolloutState, stageOf } from './rollout.ts';

/** What a person may ask of a rollout. */
export type Command =
  | { readonly kind: 'begin' | 'advance' }
  | { readonly kind: 'roll-back' | 'abort'; readonly reason: string }
  | StageCommand;

/** What needs a stage in force. */
type StageCommand =
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'resume' | 'approve' }
  | { readonly kind: 'check' | 'uncheck'; readonly line: string };

/** What keeps a person from reaching more people, whatever is typed. */
export interface Barriers {
  /** What somebody did to the flag, in words: the rollout ends by it, and nothing may write over it before. */
  readonly stopped: string | null;
  /** The guardrail that fails, in words. */
  readonly harm: string | null;
  /** Name of the freeze in force. */
  readonly freeze: string | null;
}

export type Commanded =
  | { readonly kind: 'done'; readonly rollout: Rollout }
  | { readonly kind: 'refused'; readonly detail: string };

/** A rollout that waits for its start. */
export function openRollout(id: string, plan: ReleasePlan, before: Serve, salt?: string): Rollout {
  return { id, plan, before, ...(salt !== undefined && { salt }), state: { kind: 'waiting', begunBy: null } };
}

/** The rollout after what was decided. The same again where nothing changes. */
export function carriedOut(rollout: Rollout, decision: Decision, now: number): Rollout {
  const { state } = rollout;
  if (isOver(state)) return rollout;
  switch (decision.kind) {
    case 'wait':
      // Where data are only late nothing is known that would be another state.
      if (decision.until === null) return rollout;
      return state.kind === 'holding' || state.kind === 'awaiting-approval'
        ? { ...rollout, state: { kind: 'running', progress: state.progress } }
        : rollout;
    case 'advance':
      return { ...rollout, state: nextStage(rollout, now) };
    case 'complete':
      return { ...rollout, state: { kind: 'completed', at: now } };
    case 'hold':
      return 'progress' in state ? { ...rollout, state: held(state.progress, decision.cause) } : rollout;
    case 'pause':
      return 'progress' in state
        ? { ...rollout, state: { kind: 'paused', progress: state.progress, cause: decision.cause } }
        : rollout;
    case 'roll-back':
      return { ...rollout, state: goingBack(state, decision.cause, now) };
    case 'abort':
      return { ...rollout, state: { kind: 'aborted', at: now, stage: stageOf(state), cause: decision.cause } };
  }
}

/** After the change that restored what was before is committed. */
export function rolledBack(rollout: Rollout, now: number): Rollout {
  const { state } = rollout;
  if (state.kind !== 'rolling-back') return rollout;
  return { ...rollout, state: { kind: 'rolled-back', at: now, cause: state.cause } };
}

/** The rollout after what a person asked, or why not. */
export function commanded(
  rollout: Rollout,
  command: Command,
  person: string,
  { stopped, harm, freeze }: Barriers,
  now: number,
): Commanded {
  const { state } = rollout;
  if (isOver(state) || state.kind === 'rolling-back') return refused(`The rollout is ${wordOf(state)}.`);
  if (stopped !== null && command.kind !== 'abort') return refused(`The rollout is stopped: ${stopped}.`);
  const to = (next: RolloutState): Commanded => ({ kind: 'done', rollout: { ...rollout, state: next } });
  switch (command.kind) {
    case 'abort':
      return to({ kind: 'aborted', at: now, stage: stageOf(state), cause: byPerson(person, command.reason) });
    case 'begin':
      return state.kind === 'waiting' ? to({ ...state, begunBy: person }) : refused('The rollout has begun already.');
    case 'roll-back':
      return to(goingBack(state, byPerson(person, command.reason), now));
    case 'advance':
      if (harm !== null) return refused(`A guardrail fails (${harm}). Roll back, or wait until it passes.`);
      if (freeze !== null) return refused(`There is a freeze (${freeze}). Wait until it ends.`);
      return to(nextStage(rollout, now));
    case 'pause':
    case 'resume':
    case 'approve':
    case 'check':
    case 'uncheck':
      return 'progress' in state
        ? inForce(rollout, state, command, person)
        : refused('The rollout has not begun: no stage is in force.');
  }
}

type InForce = Extract<RolloutState, { progress: Progress }>;

function inForce(rollout: Rollout, state: InForce, command: StageCommand, person: string): Commanded {
  const { progress } = state;
  const to = (next: RolloutState): Commanded => ({ kind: 'done', rollout: { ...rollout, state: next } });
  switch (command.kind) {
    case 'pause':
      return to({ kind: 'paused', progress, cause: byPerson(person, command.reason) });
    case 'resume':
      return state.kind === 'paused' ? to({ kind: 'running', progress }) : refused('The rollout is not paused.');
    case 'approve':
      // Nobody can approve ahead of the evidence.
      return state.kind === 'awaiting-approval'
        ? to({ kind: 'running', progress: { ...progress, approvedBy: person } })
        : refused('The rollout does not wait for an approval: everything else comes first.');
    case 'check':
    case 'uncheck': {
      const lines = rollout.plan.stages[progress.stage]?.checklist ?? [];
      if (!lines.includes(command.line)) return refused(`The checklist of this stage has no line “${command.line}”.`);
      const others = progress.checked.filter((line) => line !== command.line);
      const checked = command.kind === 'check' ? [...others, command.line] : others;
      return to({ ...state, progress: { ...progress, checked } });
    }
  }
}

/** The first stage after waiting, the next one, or completion after the last. */
function nextStage({ plan, state }: Rollout, now: number): RolloutState {
  const stage = 'progress' in state ? state.progress.stage + 1 : 0;
  if (stage >= plan.stages.length) return { kind: 'completed', at: now };
  const progress = { stage, since: now, bakedMs: 0, countedAt: now, silentMs: {}, checked: [], approvedBy: null };
  return { kind: 'running', progress };
}

function held(progress: Progress, cause: Cause): RolloutState {
  return cause.kind === 'approval' ? { kind: 'awaiting-approval', progress } : { kind: 'holding', progress, cause };
}

/** Where nothing is in force yet there is nothing to restore. */
function goingBack(state: RolloutState, cause: Cause, now: number): RolloutState {
  const stage = stageOf(state);
  return stage === null ? { kind: 'aborted', at: now, stage, cause } : { kind: 'rolling-back', stage, cause };
}

function byPerson(person: string, reason: string): Cause {
  return { kind: 'person', reason: reason === '' ? person : `${person}: ${reason}` };
}

function wordOf({ kind }: RolloutState): string {
  return kind === 'rolling-back' ? 'on its way back' : kind.replace('-', ' ');
}

function refused(detail: string): Commanded {
  return { kind: 'refused', detail };
}
