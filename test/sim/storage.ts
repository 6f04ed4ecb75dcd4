import { createHash } from 'node:crypto';
import type { Item, SegmentItem } from '@glidepath/core';
import { digestOf, type Hash, type ItemId, type WholeOp } from '@glidepath/core/protocol';
import type { EnvironmentChange, EnvironmentSnapshot } from '@glidepath/server/stream';

const hashes = new Map<string, string>();

export const hash: Hash = (text) => {
  const known = hashes.get(text);
  if (known) return known;
  const made = createHash('sha256').update(text).digest('hex').slice(0, 32);
  if (hashes.size > 100_000) hashes.clear();
  hashes.set(text, made);
  return made;
};

/** What one transaction wants: whole items, deletions, or an edit of one segment's keys. */
export type Write =
  | { readonly kind: 'put'; readonly item: Omit<Item, 'rev'> }
  | { readonly kind: 'delete'; readonly id: ItemId }
  | {
      readonly kind: 'members';
      readonly key: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    };

/** The history of one environment, in memory. It shares no code with the SDK's way of applying ops. */
export interface Storage {
  readonly epoch: string;
  readonly version: number;
  items(): ReadonlyMap<ItemId, Item>;
  write(writes: readonly Write[], urgent: boolean): void;
  snapshot(): EnvironmentSnapshot;
  /** Contiguous up to the newest; starts later when the rest was compacted. */
  changesAfter(version: number): readonly EnvironmentChange[];
  /** Forgets all changes but the newest `keep`. */
  compact(keep: number): void;
  oldest(): number;
  /** A backup is put back: an older state, another epoch. */
  restore(): void;
  /** A failover loses the newest changes, and nobody has noticed yet. */
  loseTail(count: number): void;
  /** Notices a failover: another epoch. */
  notice(): void;
  /** What was ever committed as this version. */
  committed(epoch: string, version: number): ReadonlyMap<ItemId, Item> | undefined;
}

export function createStorage(): Storage {
  let epochs = 1;
  let version = 1;
  let items: ReadonlyMap<ItemId, Item> = new Map();
  let changes: readonly EnvironmentChange[] = [];
  let hasLostTail = false;
  const record = new Map<string, ReadonlyMap<ItemId, Item>>();
  const epoch = () => epochs.toString(16).padStart(16, '0');
  const remember = () => record.set(`${epoch()}.${version}`, items);
  const digest = () => digestOf(items.values(), hash);
  const nextEpoch = () => {
    epochs += 1;
    changes = [];
    hasLostTail = false;
    remember();
  };
  remember();

  return {
    get epoch() {
      return epoch();
    },
    get version() {
      return version;
    },
    items: () => items,
    write(writes, urgent) {
      if (hasLostTail) nextEpoch();
      const next = new Map(items);
      const rev = version + 1;
      const ops = writes.flatMap((write) => carriedOut(next, write, rev));
      if (ops.length === 0) return;
      version = rev;
      items = next;
      remember();
      const change = {
        environment: 'env',
        version,
        changeId: `change-${version}`,
        ops,
        digest: digest(),
        urgent,
        at: 0,
      };
      changes = [...changes, change];
    },
    snapshot: () => ({ id: 'env', epoch: epoch(), version, digest: digest(), items: [...items.values()] }),
    changesAfter: (after) => changes.filter((change) => change.version > after),
    compact(keep) {
      changes = keep === 0 ? [] : changes.slice(-keep);
    },
    oldest: () => changes[0]?.version ?? version + 1,
    restore() {
      const target = Math.max(1, version - 3);
      items = record.get(`${epoch()}.${target}`) ?? items;
      version = target;
      nextEpoch();
    },
    loseTail(count) {
      const target = version - count;
      const older = record.get(`${epoch()}.${target}`);
      if (!older || target < 1) return;
      items = older;
      version = target;
      changes = changes.filter((change) => change.version <= target);
      hasLostTail = true;
    },
    notice() {
      if (hasLostTail) nextEpoch();
    },
    committed: (ofEpoch, ofVersion) => record.get(`${ofEpoch}.${ofVersion}`),
  };
}

function carriedOut(items: Map<ItemId, Item>, write: Write, rev: number): readonly WholeOp[] {
  switch (write.kind) {
    case 'put': {
      const { kind, key, body } = write.item;
      const item = { kind, key, rev, body } as Item;
      items.set(`${item.kind}\t${item.key}`, item);
      return [{ op: 'put', ...item }];
    }
    case 'delete': {
      const old = items.get(write.id);
      if (!old) return [];
      items.delete(write.id);
      return [{ op: 'del', kind: old.kind, key: old.key, rev }];
    }
    case 'members': {
      const old = items.get(`segment\t${write.key}`);
      if (old?.kind !== 'segment') return [];
      items.set(`segment\t${write.key}`, edited(old, write.add, write.remove, rev));
      const { key, add, remove } = write;
      return [{ op: 'members', key, rev, ctx: 'user', list: 'included', add, remove }];
    }
  }
}

function edited(old: SegmentItem, add: readonly string[], remove: readonly string[], rev: number): SegmentItem {
  const keys = old.body.included.flatMap((list) => list.keys).filter((key) => !remove.includes(key));
  const all = [...keys, ...add.filter((key) => !keys.includes(key))];
  const included = all.length === 0 ? [] : [{ contextKind: 'user', keys: all }];
  return { kind: 'segment', key: old.key, rev, body: { ...old.body, included } };
}
