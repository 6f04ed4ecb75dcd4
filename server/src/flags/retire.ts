import type { Flag } from '@glidepath/core';
import type { ProjectBody } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import type { ChangeFlag } from './write-path/change.ts';
import { ARCHIVED_SERVES_MS } from './write-path/items.ts';

export interface RetireDeps {
  readonly store: Store;
  readonly changeFlag: ChangeFlag;
}

/** A replica that was down for less than this has missed nothing when it looks again. */
const OVERLAP_MS = 60 * 60 * 1_000;

/**
 * Takes the flags out of every payload whose 30 days of serving after being archived ended since the last call; the
 * first call looks at all. Any replica may do it, and twice does no harm.
 */
export function createRetirement({ store, changeFlag }: RetireDeps): (now: number) => Promise<void> {
  let seenUntil = Number.NEGATIVE_INFINITY;
  return async (now) => {
    const projects = await store.documents<ProjectBody>('project');
    for (const { id, key } of projects) {
      for (const { body } of await store.documents<Flag>('flag', id)) {
        if (!endedBetween(body, seenUntil - OVERLAP_MS, now)) continue;
        await changeFlag({
          actor: { kind: 'system' },
          origin: 'system',
          project: key,
          changes: [{ retire: 'flag', flag: body.key }],
        });
      }
    }
    seenUntil = now;
  };
}

function endedBetween({ archivedAt }: Flag, from: number, to: number): boolean {
  if (archivedAt === null) return false;
  const endsAt = archivedAt + ARCHIVED_SERVES_MS;
  return endsAt > from && endsAt <= to;
}
