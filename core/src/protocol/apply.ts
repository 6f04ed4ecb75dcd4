import type { Item, SegmentBody, SegmentItem } from '../model/items.ts';
import type { MemberList } from '../model/model.ts';
import type { ItemId } from './client-events.ts';
import { type Hash, type Stamp, toggled } from './digest.ts';
import type { WholeOp } from './messages.ts';

type MembersOp = Extract<WholeOp, { op: 'members' }>;

export interface ItemState {
  readonly items: ReadonlyMap<ItemId, Item>;
  readonly digest: string;
}

export interface AppliedOps extends ItemState {
  readonly changed: readonly ItemId[];
}

export function idOf(item: { readonly kind: Item['kind']; readonly key: string }): ItemId {
  return `${item.kind}\t${item.key}`;
}

/** The state after all ops; the one before is left as it is. Null when an op alters the keys of a segment that is not there. */
export function applyOps(before: ItemState, ops: readonly WholeOp[], hash: Hash): AppliedOps | null {
  const items = new Map(before.items);
  const changed = new Set<ItemId>();
  const stamps: Stamp[] = [];
  for (const op of ops) {
    const id = op.op === 'members' ? idOf({ kind: 'segment', key: op.key }) : idOf(op);
    const old = items.get(id);
    const next = afterOp(old, op);
    if (next === undefined) return null;
    if (old) stamps.push(old);
    if (next) {
      stamps.push(next);
      items.set(id, next);
    } else items.delete(id);
    changed.add(id);
  }
  return { items, changed: [...changed], digest: toggled(before.digest, stamps, hash) };
}

/** The item after one op; null = gone, undefined = the op does not fit. */
function afterOp(old: Item | undefined, op: WholeOp): Item | null | undefined {
  switch (op.op) {
    case 'put':
      return itemOf(op);
    case 'del':
      return null;
    case 'members':
      return old?.kind === 'segment' ? withMembers(old, op) : undefined;
  }
}

/** The item that a `put` carries. */
export function itemOf(op: Extract<WholeOp, { op: 'put' }>): Item {
  const { kind, key, rev, body } = op;
  // The pair of kind and body is the op's own.
  return { kind, key, rev, body } as Item;
}

/** The segment after its keys were altered: removed ones leave unless they are added too, new ones follow at the end, an empty list disappears. */
export function withMembers(segment: SegmentItem, op: MembersOp): SegmentItem {
  const body: SegmentBody = { ...segment.body, [op.list]: editedLists(segment.body[op.list], op) };
  return { kind: 'segment', key: segment.key, rev: op.rev, body };
}

function editedLists(lists: readonly MemberList[], op: MembersOp): readonly MemberList[] {
  const known = lists.some((list) => list.contextKind === op.ctx);
  const all = known ? lists : [...lists, { contextKind: op.ctx, keys: [] }];
  return all
    .map((list) => (list.contextKind === op.ctx ? { ...list, keys: editedKeys(list.keys, op) } : list))
    .filter((list) => list.keys.length > 0 || list.contextKind !== op.ctx);
}

function editedKeys(keys: readonly string[], op: MembersOp): readonly string[] {
  const removed = new Set(op.remove);
  for (const key of op.add) removed.delete(key);
  const kept = new Set(keys.filter((key) => !removed.has(key)));
  for (const key of op.add) kept.add(key);
  return [...kept];
}
