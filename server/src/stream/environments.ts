import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { StreamMetrics } from '../metrics/metrics.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { Channel } from './channel.ts';
import { coalesced } from './coalesced.ts';
import { CLOSES } from './connection.ts';
import { type News, readNews } from './environment-feed.ts';
import type { Snapshot } from './snapshot.ts';
import type { Waiters } from './waiters.ts';

/** Longest wait for the database while an SDK waits for its answer. */
const PRIMARY_MS = 2_000;

/** All environments that this process serves, as new as the database at the last look. */
export interface Environments {
  readonly channels: ReadonlyMap<string, Channel>;
  /** Whether the last look at the database succeeded. What is in memory is served either way. */
  readonly isCurrent: boolean;
  /** The first look; fails when the database cannot be read. */
  load(): Promise<void>;
  /** Looks at the database; a failure is told in the log, and leaves everything as it is. */
  look(): Promise<void>;
  /** Looks and waits for it; false when the database cannot be reached in time. */
  readPrimary(): Promise<boolean>;
  /** No look begins from now on. */
  close(): void;
}

export interface EnvironmentsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StreamMetrics;
  readonly waiters: Waiters;
  /** Told whenever another state of an environment is served, after its streams were. */
  readonly onMoved: (moved: Moved) => void;
}

/** An environment whose served state is another one now, or that is not served any more. */
export interface Moved {
  readonly environment: string;
  /** One of the changes must not wait for anything. */
  readonly urgent: boolean;
}

export function openEnvironments(options: EnvironmentsOptions): Environments {
  const { store, clock, logger, metrics, waiters, onMoved } = options;
  const channels = new Map<string, Channel>();
  let isCurrent = false;
  let isClosed = false;

  const pull = coalesced(async () => {
    if (isClosed) return;
    const served = new Map([...channels].map(([id, channel]) => [id, channel.snapshot]));
    for (const news of await readNews(store, served)) await takeIn(news);
  });

  async function takeIn(news: News): Promise<void> {
    switch (news.kind) {
      case 'advanced': {
        const changes = news.changes.map((change) => ({ change, agoMs: Math.max(0, clock.now() - change.at) }));
        channels.get(news.snapshot.environment)?.advance(news.snapshot, changes);
        onMoved({ environment: news.snapshot.environment, urgent: news.changes.some(({ urgent }) => urgent) });
        break;
      }
      case 'loaded':
        await takeOver(news.snapshot);
        onMoved({ environment: news.snapshot.environment, urgent: false });
        break;
      case 'removed':
        endAll(channels.get(news.environment));
        channels.delete(news.environment);
        onMoved({ environment: news.environment, urgent: false });
    }
  }

  async function takeOver(snapshot: Snapshot): Promise<void> {
    const known = channels.get(snapshot.environment);
    if (known !== undefined) {
      known.replace(snapshot);
      return;
    }
    const channel = new Channel({
      label: await labelOf(store, snapshot.environment),
      snapshot,
      metrics,
      logger,
      monotonic: () => clock.monotonic(),
      onProgress: () => waiters.look(),
    });
    channels.set(snapshot.environment, channel);
    waiters.look();
  }

  async function attempt(): Promise<boolean> {
    try {
      await pull();
      if (!isCurrent) logger.info({}, 'the database is read again');
      isCurrent = true;
    } catch (error) {
      if (isCurrent) logger.warn({ err: error }, 'the database cannot be read: serving what is in memory');
      isCurrent = false;
    }
    return isCurrent;
  }

  return {
    channels,
    get isCurrent() {
      return isCurrent;
    },
    async load() {
      await pull();
      isCurrent = true;
    },
    async look() {
      await attempt();
    },
    async readPrimary() {
      let isRead = false;
      const reading = attempt().then((succeeded) => {
        isRead = succeeded;
        waiters.look();
        return succeeded;
      });
      return Promise.race([reading, waiters.until(() => isRead, PRIMARY_MS)]);
    },
    close() {
      isClosed = true;
    },
  };
}

/** An environment that is gone took its keys with it. */
function endAll(channel: Channel | undefined): void {
  for (const { connection } of channel?.sessions ?? []) connection.end(CLOSES.unauthorized, 'revoked');
}

/** `project/environment`, for people who read the figures. */
async function labelOf(store: Store, environment: string): Promise<string> {
  const document = await store.documentById<EnvironmentBody>('environment', environment);
  const project = document && (await store.documentById<ProjectBody>('project', document.parent));
  return document && project ? `${project.body.key}/${document.body.key}` : environment;
}
