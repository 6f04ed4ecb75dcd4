import type { Item } from '@glidepath/core';
import {
  applyOps,
  type Basis,
  type FrameLimits,
  type Hash,
  type ItemId,
  idOf,
  splitItems,
  utf8Length,
} from '@glidepath/core/protocol';
import type { EnvironmentChange, EnvironmentSnapshot } from '../store/store.ts';
import { shared } from './deep-freeze.ts';
import { EMPTY_RING, pushed, RING_LIMITS, type Ring, type RingLimits } from './ring.ts';

/** One version of an environment as this process serves it, with the changes that led to it; never mutated. */
export interface Snapshot extends Basis {
  readonly environment: string;
  readonly items: ReadonlyMap<ItemId, Item>;
  /** Size of all items in UTF-8. */
  readonly bytes: number;
  readonly ring: Ring;
}

/** The snapshot of what the store holds; `changes` are those that led to it, as far as they are kept. */
export function snapshotOf(
  stored: EnvironmentSnapshot,
  changes: readonly EnvironmentChange[],
  limits: RingLimits = RING_LIMITS,
): Snapshot {
  const { id: environment, epoch, version, digest } = stored;
  const items = new Map(stored.items.map((item) => [idOf(item), item]));
  const bytes = stored.items.reduce((sum, item) => sum + bytesOf(item), 0);
  const ring = changes
    .filter((change) => change.version <= version)
    .reduce((kept, change) => pushed(kept, change, limits), EMPTY_RING);
  return shared({ environment, epoch, version, digest, items, bytes, ring });
}

/** The snapshot after the next change; null when the change does not follow it or leads elsewhere. */
export function advanced(
  snapshot: Snapshot,
  change: EnvironmentChange,
  hash: Hash,
  limits: RingLimits = RING_LIMITS,
): Snapshot | null {
  if (change.version !== snapshot.version + 1) return null;
  const applied = applyOps(snapshot, change.ops, hash);
  if (applied?.digest !== change.digest) return null;
  const { items, digest, changed } = applied;
  const grown = changed.reduce((sum, id) => sum + bytesOf(items.get(id)) - bytesOf(snapshot.items.get(id)), 0);
  return shared({
    ...snapshot,
    version: change.version,
    digest,
    items,
    bytes: snapshot.bytes + grown,
    ring: pushed(snapshot.ring, change, limits),
  });
}

export function basisOf({ epoch, version, digest }: Basis): Basis {
  return { epoch, version, digest };
}

/** The frames of a full transfer and the size of each; made once per snapshot, for all connections. */
export interface FullTransfer {
  readonly frames: readonly string[];
  readonly sizes: readonly number[];
}

const transfers = new WeakMap<Snapshot, Map<boolean, FullTransfer>>();

export function fullTransfer(snapshot: Snapshot, rebase: boolean, limits?: FrameLimits): FullTransfer {
  const made = transfers.get(snapshot) ?? new Map<boolean, FullTransfer>();
  transfers.set(snapshot, made);
  const known = made.get(rebase);
  if (known) return known;
  const { epoch, version: v, digest, items, bytes } = snapshot;
  const frames = [
    JSON.stringify({ t: 'begin', epoch, v, items: items.size, bytes, ...(rebase && { rebase }) }),
    ...splitItems(items.values(), limits, textOf),
    JSON.stringify({ t: 'commit', v, digest, ...(items.size === 0 && { empty: true }) }),
  ];
  const transfer = shared({ frames, sizes: frames.map(utf8Length) });
  made.set(rebase, transfer);
  return transfer;
}

/** The text of a poll's answer that holds the whole environment. */
export function fullPayload(snapshot: Snapshot, rebase: boolean): string {
  const { epoch, version, digest, items } = snapshot;
  const flags = { ...(rebase && { rebase }), ...(items.size === 0 && { empty: true }) };
  const head = JSON.stringify({ kind: 'full', epoch, version, digest, ...flags });
  return `${head.slice(0, -1)},"items":[${[...items.values()].map(textOf).join(',')}]}`;
}

interface Serialised {
  readonly text: string;
  readonly bytes: number;
}

/** Items outlive snapshots: most of a new snapshot is serialised already. */
const serialised = new WeakMap<Item, Serialised>();

function serialisedOf(item: Item): Serialised {
  const known = serialised.get(item);
  if (known) return known;
  const text = JSON.stringify(item);
  const made = { text, bytes: utf8Length(text) };
  serialised.set(item, made);
  return made;
}

const textOf = (item: Item) => serialisedOf(item).text;
const bytesOf = (item: Item | undefined) => (item ? serialisedOf(item).bytes : 0);
