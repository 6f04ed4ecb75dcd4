import type { DeliveryRow } from '../store/store.ts';
import { bucketOf } from './sketch.ts';

/** A connection as the count sees it: the one number that says which versions it was already counted for. */
export interface Counted {
  /** Versions up to here are counted for this connection, or were committed before it was there. */
  countedTo: number;
}

interface Committed {
  readonly version: number;
  readonly connected: number;
  /** Milliseconds on this process's monotonic clock. */
  readonly at: number;
  applied: number;
  gone: number;
  nacked: number;
  browsersSent: number;
  browsersApplied: number;
  sketch: Map<number, number>;
  slowestMs: number;
  /** Differs from what was taken last. */
  dirty: boolean;
  takenAt: number;
}

export type Counts = Omit<DeliveryRow, 'environment' | 'replica' | 'updatedAt'>;

/** Versions are followed for this long; then the stored row is all that is known. */
export const FOLLOWED_MS = 60_000;

/** Commit until this alarm no longer looks at the refusals of a version. */
const ALARM_WINDOW_MS = 5_000;

/**
 * How far each recent version of one environment has come on this replica.
 *
 * An acknowledgement covers all versions up to its own, and every connection counts for every version that was
 * committed while it was there: so one number per connection is enough, and no version keeps a list of connections.
 */
export class DeliveryCount {
  readonly #versions = new Map<number, Committed>();
  #newest: number;

  /** `version` is where the environment stands: what is committed later is counted. */
  constructor(version: number) {
    this.#newest = version;
  }

  /** A new version, with the connections that have to apply it. */
  committed(version: number, connected: number, at: number): void {
    this.#newest = version;
    this.#versions.set(version, {
      version,
      connected,
      at,
      applied: 0,
      gone: 0,
      nacked: 0,
      browsersSent: 0,
      browsersApplied: 0,
      sketch: new Map(),
      slowestMs: 0,
      dirty: true,
      takenAt: Number.NEGATIVE_INFINITY,
    });
  }

  /** Returns the time that each newly applied version took, in milliseconds. */
  applied(connection: Counted, version: number, now: number, heldMs: number): readonly number[] {
    return this.#open(connection, version).map((entry) => {
      const tookMs = Math.max(0, now - entry.at - heldMs);
      const bucket = bucketOf(tookMs);
      entry.applied += 1;
      entry.sketch.set(bucket, (entry.sketch.get(bucket) ?? 0) + 1);
      entry.slowestMs = Math.max(entry.slowestMs, tookMs);
      return tookMs;
    });
  }

  /** The connection closed before it applied what was committed while it was there. */
  gone(connection: Counted): void {
    for (const entry of this.#open(connection, this.#newest)) entry.gone += 1;
  }

  /** A browser was sent values because of the versions after `from`, up to `to`. */
  browserSent(from: number, to: number): void {
    for (const entry of this.#between(from, to)) {
      entry.browsersSent += 1;
      entry.dirty = true;
    }
  }

  browserApplied(from: number, to: number): void {
    for (const entry of this.#between(from, to)) {
      entry.browsersApplied += 1;
      entry.dirty = true;
    }
  }

  /** True once, when so many connections refuse a version within 5 s of its commit that somebody has to look. */
  nacked(version: number, now: number): boolean {
    const entry = this.#versions.get(version);
    if (entry === undefined || now - entry.at > ALARM_WINDOW_MS) return false;
    const wasAlarming = isAlarming(entry);
    entry.nacked += 1;
    return !wasAlarming && isAlarming(entry);
  }

  /** Null when the version is not followed any more. */
  counts(version: number): Counts | null {
    const entry = this.#versions.get(version);
    return entry === undefined ? null : countsOf(entry);
  }

  isComplete(version: number): boolean {
    const entry = this.#versions.get(version);
    return entry !== undefined && isComplete(entry);
  }

  /** What is to be written now: all that changed and was not taken for `everyMs`, or is complete. Forgets what is old. */
  takeChanged(now: number, everyMs: number): readonly Counts[] {
    const changed = [...this.#versions.values()].filter(
      (entry) => entry.dirty && (isComplete(entry) || now - entry.takenAt >= everyMs),
    );
    for (const entry of changed) {
      entry.dirty = false;
      entry.takenAt = now;
    }
    for (const entry of this.#versions.values()) {
      if (now - entry.at > FOLLOWED_MS) this.#versions.delete(entry.version);
    }
    return changed.map(countsOf);
  }

  /** Another history began: nothing that was counted holds. */
  reset(version: number): void {
    this.#versions.clear();
    this.#newest = version;
  }

  /** The followed versions up to `to` that the connection still has to apply; they count as seen from now on. */
  #open(connection: Counted, to: number): readonly Committed[] {
    const from = connection.countedTo;
    if (to <= from || this.#newest <= from) return [];
    connection.countedTo = Math.min(to, this.#newest);
    const entries = [...this.#between(from, connection.countedTo)];
    for (const entry of entries) entry.dirty = true;
    return entries;
  }

  *#between(after: number, to: number): Generator<Committed> {
    const [oldest] = this.#versions.keys();
    for (let version = Math.max(after + 1, oldest ?? 0); version <= to; version += 1) {
      const entry = this.#versions.get(version);
      if (entry !== undefined) yield entry;
    }
  }
}

function isComplete({ applied, gone, connected }: Committed): boolean {
  return applied + gone >= connected;
}

/** More than 2 % of what came back refuses, and at least five connections do. */
function isAlarming({ nacked, applied }: Committed): boolean {
  return nacked >= 5 && nacked > 0.02 * (nacked + applied);
}

function countsOf(entry: Committed): Counts {
  return {
    version: entry.version,
    connected: entry.connected,
    applied: entry.applied,
    gone: entry.gone,
    browsersSent: entry.browsersSent,
    browsersApplied: entry.browsersApplied,
    sketch: Object.fromEntries(entry.sketch),
    slowestMs: entry.slowestMs,
  };
}
