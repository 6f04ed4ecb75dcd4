import { RefusedError } from '../errors.ts';
import type { HealthSums } from '../store/health.ts';
import type { UsageReport, UsageStore } from '../store/usage.ts';

/** Takes in the reports of SDKs: each is durable when its promise resolves. */
export interface Intake {
  /** Whether the report was new. Refuses with `unavailable` where the database does not keep up. */
  add(report: UsageReport): Promise<boolean>;
}

interface Waiting {
  readonly report: UsageReport;
  resolve(isNew: boolean): void;
  reject(error: unknown): void;
}

/** Entries of all reports together that one transaction takes, and that wait at most. */
const BATCH_ENTRIES = 5_000;
const WAITING_ENTRIES = 200_000;
/** A series of health takes as much room, with its shards, as so many counts; and a count as much as so many buckets. */
const HEALTH_ENTRIES = 10;
const BUCKETS_OF_ENTRY = 100;

/**
 * One transaction at a time takes all reports that have come during the one before: a fleet that reports at once costs
 * a few commits, and nobody is answered before its report is on the disk.
 */
export function createIntake(store: UsageStore, now: () => number): Intake {
  const waiting: Waiting[] = [];
  let entriesWaiting = 0;
  let isWriting = false;

  function nextBatch(): readonly Waiting[] {
    let entries = 0;
    let end = 0;
    while (end < waiting.length && (end === 0 || entries < BATCH_ENTRIES)) {
      entries += sizeOf(waiting[end]?.report);
      end += 1;
    }
    entriesWaiting -= entries;
    return waiting.splice(0, end);
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) await write(batch);
    isWriting = false;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      const reports = batch.map(({ report }) => report);
      const isNew = await store.addUsage(reports, now());
      batch.forEach(({ resolve }, i) => {
        resolve(isNew[i] ?? false);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    add(report) {
      if (entriesWaiting + sizeOf(report) > WAITING_ENTRIES) return Promise.reject(new RefusedError(BEHIND));
      return new Promise((resolve, reject) => {
        waiting.push({ report, resolve, reject });
        entriesWaiting += sizeOf(report);
        if (!isWriting) void writeAll();
      });
    },
  };
}

const BEHIND = {
  code: 'unavailable',
  detail: 'Counts come faster than they can be written. Keep yours and send them again later.',
  retryAfter: 10,
} as const;

function sizeOf(report: UsageReport | undefined): number {
  if (report === undefined) return 0;
  const { counts, missing, seen, health } = report;
  const room = health.reduce((sum, { sums }) => sum + HEALTH_ENTRIES + bucketsOf(sums) / BUCKETS_OF_ENTRY, 0);
  return 1 + counts.length + missing.length + seen.length + Math.ceil(room);
}

function bucketsOf({ latency }: HealthSums): number {
  return latency.reduce((sum, { c }) => sum + c.length, 0);
}
