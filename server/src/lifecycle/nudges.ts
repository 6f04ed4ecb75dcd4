import type { NudgeEscalated } from '../events.ts';
import type { LifecycleSettingsView } from '../http/lifecycle-types.ts';
import type { FlagReminder } from '../store/lifecycle.ts';
import { type Candidate, isTold, type NameOfMember, type Telling, toldOf } from './digest.ts';

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Nobody is reminded more often than this, whoever asks for it. */
export const CLOSEST_NUDGES_MS = 7 * DAY;
/**
 * A reminder is sent some moments after its time, and on the day on which clocks go forward a week has an hour less:
 * without this, a weekly one would come a day later each time.
 */
const SLACK_MS = 2 * HOUR;

/** What is known of reminders so far. */
export interface Reminded {
  /** By flag. */
  readonly flags: ReadonlyMap<string, FlagReminder>;
  /** When an owner was reminded last, by the member's id. */
  readonly owners: ReadonlyMap<string, number>;
}

export interface NudgeRules {
  readonly settings: Pick<LifecycleSettingsView, 'nudge' | 'escalateAfter'>;
  readonly nameOf: NameOfMember;
  readonly now: number;
}

/** One owner who is to be reminded now, of all flags of theirs at once. */
export interface DueNudge {
  readonly owner: string;
  readonly flags: readonly Candidate[];
  /** Those of which the team is told, because nobody has acted; mostly none. */
  readonly escalated: readonly Candidate[];
}

/** Who is to be reminded, of what. Each owner is named once. */
export function dueNudges(
  candidates: readonly Candidate[],
  reminded: Reminded,
  rules: NudgeRules,
): readonly DueNudge[] {
  const { settings, nameOf, now } = rules;
  if (!settings.nudge.isEnabled) return [];
  const apartMs = Math.max(CLOSEST_NUDGES_MS, settings.nudge.everyDays * DAY) - SLACK_MS;
  return [...dueByOwner(candidates, rules)]
    .filter(([owner]) => nameOf(owner) !== null && now - (reminded.owners.get(owner) ?? -Infinity) >= apartMs)
    .map(([owner, flags]) => ({
      owner,
      flags,
      escalated: flags.filter((flag) => isForTeam(flag, reminded.flags, settings.escalateAfter)),
    }));
}

/** All stale flags of an owner: what a message tells that somebody asks for by hand. */
export function staleOf(owner: string, candidates: readonly Candidate[], now: number): readonly Candidate[] {
  return candidates.filter((candidate) => candidate.view.owner === owner && isTold(candidate, now));
}

function dueByOwner(
  candidates: readonly Candidate[],
  { settings, now }: NudgeRules,
): ReadonlyMap<string, readonly Candidate[]> {
  const byOwner = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { owner } = candidate.view;
    if (owner === null || !isDue(candidate, settings.nudge.afterDays, now)) continue;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), candidate]);
  }
  return byOwner;
}

/** What is stale by age alone is given some days more; what is over is due at once. */
function isDue(candidate: Candidate, afterDays: number, now: number): boolean {
  return (
    isTold(candidate, now) &&
    candidate.view.stale.some(
      ({ code, since }) => now >= Date.parse(since) + (code === 'over-age' ? afterDays * DAY : 0),
    )
  );
}

function isForTeam(candidate: Candidate, reminders: Reminded['flags'], escalateAfter: number | null): boolean {
  const reminder = reminders.get(candidate.view.flag);
  if (reminder === undefined || escalateAfter === null) return false;
  return ignoredNudges(reminder, candidate.changedAt) >= escalateAfter && !isEscalated(reminder, candidate.changedAt);
}

/** Reminders since a person changed the flag, kept it or gave it away. */
function ignoredNudges(reminder: FlagReminder, changedAt: number): number {
  return hasActed(reminder, changedAt) ? 0 : reminder.nudges;
}

function isEscalated(reminder: FlagReminder, changedAt: number): boolean {
  return reminder.escalatedAt !== null && !hasActed(reminder, changedAt);
}

/** Nobody is reminded while a flag is kept: a promise that ends later than the last reminder was made after it. */
function hasActed({ nudgedAt, keepUntil }: FlagReminder, changedAt: number): boolean {
  return nudgedAt !== null && (changedAt > nudgedAt || (keepUntil ?? 0) > nudgedAt);
}

/** What is known of the flag once its owner has been reminded. */
export function remindedAgain(
  reminder: FlagReminder,
  { changedAt }: Candidate,
  { now, isForTeam: isTeamTold }: { readonly now: number; readonly isForTeam: boolean },
): FlagReminder {
  const known = isEscalated(reminder, changedAt) ? reminder.escalatedAt : null;
  return {
    ...reminder,
    nudgedAt: now,
    nudges: ignoredNudges(reminder, changedAt) + 1,
    escalatedAt: isTeamTold ? now : known,
  };
}

/** What the team is told; null where somebody has acted. */
export function escalationOf(
  { owner, escalated }: DueNudge,
  reminders: Reminded['flags'],
  telling: Telling,
): NudgeEscalated | null {
  if (escalated.length === 0) return null;
  const counts = escalated.map(({ view, changedAt }) => {
    const reminder = reminders.get(view.flag);
    return reminder === undefined ? 0 : ignoredNudges(reminder, changedAt);
  });
  return { kind: 'nudge-escalated', owner, nudges: Math.max(...counts), ...toldOf(escalated, telling) };
}
