import { type Cause, writtenWithin } from '../audit/audited-write.ts';
import type { Directory } from '../auth/directory.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { DomainEvent, OwnerNudged, StaleDigest } from '../events.ts';
import { timeOf } from '../http/api.ts';
import type { NudgeView } from '../http/lifecycle-types.ts';
import { type Announcer, blocksOf } from '../notify/announcer.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { Reads, Store, StoredDocument, WriteTransaction } from '../store/store.ts';
import { type Candidate, digestOf, inLines, isTold, type NameOfMember, nudgeOf, type Telling } from './digest.ts';
import { settingsOf } from './lifecycle-settings.ts';
import { CLOSEST_NUDGES_MS, type DueNudge, dueNudges, escalationOf, type Reminded, staleOf } from './nudges.ts';
import { enqueue, ifFirst, markFlags, markOwner, ownerNudgedAt, remindedIn } from './reminded.ts';

type Project = StoredDocument<ProjectBody>;

export interface ReminderDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'member'>;
  readonly announcer: Announcer;
  /** All flags of a project with what is known of their lives. */
  candidatesOf(project: Project): Promise<readonly Candidate[]>;
}

/** Tells people of stale flags: a list for all now and then, and each owner of theirs. */
export interface Reminders {
  /** What a digest would say now; null where nothing is stale. */
  digest(project: Project): Promise<StaleDigest | null>;
  /** Sends the digest that was due at `slot`, if nobody has; without `isSent` it only counts as sent. */
  claimDigest(project: Project, slot: number, isSent: boolean): Promise<void>;
  /** Sends one now, whatever is due; refused within a minute of the last one. */
  sendDigest(project: Project, cause: Cause): Promise<StaleDigest>;
  /** What owners would be told now. */
  nudges(project: Project): Promise<readonly OwnerNudged[]>;
  /** Reminds whoever was to be reminded at `slot`. */
  sendNudges(project: Project, slot: number): Promise<void>;
  /** Reminds the owner of a flag now, of all stale ones of theirs; refused within a week of the last time. */
  nudge(project: Project, flag: string, cause: Cause, dryRun: boolean): Promise<NudgeView>;
}

