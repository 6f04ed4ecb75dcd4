import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { DeliveryRow, Store } from '../store/store.ts';
import type { Channel } from './channel.ts';
import { coalesced } from './coalesced.ts';
import type { Delivery, DeliveryReports } from './delivery.ts';
import type { Counts } from './delivery-count.ts';
import { deliveryOf, PRESENCE_VERSION } from './delivery-figures.ts';
import type { Waiters } from './waiters.ts';

/** How often another replica's rows are read while somebody waits, and how often a row is written. */
const ROWS_MS = 250;
/** Nobody else reads the rows of an only process: they are written for later. */
const ROWS_ALONE_MS = 5_000;
const PRESENCE_MS = 3_000;

export interface DeliveryReportsOptions {
  readonly store: Pick<Store, 'dialect' | 'delivery' | 'putDelivery'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replica: string;
  readonly waiters: Waiters;
  readonly channels: ReadonlyMap<string, Channel>;
}

export interface DeliveryDesk extends DeliveryReports {
  /** Writes down how far the versions have come; to be called every quarter of a second. */
  write(): Promise<void>;
}

/** A sign of life says only how many SDKs there are. */
const PRESENT = {
  version: PRESENCE_VERSION,
  applied: 0,
  gone: 0,
  browsersSent: 0,
  browsersApplied: 0,
  sketch: {},
  slowestMs: 0,
} as const;

/** Answers how far a version has come, from this process's counts and the other replicas' rows. */
export function createDeliveryDesk(options: DeliveryReportsOptions): DeliveryDesk {
  const { store, clock, logger, replica, waiters, channels } = options;
  const hasReplicas = store.dialect === 'postgresql';
  const unwritten = new Map<string, DeliveryRow>();
  const presentAt = new Map<string, number>();
  let isFailing = false;

  const rowOf = (environment: string, counts: Counts): DeliveryRow => ({
    environment,
    replica,
    updatedAt: clock.now(),
    ...counts,
  });

  async function delivery(environment: string, version: number): Promise<Delivery | null> {
    const channel = channels.get(environment);
    const counts = channel?.counts(version) ?? null;
    const stored = await store.delivery(environment, version);
    const rows = counts ? [...stored.filter((row) => row.replica !== replica), rowOf(environment, counts)] : stored;
    if (rows.length === 0) return null;
    return deliveryOf({
      version,
      rows,
      presence: hasReplicas ? await store.delivery(environment, PRESENCE_VERSION) : [],
      stragglers: channel?.stragglers(version) ?? [],
      pollers: channel?.pollers() ?? 0,
      now: clock.now(),
    });
  }

  function waitForVersion(environment: string, version: number, timeoutMs: number): Promise<boolean> {
    return waiters.until(() => (channels.get(environment)?.snapshot.version ?? 0) >= version, timeoutMs);
  }

  async function waitForApplied(environment: string, version: number, timeoutMs: number): Promise<Delivery> {
    const deadline = clock.monotonic() + timeoutMs;
    const isApplied = () => {
      const channel = channels.get(environment);
      if (channel === undefined || channel.snapshot.version < version) return false;
      return channel.counts(version) === null || channel.isComplete(version);
    };
    await waiters.until(isApplied, timeoutMs);
    for (;;) {
      const found = (await delivery(environment, version)) ?? nothingOf(version);
      const leftMs = deadline - clock.monotonic();
      if (found.complete || leftMs <= 0) return found;
      await waiters.until(() => false, Math.min(ROWS_MS, leftMs));
    }
  }

  function isPresenceDue(channel: Channel): boolean {
    if (!hasReplicas || channel.sessions.size === 0) return false;
    return clock.monotonic() - (presentAt.get(channel.environment) ?? Number.NEGATIVE_INFINITY) >= PRESENCE_MS;
  }

  function collect(): void {
    for (const channel of channels.values()) {
      const { environment } = channel;
      const rows = channel
        .takeCounts(hasReplicas ? ROWS_MS : ROWS_ALONE_MS)
        .map((counts) => rowOf(environment, counts));
      if (isPresenceDue(channel)) {
        presentAt.set(environment, clock.monotonic());
        rows.push(rowOf(environment, { ...PRESENT, connected: channel.sessions.size }));
      }
      for (const row of rows) unwritten.set(`${environment}\t${row.version}`, row);
    }
  }

  async function writeCollected(): Promise<void> {
    for (const [name, row] of [...unwritten]) {
      await store.putDelivery(row);
      // A newer row may have taken its place meanwhile.
      if (unwritten.get(name) === row) unwritten.delete(name);
    }
  }

  async function write(): Promise<void> {
    collect();
    try {
      await writeCollected();
      isFailing = false;
    } catch (error) {
      // Figures of what was delivered must not stop deliveries: they are written when the database is back.
      if (!isFailing) logger.warn({ err: error }, 'delivery figures cannot be written');
      isFailing = true;
    }
  }

  return {
    connections: (environment) => channels.get(environment)?.connections() ?? [],
    delivery,
    waitForVersion,
    waitForApplied,
    // A database that hangs would otherwise be asked once more at every tick.
    write: coalesced(write),
  };
}

function nothingOf(version: number): Delivery {
  return deliveryOf({ version, rows: [], presence: [], stragglers: [], pollers: 0, now: 0 });
}
