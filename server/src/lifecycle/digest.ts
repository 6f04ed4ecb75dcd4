import { counted } from '@glidepath/core/change';
import type { OwnerNudged, StaleDigest, StaleFlag } from '../events.ts';
import type { LifecycleView } from '../http/lifecycle-types.ts';

/** A flag with what is known of its life, by which is decided who hears of it. */
export interface Candidate {
  /** Of the document. */
  readonly id: string;
  readonly view: LifecycleView;
  /** When a person changed it last, anywhere. */
  readonly changedAt: number;
}

/** What people call a member who may sign in; null = it is nobody, or nobody any more. */
export type NameOfMember = (id: string) => string | null;

/** As many as are told of at all: beyond this a list is no list. */
const MOST_LISTED = 1_000;
/** Of one owner, in one message. */
const MOST_NUDGED = 40;

const SCHEDULED = 'system';

export interface Telling {
  readonly project: string;
  readonly nameOf: NameOfMember;
  readonly now: number;
  /** Who has asked for it; nobody but the time, where it is absent. */
  readonly actor?: string;
}

/** What the next digest of a project says; null where nothing is stale. */
export function digestOf(candidates: readonly Candidate[], telling: Telling): StaleDigest | null {
  const stale = candidates.filter((candidate) => isTold(candidate, telling.now)).toSorted(byUrgency);
  if (stale.length === 0) return null;
  return {
    kind: 'stale-digest',
    project: telling.project,
    flags: stale.slice(0, MOST_LISTED).map((candidate) => staleFlagOf(candidate, telling.nameOf)),
    stale: stale.length,
    ready: stale.filter(({ view }) => view.readiness.kind === 'safe').length,
    others: Math.max(0, stale.length - MOST_LISTED),
    part: { number: 1, of: 1 },
    actor: telling.actor ?? SCHEDULED,
    at: telling.now,
  };
}

/** What an owner is told of flags of theirs: all of them at once. */
export function nudgeOf(owner: string, flags: readonly Candidate[], telling: Telling): OwnerNudged {
  return { kind: 'owner-nudged', owner, ...toldOf(flags, telling) };
}

/** The same in lines, for whoever looks at it before it is sent; `text` is how its message begins. */
export function inLines(text: string, { flags, others }: OwnerNudged): string {
  const lines = flags.map(({ key, ageDays }) => `• ${key} · ${counted(ageDays, 'day')} old`);
  return [text, ...lines, ...(others > 0 ? [`• and ${others} more`] : [])].join('\n');
}

/** The flags of one owner, as a message lists them. */
export function toldOf(flags: readonly Candidate[], { project, nameOf, now, actor = SCHEDULED }: Telling) {
  const listed = flags.toSorted(byUrgency).slice(0, MOST_NUDGED);
  return {
    project,
    flags: listed.map((candidate) => staleFlagOf(candidate, nameOf)),
    others: flags.length - listed.length,
    actor,
    at: now,
  };
}

/** Stale, and nobody has promised to look after it. */
export function isTold({ view }: Candidate, now: number): boolean {
  const { archivedAt, keepUntil, stale } = view;
  return archivedAt === null && stale.length > 0 && (keepUntil === null || Date.parse(keepUntil) <= now);
}

/** What can go at once comes first; of what is alike, the oldest. */
function byUrgency(a: Candidate, b: Candidate): number {
  const readiness = RANKS[a.view.readiness.kind] - RANKS[b.view.readiness.kind];
  if (readiness !== 0) return readiness;
  return a.view.createdAt === b.view.createdAt ? 0 : a.view.createdAt < b.view.createdAt ? -1 : 1;
}

const RANKS = { safe: 0, caution: 1, blocked: 2 } as const satisfies Record<LifecycleView['readiness']['kind'], number>;

/** Whoever may not sign in any more cannot look after anything. */
function staleFlagOf({ id, view }: Candidate, nameOf: NameOfMember): StaleFlag {
  const { flag: key, owner, ageDays, lifetimeDays, stale, readiness, removalCommand } = view;
  const name = owner === null ? null : nameOf(owner);
  return {
    id,
    key,
    owner: owner === null || name === null ? null : { id: owner, name },
    ageDays,
    isPermanent: lifetimeDays === null,
    reasons: stale.map(({ sentence }) => sentence),
    readiness: readiness.kind,
    removalCommand,
  };
}
