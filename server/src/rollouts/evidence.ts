import type { Gate, Verdict } from '../gates/gate.ts';
import { type Progress, progressOf, type Rollout } from './rollout.ts';

/** How long a verdict holds. */
export const VERDICT_LIFE_MS = 30_000;

const MINUTE_MS = 60_000;

/** A gate with what it says now. */
export interface Judged {
  readonly gate: Gate;
  readonly verdict: Verdict;
}

/**
 * What the gates that may act say of the stage in force. Who has not spoken in the last 30 s, or spoke well of an
 * earlier stage, has no data; harm counts wherever it was measured, since a stage takes nobody out.
 */
export function judgedNow({ plan, state }: Rollout, verdicts: readonly Verdict[], now: number): readonly Judged[] {
  const fresh = verdicts.filter(({ at }) => Math.abs(now - at) <= VERDICT_LIFE_MS);
  const since = progressOf(state)?.since ?? Number.NEGATIVE_INFINITY;
  return plan.gates
    .filter(({ role }) => role !== 'dry-run')
    .map((gate) => {
      const verdict = latestOf(gate, fresh);
      const isOfStage = verdict !== undefined && (verdict.kind === 'fail' || verdict.at >= since);
      return { gate, verdict: isOfStage ? verdict : silence(gate, now) };
    });
}

export function hasData({ verdict }: Judged): boolean {
  return verdict.kind !== 'no-data' && verdict.kind !== 'provider-error';
}

/** Whether the gate keeps a rollout from going on as long as it has no data. */
export function isNeeded({ gate }: Judged): boolean {
  return gate.onNoData !== 'ignore';
}

/** Whether its data have not been missing for longer than a report may take. */
export function isLate({ gate }: Judged, { silentMs }: Progress): boolean {
  return silenceOf(gate, silentMs) < VERDICT_LIFE_MS;
}

/** Whether a gate has had no data for its whole window. */
export function isSilentForLong({ gate }: Judged, { silentMs }: Progress): boolean {
  return silenceOf(gate, silentMs) >= gate.windowMinutes * MINUTE_MS;
}

/**
 * The rollout with the time until `now` counted: baked while its gates have data, silent where one has none. No single
 * count is longer than a verdict holds, so neither an outage nor a jump of the clock shortens a bake.
 */
export function counted(rollout: Rollout, verdicts: readonly Verdict[], now: number): Rollout {
  const { state } = rollout;
  if (!('progress' in state)) return rollout;
  const progress = caughtUp(state.progress, now);
  const passedMs = Math.min(Math.max(0, now - progress.countedAt), VERDICT_LIFE_MS);
  const present = { ...rollout, state: { ...state, progress } };
  const inForce = state.kind === 'paused' ? progress : countedBy(progress, judgedNow(present, verdicts, now), passedMs);
  const countedAt = Math.max(progress.countedAt, now);
  return { ...rollout, state: { ...state, progress: { ...inForce, countedAt } } };
}

/** After the clock was set back it goes on from there, instead of waiting for the time that was. */
function caughtUp(progress: Progress, now: number): Progress {
  if (progress.countedAt <= now + VERDICT_LIFE_MS) return progress;
  return { ...progress, countedAt: now, since: Math.min(progress.since, now) };
}

function countedBy(progress: Progress, judged: readonly Judged[], passedMs: number): Progress {
  const isBaking = judged.filter(isNeeded).every(hasData);
  const silences = judged
    .map((one) => [one.gate.id, silenceAfter(one, progress, passedMs)] as const)
    .filter(([, silentMs]) => silentMs > 0);
  return {
    ...progress,
    bakedMs: progress.bakedMs + (isBaking ? passedMs : 0),
    silentMs: Object.fromEntries(silences),
  };
}

function silenceAfter({ gate, verdict }: Judged, { silentMs }: Progress, passedMs: number): number {
  switch (verdict.kind) {
    case 'no-data':
      return silenceOf(gate, silentMs) + passedMs;
    // Whether there are data is not known: neither silence nor its end.
    case 'provider-error':
      return silenceOf(gate, silentMs);
    case 'pass':
    case 'fail':
    case 'inconclusive':
      return 0;
  }
}

function silenceOf({ id }: Gate, silentMs: Progress['silentMs']): number {
  return Object.hasOwn(silentMs, id) ? (silentMs[id] ?? 0) : 0;
}

function latestOf({ id }: Gate, verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts
    .filter(({ gate }) => gate === id)
    .reduce<Verdict | undefined>((latest, verdict) => (latest && latest.at > verdict.at ? latest : verdict), undefined);
}

function silence(gate: Gate, now: number): Verdict {
  const figures = { value: null, limit: null, control: null, interval: null, samples: null };
  return { gate: gate.id, at: now, kind: 'no-data', reason: 'nothing was heard in the last 30 s', figures };
}
