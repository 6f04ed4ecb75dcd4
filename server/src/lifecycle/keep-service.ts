import type { Flag } from '@glidepath/core';
import { type Cause, type Written, writeAudited } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { timeOf } from '../http/api.ts';
import type { KeepView } from '../http/lifecycle-types.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { FlagReminder } from '../store/lifecycle.ts';
import type { Store, StoredDocument, WriteTransaction } from '../store/store.ts';

const DAY = 86_400_000;
/** Longer promises are none: a flag that stays is made permanent. */
export const LONGEST_KEEP_DAYS = 366;

/** Until when a flag is kept, and why. */
export interface Keep {
  readonly until: number;
  readonly reason: string | null;
}

/** Promises that a flag is still needed: nobody is reminded of it before. All writes audit themselves. */
export interface KeepService {
  keep(project: StoredDocument<ProjectBody>, flag: string, keep: Keep, cause: Cause): Promise<Written<KeepView>>;
  /** Takes the promise back. */
  release(project: StoredDocument<ProjectBody>, flag: string, cause: Cause): Promise<Written<KeepView>>;
}

export function createKeepService(deps: { readonly store: Store; readonly clock: Clock }): KeepService {
  /** Somebody has acted: the reminders before do not count any more. */
  function write(
    project: StoredDocument<ProjectBody>,
    flag: string,
    cause: Cause,
    keep: Keep | null,
  ): Promise<Written<KeepView>> {
    return writeAudited(deps, cause, async (tx, now) => {
      await checkFlag(tx, project, flag);
      if (keep !== null) checkUntil(keep.until, now);
      const promise =
        keep === null
          ? { keepUntil: null, keepBy: null, keepReason: null }
          : { keepUntil: keep.until, keepBy: cause.actor, keepReason: keep.reason };
      const { before, after } = await putOver(tx, project.id, flag, { ...promise, nudges: 0, escalatedAt: null });
      return {
        result: viewOf(after),
        action: keep === null ? 'end-keep' : 'keep-flag',
        summary: summaryOf(flag, keep),
        project: project.key,
        documents: [],
        before: viewOf(before),
        after: viewOf(after),
      };
    });
  }
  return {
    keep: (project, flag, keep, cause) => write(project, flag, cause, keep),
    release: (project, flag, cause) => write(project, flag, cause, null),
  };
}

function summaryOf(flag: string, keep: Keep | null): string {
  if (keep === null) return `\`${flag}\` is no longer kept`;
  const why = keep.reason === null ? '' : `: ${keep.reason}`;
  return `Keep \`${flag}\` until ${timeOf(keep.until).slice(0, 10)}${why}`;
}

/** Reminders are written by others too: what they wrote in between is read again. */
async function putOver(
  tx: WriteTransaction,
  project: string,
  flag: string,
  told: Partial<FlagReminder>,
): Promise<{ readonly before: FlagReminder; readonly after: FlagReminder }> {
  for (let tries = 1; ; tries += 1) {
    const before = await tx.reminder(project, flag);
    const after = { ...before, ...told };
    if (await tx.putReminder(after)) return { before, after };
    if (tries === 3) throw new RefusedError({ code: 'unavailable', detail: 'Too much happens at once. Try again.' });
  }
}

async function checkFlag(tx: WriteTransaction, project: StoredDocument<ProjectBody>, key: string): Promise<void> {
  const flag = await tx.document<Flag>({ kind: 'flag', parent: project.id, key });
  if (flag === null)
    throw new RefusedError({ code: 'not-found', detail: `There is no flag \`${key}\` in project \`${project.key}\`.` });
  if (flag.body.archivedAt === null) return;
  throw new RefusedError({
    code: 'archived',
    detail: `Flag \`${key}\` is archived: nobody is reminded of it. Unarchive it first.`,
  });
}

function checkUntil(until: number, now: number): void {
  if (until > now && until <= now + LONGEST_KEEP_DAYS * DAY) return;
  const detail = `A flag is kept for at most ${LONGEST_KEEP_DAYS} days from now. Make it permanent if it is to stay.`;
  throw new RefusedError({ code: 'validation', detail, errors: [{ pointer: '/until', detail }] });
}

function viewOf({ flag, keepUntil, keepBy, keepReason }: FlagReminder): KeepView {
  return { flag, keepUntil: keepUntil === null ? null : timeOf(keepUntil), by: keepBy, reason: keepReason };
}
