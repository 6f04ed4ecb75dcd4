import { type ItemId, idOf, itemOf, type WholeOp, withMembers } from '@glidepath/core/protocol';
import type { EnvironmentChange } from '../store/store.ts';

/** One step from a version to a later one. */
export interface MergedChange {
  readonly from: number;
  readonly to: number;
  /** Digest of the item map after the step. */
  readonly digest: string;
  readonly urgent: boolean;
  readonly ops: readonly WholeOp[];
}

/** Consecutive changes, in order and at least one, as one: the last op of each item wins. */
export function mergeChanges(changes: readonly EnvironmentChange[]): MergedChange {
  const [first] = changes;
  const last = changes.at(-1);
  if (!first || !last) throw new Error('There is nothing to merge');
  return {
    from: first.version - 1,
    to: last.version,
    digest: last.digest,
    urgent: changes.some((change) => change.urgent),
    ops: mergeOps(changes.flatMap((change) => change.ops)),
  };
}

function mergeOps(ops: readonly WholeOp[]): readonly WholeOp[] {
  const merged = new Map<ItemId, readonly WholeOp[]>();
  for (const op of ops) {
    const id = op.op === 'members' ? idOf({ kind: 'segment', key: op.key }) : idOf(op);
    merged.set(id, followed(merged.get(id) ?? [], op));
  }
  return [...merged.values()].flat();
}

/** What one item's ops become when another follows. Edits of keys fold into a whole segment, and stay apart without one. */
function followed(earlier: readonly WholeOp[], op: WholeOp): readonly WholeOp[] {
  if (op.op !== 'members') return [op];
  const before = earlier.at(-1);
  if (before?.op !== 'put') return [...earlier, op];
  const segment = itemOf(before);
  return segment.kind === 'segment' ? [{ op: 'put', ...withMembers(segment, op) }] : [op];
}