export function createReminders(deps: ReminderDeps): Reminders {
  const { store, clock, directory, announcer, candidatesOf } = deps;
  const nameOf: NameOfMember = (id) => directory.member(id)?.name ?? null;
  const tellingIn = ({ key: project }: Project, actor?: string): Telling => ({
    project,
    nameOf,
    now: clock.now(),
    ...(actor !== undefined && { actor }),
  });

  async function due(project: Project, reminded: Reminded, at: number): Promise<readonly DueNudge[]> {
    const settings = await settingsOf(store, project.id);
    if (!settings.nudge.isEnabled) return [];
    return dueNudges(await candidatesOf(project), reminded, { settings, nameOf, now: at });
  }

  /** One owner, once: whoever else has found the same stands back. */
  async function sendNudge(project: Project, nudge: DueNudge, { flags, owners }: Reminded): Promise<void> {
    const telling = tellingIn(project);
    const told = nudgeOf(nudge.owner, nudge.flags, telling);
    // A reminder that nobody hears is none, and must not count as ignored.
    if ((await announcer.hearersOf(told)).length === 0) return;
    const escalation = escalationOf(nudge, flags, telling);
    const isTeamTold = escalation !== null && (await announcer.hearersOf(escalation)).length > 0;
    const events: readonly DomainEvent[] = isTeamTold ? [told, escalation] : [told];
    await ifFirst(
      store.write([], async (tx) => {
        await markOwner(tx, project.id, nudge.owner, { seen: owners.get(nudge.owner) ?? null, now: telling.now });
        await markFlags(tx, project.id, isTeamTold ? nudge : { ...nudge, escalated: [] }, telling.now);
        await enqueue(tx, events, telling.now);
      }),
    );
  }

  return {
    digest: async (project) => digestOf(await candidatesOf(project), tellingIn(project)),

    async claimDigest(project, slot, isSent) {
      const digest = isSent ? digestOf(await candidatesOf(project), tellingIn(project)) : null;
      await store.write([], async (tx) => {
        if ((await tx.claimDigest(project.id, slot)) && digest !== null) await enqueue(tx, [digest], clock.now());
      });
    },

    async sendDigest(project, cause) {
      const digest = digestOf(await candidatesOf(project), tellingIn(project, cause.actor));
      if (digest === null) throw notNow('Nothing is stale in this project: there is nothing to tell.');
      checkHeard(await announcer.hearersOf(digest), digest);
      await store.write([], (tx) =>
        writtenWithin(tx, clock.now(), cause, async (_, now) => {
          await claimNow(tx, project, now);
          return {
            result: null,
            action: 'send-digest',
            summary: `Sent the digest of ${digest.stale} stale flags`,
            project: project.key,
            documents: [],
            before: null,
            after: null,
            events: [digest],
          };
        }),
      );
      return digest;
    },

    async nudges(project) {
      const telling = tellingIn(project);
      const found = await due(project, await remindedIn(store, project.id), telling.now);
      return found.map(({ owner, flags }) => nudgeOf(owner, flags, telling));
    },

    async sendNudges(project, slot) {
      // Read before the flags are: whoever is faster is seen by it.
      const reminded = await remindedIn(store, project.id);
      for (const nudge of await due(project, reminded, slot)) await sendNudge(project, nudge, reminded);
    },

    async nudge(project, flag, cause, dryRun) {
      const candidates = await candidatesOf(project);
      const telling = tellingIn(project, cause.actor);
      const owner = ownerToAsk(candidates, flag, telling);
      const flags = staleOf(owner, candidates, telling.now);
      const told = nudgeOf(owner, flags, telling);
      const channels = await announcer.hearersOf(told);
      const [message] = await announcer.messagesOf(told);
      const view = {
        owner,
        flags: flags.map(({ view }) => view.flag),
        text: inLines(message?.text ?? '', told),
        blocks: message === undefined ? [] : blocksOf(message),
        channels,
      };
      if (dryRun) {
        await checkApart(store, project, owner, telling);
        return { ...view, nudgedAt: null };
      }
      checkHeard(channels, told);
      const { result } = await store.write([], (tx) =>
        writtenWithin(tx, telling.now, cause, async () => {
          const seen = await checkApart(tx, project, owner, telling);
          await markOwner(tx, project.id, owner, { seen, now: telling.now });
          await markFlags(tx, project.id, { owner, flags, escalated: [] }, telling.now);
          return {
            result: { ...view, nudgedAt: timeOf(telling.now) },
            action: 'nudge-owner',
            summary: `Reminded ${nameOf(owner)} of ${flags.map(({ view: { flag: key } }) => `\`${key}\``).join(', ')}`,
            project: project.key,
            documents: [],
            before: null,
            after: null,
            events: [told],
          };
        }),
      );
      return result;
    },
  };
}

/** Who is asked to look after the flag; refused where nobody could. */
function ownerToAsk(candidates: readonly Candidate[], flag: string, { project, nameOf, now }: Telling): string {
  const candidate = candidates.find(({ view }) => view.flag === flag);
  if (candidate === undefined)
    throw new RefusedError({ code: 'not-found', detail: `There is no flag \`${flag}\` in project \`${project}\`.` });
  if (!isTold(candidate, now))
    throw notNow(`Flag \`${flag}\` is not stale, or somebody keeps it: there is nothing to remind anybody of.`);
  const { owner } = candidate.view;
  if (owner === null) throw notNow(`Nobody owns flag \`${flag}\`. Give it to somebody first.`);
  if (nameOf(owner) === null)
    throw notNow(`The owner of flag \`${flag}\` may not sign in any more. Give it to somebody else.`);
  return owner;
}

async function checkApart(
  reads: Pick<Reads, 'document'>,
  project: Project,
  owner: string,
  { nameOf, now }: Telling,
): Promise<number | null> {
  const last = await ownerNudgedAt(reads, project.id, owner);
  if (last === null || now - last >= CLOSEST_NUDGES_MS) return last;
  const detail = `${nameOf(owner)} was reminded on ${timeOf(last).slice(0, 10)}, of all flags at once: the next time is possible from ${timeOf(last + CLOSEST_NUDGES_MS)}.`;
  throw new RefusedError({ code: 'not-possible-now', detail });
}

/** Digests of one project are so far apart, whoever sends them. */
const CLOSEST_DIGESTS_MS = 60_000;

/** Of two who send a digest at the same time, the second waits here for the first, and is refused. */
async function claimNow(tx: WriteTransaction, { id, key }: Project, now: number): Promise<void> {
  const isApart = await tx.claimDigest(id, now - CLOSEST_DIGESTS_MS + 1);
  if (isApart) {
    await tx.claimDigest(id, now);
    return;
  }
  const nextAt = ((await tx.digestSlot(id)) ?? now) + CLOSEST_DIGESTS_MS;
  throw new RefusedError({
    code: 'too-many-requests',
    detail: `\`${key}\` gets at most one digest a minute: the next one can be sent from ${timeOf(nextAt)}.`,
    retryAfter: Math.max(1, Math.ceil((nextAt - now) / 1_000)),
  });
}

function checkHeard(channels: readonly string[], { kind }: DomainEvent): void {
  if (channels.length === 0)
    throw notNow(`No channel of this project is told of \`${kind}\`: choose it at one of its channels first.`);
}

function notNow(detail: string): RefusedError {
  return new RefusedError({ code: 'not-possible-now', detail });
}
