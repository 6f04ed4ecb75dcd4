import type { Item } from '../model/items.ts';
import { LIMITS } from '../model/limits.ts';
import { applyOps, idOf } from './apply.ts';
import type { EnvironmentState, ItemId } from './client-events.ts';
import { readPayload } from './codec.ts';
import { digestOf, type Hash } from './digest.ts';
import type { FullState, WholeChange } from './inbox.ts';
import type { NackCode, Payload } from './messages.ts';

/** What becomes of a state when something arrives. The state before is never touched. */
export type Swap =
  | { readonly kind: 'swapped'; readonly state: EnvironmentState; readonly changed: readonly ItemId[] }
  /** The SDK is there already. */
  | { readonly kind: 'same' }
  /** The SDK was there before: a poll was quicker, or the server fell back. */
  | { readonly kind: 'old' }
  /** It does not build on what the SDK has. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'refused'; readonly code: NackCode };

/** The state after a change of the history `epoch`: all of it or nothing. */
export function afterChange(before: EnvironmentState | null, epoch: string, change: WholeChange, hash: Hash): Swap {
  if (before?.epoch !== epoch) return { kind: 'gap' };
  if (change.to < before.version) return { kind: 'old' };
  if (change.to === before.version) return compared(before, change);
  if (change.from !== before.version) return { kind: 'gap' };
  return attempted(() => {
    const applied = applyOps(before, change.ops, hash);
    if (!applied) return { kind: 'refused', code: 'apply' };
    const { items, digest, changed } = applied;
    if (items.size > LIMITS.payloadItems) return { kind: 'refused', code: 'too-big' };
    if (digest !== change.digest) return { kind: 'refused', code: 'digest' };
    return { kind: 'swapped', state: { epoch, version: change.to, digest, items }, changed };
  });
}

/** The state after a full transfer. A lower version is taken in another history or with a rebase only. */
export function afterFull(before: EnvironmentState | null, full: FullState, hash: Hash): Swap {
  const { epoch, version, digest, rebase } = full;
  const isSameHistory = before?.epoch === epoch;
  if (before && isSameHistory && version < before.version && !rebase) return { kind: 'old' };
  if (isSameHistory && version === before.version && digest === before.digest) return { kind: 'same' };
  if (full.items.length === 0 && before && before.items.size > 0 && !full.isEmpty) {
    return { kind: 'refused', code: 'empty' };
  }
  return attempted(() => {
    const items = new Map(full.items.map((item) => [idOf(item), item]));
    if (items.size !== full.items.length) return { kind: 'refused', code: 'malformed' };
    if (digestOf(full.items, hash) !== digest) return { kind: 'refused', code: 'digest' };
    const state: EnvironmentState = { epoch, version, digest, items };
    return { kind: 'swapped', state, changed: changedBetween(before?.items, items, isSameHistory && !rebase) };
  });
}

function compared(before: EnvironmentState, { digest }: WholeChange): Swap {
  return before.digest === digest ? { kind: 'same' } : { kind: 'refused', code: 'digest' };
}

/** The state after a poll's answer. */
export function afterPayload(before: EnvironmentState | null, payload: Payload, hash: Hash): Swap {
  const { epoch, version, digest } = payload;
  switch (payload.kind) {
    case 'full': {
      const { items, rebase = false, empty: isEmpty = false } = payload;
      return afterFull(before, { epoch, version, digest, items, rebase, isEmpty }, hash);
    }
    case 'delta': {
      const { from, ops } = payload;
      return afterChange(before, epoch, { from, to: version, digest, urgent: false, ops }, hash);
    }
  }
}

/** Reads a whole environment that was kept or written by hand: a cache file, a bootstrap object. */
export function decodePayload(
  text: string,
  hash: Hash,
): { readonly kind: 'ok'; readonly state: EnvironmentState } | { readonly kind: 'refused'; readonly problem: string } {
  const payload = readPayload(text);
  if (!payload) return { kind: 'refused', problem: 'it is not a payload' };
  const swap = afterPayload(null, payload, hash);
  switch (swap.kind) {
    case 'swapped':
      return { kind: 'ok', state: swap.state };
    case 'refused':
      return { kind: 'refused', problem: swap.code === 'digest' ? 'its digest does not match' : 'it is malformed' };
    case 'same':
    case 'old':
    case 'gap':
      return { kind: 'refused', problem: 'it holds changes only' };
  }
}

/** What a server sends may be anything: an exception on the way leaves the state as it was. */
function attempted(work: () => Swap): Swap {
  try {
    return work();
  } catch {
    return { kind: 'refused', code: 'apply' };
  }
}

/** Names what differs. Revs tell it within one history; between two, only the bodies do. */
function changedBetween(
  before: ReadonlyMap<ItemId, Item> | undefined,
  after: ReadonlyMap<ItemId, Item>,
  revsTell: boolean,
): readonly ItemId[] {
  const isSame = (a: Item | undefined, b: Item) =>
    a?.rev === b.rev && (revsTell || JSON.stringify(a) === JSON.stringify(b));
  const changed = [...after].filter(([id, item]) => !isSame(before?.get(id), item)).map(([id]) => id);
  const gone = [...(before?.keys() ?? [])].filter((id) => !after.has(id));
  return [...changed, ...gone];
}
