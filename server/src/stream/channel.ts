import { d8Of, type Intent, type IntentReason, type NackCode } from '@glidepath/core/protocol';
import type { Logger } from '../log.ts';
import type { StreamMetrics } from '../metrics/metrics.ts';
import type { EnvironmentChange } from '../store/store.ts';
import type { ConnectionView, Straggler } from './delivery.ts';
import { type Counts, DeliveryCount } from './delivery-count.ts';
import type { Session } from './session.ts';
import type { Snapshot } from './snapshot.ts';

/** At most so many are named. */
const STRAGGLERS = 20;
/** A poller counts for this long after its last request. */
const POLLER_MS = 60_000;

export interface ChannelOptions {
  /** `project/environment`, for the figures. */
  readonly label: string;
  readonly snapshot: Snapshot;
  readonly metrics: StreamMetrics;
  readonly logger: Logger;
  readonly monotonic: () => number;
  /** Something that people may wait for has happened. */
  readonly onProgress: () => void;
}

/** One environment as this process serves it: its state, who listens, and how far they are. */
export class Channel {
  readonly environment: string;
  readonly label: string;
  readonly #options: ChannelOptions;
  readonly #sessions = new Set<Session>();
  readonly #pollers = new Map<string, number>();
  readonly #count: DeliveryCount;
  #snapshot: Snapshot;
  /** Until then streams are left to the next tick, which merges what came meanwhile. */
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ChannelOptions) {
    this.environment = options.snapshot.environment;
    this.label = options.label;
    this.#options = options;
    this.#snapshot = options.snapshot;
    this.#count = new DeliveryCount(options.snapshot.version);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  join(session: Session): void {
    session.countedTo = this.#snapshot.version;
    this.#sessions.add(session);
    this.#tellConnections();
  }

  leave(session: Session): void {
    if (!this.#sessions.delete(session)) return;
    this.#count.gone(session);
    this.#tellConnections();
    this.#options.onProgress();
  }

  /** Serves a later version; `changes` are those that led to it, `agoMs` how long ago each was committed. */
  advance(
    snapshot: Snapshot,
    changes: readonly { readonly change: EnvironmentChange; readonly agoMs: number }[],
  ): void {
    const now = this.#options.monotonic();
    this.#snapshot = snapshot;
    for (const { change, agoMs } of changes) {
      this.#count.committed(change.version, this.#sessions.size, now - agoMs);
    }
    this.#broadcast(changes.some(({ change }) => change.urgent));
  }

  /** Serves another history, or one whose way here is not known. */
  replace(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#count.reset(snapshot.version);
    for (const session of this.#sessions) session.countedTo = snapshot.version;
    this.#broadcast(false);
  }

  /** Whether this is what the environment was at that version, as far as it is known. */
  hasState(version: number, d8: string): boolean {
    if (version === this.#snapshot.version) return d8Of(this.#snapshot.digest) === d8;
    const { entries } = this.#snapshot.ring;
    const change = entries[version - (entries[0]?.change.version ?? Number.POSITIVE_INFINITY)]?.change;
    return change !== undefined && d8Of(change.digest) === d8;
  }

  acknowledged(session: Session, version: number, heldMs: number): void {
    const { metrics, monotonic, onProgress } = this.#options;
    for (const tookMs of this.#count.applied(session, version, monotonic(), heldMs)) {
      metrics.delivery.observe({ environment: this.label }, tookMs / 1_000);
    }
    onProgress();
  }

  /** Browsers are a line of their own: nobody waits for them. */
  browserSent(from: number, to: number): void {
    this.#count.browserSent(from, to);
  }

  browserApplied(from: number, to: number): void {
    this.#count.browserApplied(from, to);
  }

  /** An SDK could not apply a version: many of them at once mean that the version is bad. */
  refused(version: number, code: NackCode): void {
    const { metrics, logger, monotonic } = this.#options;
    metrics.nacks.inc({ environment: this.label, code });
    if (!this.#count.nacked(version, monotonic())) return;
    const change = this.#snapshot.ring.entries.find((entry) => entry.change.version === version)?.change;
    logger.error(
      { environment: this.label, version, code, changeId: change?.changeId },
      'SDKs refuse this version: look at the change and revert it',
    );
  }

  breakerOpened(flag: string, variation: string): void {
    this.#options.metrics.breakers.inc({ environment: this.label });
    this.#options.logger.warn({ environment: this.label, flag, variation }, 'an SDK stopped serving a variation');
  }

  answered(intent: Intent, reason: IntentReason): void {
    this.#options.metrics.transfers.inc({ environment: this.label, intent, reason });
  }

  polled(poller: string): void {
    // Those who asked last stand last, so that the others are found at once.
    this.#pollers.delete(poller);
    this.#pollers.set(poller, this.#options.monotonic());
    this.#forgetPollers();
  }

  connections(): readonly ConnectionView[] {
    return [...this.#sessions].map((session) => session.view()).filter((view) => view !== null);
  }

  /** Null when the version is not followed any more. */
  counts(version: number): Counts | null {
    return this.#count.counts(version);
  }

  isComplete(version: number): boolean {
    return this.#count.isComplete(version);
  }

  /** Counts to be written down now. */
  takeCounts(everyMs: number): readonly Counts[] {
    return this.#count.takeChanged(this.#options.monotonic(), everyMs);
  }

  stragglers(version: number): readonly Straggler[] {
    return [...this.#sessions]
      .filter((session) => session.countedTo < version)
      .slice(0, STRAGGLERS)
      .map((session) => session.view())
      .filter((view) => view !== null)
      .map(({ id, application, version: applied, lastSeenMs }) => ({
        connection: id,
        application: application.name ?? null,
        instance: application.instance ?? null,
        version: applied ?? 0,
        silentMs: lastSeenMs,
      }));
  }

  pollers(): number {
    this.#forgetPollers();
    return this.#pollers.size;
  }

  #forgetPollers(): void {
    const since = this.#options.monotonic() - POLLER_MS;
    for (const [poller, at] of this.#pollers) {
      if (at >= since) return;
      this.#pollers.delete(poller);
    }
  }

  /** Rests for as long as the last one took: many changes a second must leave time for everything else. */
  #broadcast(isUrgent: boolean): void {
    const { metrics, monotonic, onProgress } = this.#options;
    const begun = monotonic();
    if (isUrgent || begun >= this.#restUntil) {
      for (const session of this.#sessions) session.advance(isUrgent ? 'urgent' : 'change');
      const tookMs = monotonic() - begun;
      this.#restUntil = begun + 2 * tookMs;
      metrics.broadcast.observe(tookMs / 1_000);
    }
    onProgress();
  }

  #tellConnections(): void {
    this.#options.metrics.connections.set({ environment: this.label, kind: 'server' }, this.#sessions.size);
  }
}
