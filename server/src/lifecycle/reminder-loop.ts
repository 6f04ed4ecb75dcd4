import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import { lastDigestSlot, lastNudgeSlot } from './digest-slots.ts';
import { DEFAULT_SETTINGS, type LifecycleSettingsBody, SETTINGS_KEY } from './lifecycle-settings.ts';
import type { Reminders } from './reminders.ts';

type Project = StoredDocument<ProjectBody>;

export interface ReminderLoopOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reminders: Pick<Reminders, 'claimDigest' | 'sendNudges'>;
}

const LOOK_MS = 60_000;

/** Looks every minute whether a digest or reminders are due; after a pause, at what was due last, once. */
export function openReminderLoop({ store, clock, logger, reminders }: ReminderLoopOptions): { close(): Promise<void> } {
  /** The slots that this replica has dealt with, by project: what is done costs nothing. */
  const digested = new Map<string, number>();
  const nudged = new Map<string, number>();
  let isClosed = false;
  let isWanted = false;
  let running: Promise<void> | null = null;
  let timer = clock.setTimer(look, LOOK_MS);

  function look(): void {
    timer = clock.setTimer(look, LOOK_MS);
    isWanted = true;
    running ??= looks().finally(() => {
      running = null;
    });
  }

  async function looks(): Promise<void> {
    while (isWanted && !isClosed) {
      isWanted = false;
      await lookOnce();
    }
  }

  async function lookOnce(): Promise<void> {
    await guarded(async () => {
      const projects = await store.documents<ProjectBody>('project');
      for (const project of projects) if (!isClosed) await guarded(() => lookAt(project));
    });
  }

  /** Trouble with one project keeps no other waiting; the next look tries again. */
  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      logger.warn({ err: error }, 'digests and reminders that are due could not be sent');
    }
  }

  async function lookAt(project: Project): Promise<void> {
    const ref = { kind: 'lifecycle-settings', parent: project.id, key: SETTINGS_KEY } as const;
    const stored = await store.document<LifecycleSettingsBody>(ref);
    const { digest } = stored?.body ?? DEFAULT_SETTINGS;
    await ifNew(digested, project.id, lastDigestSlot(digest, clock.now()), async (slot) => {
      const before = await store.digestSlot(project.id);
      // Times that nobody had asked for when they came are over: only what comes from then on is sent.
      const isAsked = before !== null && slot > (stored?.updatedAt ?? 0);
      await reminders.claimDigest(project, slot, digest.isEnabled && isAsked);
    });
    await ifNew(nudged, project.id, lastNudgeSlot(digest, clock.now()), (slot) => reminders.sendNudges(project, slot));
  }

  return {
    async close() {
      isClosed = true;
      timer.cancel();
      await running;
    },
  };
}

async function ifNew(
  done: Map<string, number>,
  project: string,
  slot: number | null,
  work: (slot: number) => Promise<void>,
): Promise<void> {
  if (slot === null || (done.get(project) ?? -Infinity) >= slot) return;
  await work(slot);
  done.set(project, slot);
}
