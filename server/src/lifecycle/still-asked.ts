import type { Directory } from '../auth/directory.ts';
import type { FlagStillAsked } from '../events.ts';
import type { FlagIndex } from '../flags/flag-index.ts';
import { ARCHIVED_SERVES_MS } from '../flags/write-path/items.ts';
import { environmentsOf, type ProjectBody } from '../store/documents.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import { enqueue } from './reminded.ts';

const HOUR = 3_600_000;
/** What was evaluated before is reported a little later. */
const GRACE_MS = HOUR;
/** Between two messages about one flag. */
const APART_MS = 7 * 24 * HOUR;

export interface StillAskedDeps {
  readonly store: Store;
  readonly flags: FlagIndex;
  readonly directory: Pick<Directory, 'member'>;
}

/** An archived flag that still serves. */
interface Archived {
  readonly flag: string;
  readonly owner: string | null;
  readonly archivedAt: number;
}

/** Looks for archived flags that are still evaluated, and tells of each, at most once a week. */
export function createStillAsked({ store, flags, directory }: StillAskedDeps): (now: number) => Promise<void> {
  async function archivedIn(project: string, now: number): Promise<readonly Archived[]> {
    return (await flags.flagsOf(project)).flatMap(({ flag: { key, body } }) => {
      const { archivedAt, owner } = body;
      const isServed = archivedAt !== null && now < archivedAt + ARCHIVED_SERVES_MS;
      return isServed ? [{ flag: key, owner, archivedAt }] : [];
    });
  }

  async function tell(project: StoredDocument<ProjectBody>, event: FlagStillAsked): Promise<void> {
    await store.write([], async (tx) => {
      const { askedAt, ...reminder } = await tx.reminder(project.id, event.flag);
      if (askedAt !== null && (event.evaluatedAt <= askedAt || event.at - askedAt < APART_MS)) return;
      // Of two replicas that look at the same time, one tells.
      if (await tx.putReminder({ ...reminder, askedAt: event.at })) await enqueue(tx, [event], event.at);
    });
  }

  async function usesIn(project: string): Promise<readonly Uses[]> {
    const environments = await environmentsOf(store, project);
    return Promise.all(environments.map(async ({ id, key }) => ({ environment: key, at: await store.lastUsed(id) })));
  }

  const memberNamed = (owner: string | null): FlagStillAsked['owner'] => {
    const name = owner === null ? undefined : directory.member(owner)?.name;
    return owner === null || name === undefined ? null : { id: owner, name };
  };

  return async (now) => {
    for (const project of await store.documents<ProjectBody>('project')) {
      const archived = await archivedIn(project.id, now);
      const asked = archived.length === 0 ? [] : stillAsked(archived, await usesIn(project.id));
      for (const { owner, ...facts } of asked)
        await tell(project, {
          kind: 'flag-still-asked',
          project: project.key,
          ...facts,
          owner: memberNamed(owner),
          actor: 'system',
          at: now,
        });
    }
  };
}

/** When each flag was evaluated last in one environment. */
interface Uses {
  readonly environment: string;
  readonly at: ReadonlyMap<string, number>;
}

type Asked = Pick<FlagStillAsked, 'flag' | 'environments' | 'evaluatedAt' | 'servesUntil'> & Pick<Archived, 'owner'>;

/** Those that were evaluated after they were archived. */
function stillAsked(archived: readonly Archived[], uses: readonly Uses[]): readonly Asked[] {
  return archived.flatMap(({ flag, owner, archivedAt }) => {
    const asking = uses.filter(({ at }) => (at.get(flag) ?? 0) > archivedAt + GRACE_MS);
    if (asking.length === 0) return [];
    return {
      flag,
      owner,
      environments: asking.map(({ environment }) => environment),
      evaluatedAt: Math.max(...asking.map(({ at }) => at.get(flag) ?? 0)),
      servesUntil: archivedAt + ARCHIVED_SERVES_MS,
    };
  });
}
