import { createHash } from 'node:crypto';
import type { Hash } from '@glidepath/core/protocol';
import type { EnvironmentChange, EnvironmentHead, Store } from '../store/store.ts';
import { RING_LIMITS } from './ring.ts';
import { advanced, type Snapshot, snapshotOf } from './snapshot.ts';

/** What a look at the database found out about one environment. */
export type News =
  | { readonly kind: 'advanced'; readonly snapshot: Snapshot; readonly changes: readonly EnvironmentChange[] }
  /** New here, another history, or a way that cannot be followed step by step. */
  | { readonly kind: 'loaded'; readonly snapshot: Snapshot }
  | { readonly kind: 'removed'; readonly environment: string };

type FeedStore = Pick<Store, 'heads' | 'snapshot' | 'changesSince'>;

/** The first 16 bytes of SHA-256, in hexadecimal. */
const hash: Hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Reads what has happened since the states that are served; what is urgent comes first. */
export async function readNews(store: FeedStore, served: ReadonlyMap<string, Snapshot>): Promise<readonly News[]> {
  const heads = await store.heads();
  const moved = heads.filter((head) => hasMoved(head, served.get(head.id)));
  const read = await Promise.all(moved.map((head) => newsOf(store, head, served.get(head.id))));
  const there = new Set(heads.map((head) => head.id));
  const removed = [...served.keys()].filter((environment) => !there.has(environment));
  return [
    ...read.filter((news) => news !== null).sort((a, b) => urgency(b) - urgency(a)),
    ...removed.map((environment) => ({ kind: 'removed', environment }) as const),
  ];
}

/** A lower version in the same history comes from a database that lags behind: it is not news. */
function hasMoved(head: EnvironmentHead, served: Snapshot | undefined): boolean {
  return served === undefined || head.epoch !== served.epoch || head.version > served.version;
}

async function newsOf(store: FeedStore, head: EnvironmentHead, served: Snapshot | undefined): Promise<News | null> {
  if (served === undefined || head.epoch !== served.epoch) return loaded(store, head.id);
  const changes = await store.changesSince(head.id, served.version, RING_LIMITS.changes);
  const snapshot = followed(served, changes);
  // More than one batch behind is as far as a gap: what is there now is sooner read than gone after.
  if (snapshot === null || snapshot.version < head.version) return loaded(store, head.id);
  return { kind: 'advanced', snapshot, changes };
}

/** The snapshot after all changes; null when they do not lead there without a gap. */
function followed(served: Snapshot, changes: readonly EnvironmentChange[]): Snapshot | null {
  return changes.reduce<Snapshot | null>((snapshot, change) => snapshot && advanced(snapshot, change, hash), served);
}

async function loaded(store: FeedStore, environment: string): Promise<News | null> {
  const stored = await store.snapshot(environment);
  if (stored === null) return null;
  const oldest = Math.max(0, stored.version - RING_LIMITS.changes);
  const changes = await store.changesSince(environment, oldest, RING_LIMITS.changes);
  return { kind: 'loaded', snapshot: snapshotOf(stored, changes) };
}

function urgency(news: News): number {
  return news.kind === 'advanced' && news.changes.some((change) => change.urgent) ? 1 : 0;
}
