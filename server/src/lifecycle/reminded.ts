import { randomUUID } from 'node:crypto';
import { RefusedError } from '../errors.ts';
import type { DomainEvent } from '../events.ts';
import type { Reads, WriteTransaction } from '../store/store.ts';
import { type DueNudge, type Reminded, remindedAgain } from './nudges.ts';

/** When an owner was reminded last, of whichever flags. */
interface OwnerNudgeBody {
  readonly at: number;
}

/** All that is known of reminders in a project. */
export async function remindedIn(reads: Reads, project: string): Promise<Reminded> {
  const flags = await reads.reminders(project);
  const owners = await reads.documents<OwnerNudgeBody>('owner-nudge', project);
  return {
    flags: new Map(flags.map((reminder) => [reminder.flag, reminder])),
    owners: new Map(owners.map(({ key, body }) => [key, body.at])),
  };
}

export async function ownerNudgedAt(
  reads: Pick<Reads, 'document'>,
  project: string,
  owner: string,
): Promise<number | null> {
  const stored = await reads.document<OwnerNudgeBody>({ kind: 'owner-nudge', parent: project, key: owner });
  return stored?.body.at ?? null;
}

/** Of two who remind an owner at the same time, the second is refused. `seen` is when it was done last. */
export async function markOwner(
  tx: WriteTransaction,
  project: string,
  owner: string,
  { seen, now }: { readonly seen: number | null; readonly now: number },
): Promise<void> {
  const ref = { kind: 'owner-nudge', parent: project, key: owner } as const;
  const stored = await tx.document<OwnerNudgeBody>(ref);
  if ((stored?.body.at ?? null) !== seen) throw new RefusedError({ code: 'revision-conflict', detail: JUST_NOW });
  await tx.put<OwnerNudgeBody>(ref, { at: now }, stored?.revision ?? 0);
}

const JUST_NOW = 'Somebody has reminded this owner in between.';

/** What somebody does to a flag in the same moment counts for more than that its owner was reminded. */
export async function markFlags(
  tx: WriteTransaction,
  project: string,
  { flags, escalated }: DueNudge,
  now: number,
): Promise<void> {
  for (const candidate of flags) {
    const reminder = await tx.reminder(project, candidate.view.flag);
    await tx.putReminder(remindedAgain(reminder, candidate, { now, isForTeam: escalated.includes(candidate) }));
  }
}

export function enqueue(tx: WriteTransaction, events: readonly DomainEvent[], at: number): Promise<void> {
  return tx.enqueue(events.map((body) => ({ id: randomUUID(), topic: body.kind, at, body })));
}

/** Somebody else was faster: that is as good. */
export async function ifFirst(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RefusedError && FASTER.has(error.refusal.code)) return;
    throw error;
  }
}

const FASTER: ReadonlySet<string> = new Set(['revision-conflict', 'already-exists']);
