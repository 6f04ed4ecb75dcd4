import type { Item } from '@glidepath/core';
import {
  applyOps,
  type Basis,
  type FrameLimits,
  type Hash,
  type ItemId,
  idOf,
  type Payload,
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
  const grown = changed.reduce((sum, id) => sum + sizeOf(items.get(id)) - sizeOf(snapshot.items.get(id)), 0);
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

const itemsFrames = new WeakMap<Snapshot, readonly string[]>();

/** The texts of a full transfer; what is between `begin` and `commit` is made once per snapshot. */
export function fullFrames(snapshot: Snapshot, rebase: boolean, limits?: FrameLimits): readonly string[] {
  const { epoch, version: v, digest, items, bytes } = snapshot;
  const inner = itemsFrames.get(snapshot) ?? splitItems(items.values(), limits);
  itemsFrames.set(snapshot, inner);
  return [
    JSON.stringify({ t: 'begin', epoch, v, items: items.size, bytes, ...(rebase && { rebase }) }),
    ...inner,
    JSON.stringify({ t: 'commit', v, digest, ...(items.size === 0 && { empty: true }) }),
  ];
}

/** The whole environment as a poll's answer. */
export function fullPayload(snapshot: Snapshot, rebase: boolean): Payload {
  const { epoch, version, digest, items } = snapshot;
  const flags = { ...(rebase && { rebase }), ...(items.size === 0 && { empty: true as const }) };
  return { kind: 'full', epoch, version, digest, items: [...items.values()], ...flags };
}

const sizes = new WeakMap<Item, number>();

function bytesOf(item: Item): number {
  const known = sizes.get(item);
  if (known !== undefined) return known;
  const bytes = utf8Length(JSON.stringify(item));
  sizes.set(item, bytes);
  return bytes;
}

function sizeOf(item: Item | undefined): number {
  return item ? bytesOf(item) : 0;
}
