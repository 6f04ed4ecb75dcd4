import type { Basis, IntentReason } from '@glidepath/core/protocol';

/** What the server can offer. */
export interface Offer {
  readonly epoch: string;
  readonly version: number;
  readonly digest: string;
  /** The oldest change that is still kept; `version + 1` when none is. */
  readonly oldest: number;
  /** Size of the merged change from a version that is kept. */
  readonly deltaBytes: (from: number) => number;
  readonly snapshotBytes: number;
  /** Whether `version` was read from the primary database after the basis arrived. */
  readonly fromPrimary: boolean;
}

export type IntentDecision =
  | { readonly kind: 'none' }
  | { readonly kind: 'delta'; readonly from: number }
  | { readonly kind: 'full'; readonly reason: Exclude<IntentReason, 'current' | 'behind'>; readonly rebase: boolean }
  /** The SDK claims to know more than this process: read the primary, then ask again. */
  | { readonly kind: 'read-primary' };

/** A delta larger than this share of the snapshot is not worth it. */
const LARGE = 0.5;

/** How an SDK with this basis gets to where the server is. */
export function decideIntent(basis: Basis | null, offer: Offer): IntentDecision {
  if (basis === null) return full('cold');
  if (basis.epoch !== offer.epoch) return full('epoch');
  if (basis.version > offer.version) return offer.fromPrimary ? full('ahead', true) : { kind: 'read-primary' };
  if (basis.version === offer.version) return basis.digest === offer.digest ? { kind: 'none' } : full('digest');
  if (basis.version < offer.oldest - 1) return full('compacted');
  const isLarge = offer.deltaBytes(basis.version) > LARGE * offer.snapshotBytes;
  return isLarge ? full('large') : { kind: 'delta', from: basis.version };
}

function full(reason: Exclude<IntentReason, 'current' | 'behind'>, rebase = false): IntentDecision {
  return { kind: 'full', reason, rebase };
}
