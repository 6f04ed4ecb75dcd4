import {
  type Basis,
  d8Of,
  type FrameLimits,
  type Intent,
  type IntentReason,
  splitChange,
  utf8Length,
} from '@glidepath/core/protocol';
import { shared } from './deep-freeze.ts';
import { decideIntent, type IntentDecision, type Offer } from './intent.ts';
import { caughtUp, fellBehind, isHopeless, KEEPS_UP, LAG_MS, type Lag } from './lagging.ts';
import { type MergedChange, mergeChanges } from './merge.ts';
import { changesAfter, oldestOf } from './ring.ts';
import { basisOf, type FullTransfer, fullPayload, fullTransfer, type Snapshot } from './snapshot.ts';

/** What one connection was handed. The hub keeps it per socket and asks the dispatcher what comes next. */
export interface Outgoing {
  /** Where the SDK will stand once it has applied all that was handed to its socket; null = nothing to build upon. */
  readonly handed: Basis | null;
  /** A full transfer that is under way. */
  readonly transfer: Transfer | null;
  /** The next full transfer may take the SDK to a lower version. */
  readonly rebase: boolean;
  readonly lag: Lag;
}

interface Transfer extends FullTransfer {
  readonly next: number;
  readonly to: Basis;
  /** When a frame was handed over last. */
  readonly movedAt: number;
}

/** Why the hub asks: a change was committed, an urgent one was, or time has passed. */
export type Cause = 'change' | 'urgent' | 'tick';

export interface Facts {
  readonly snapshot: Snapshot;
  readonly cause: Cause;
  /** Bytes that wait in the socket. */
  readonly buffered: number;
  /** Milliseconds on the monotonic clock. */
  readonly now: number;
  /** Whether one of the few full transfers that may run at once is this connection's. */
  readonly mayTransfer: boolean;
}

interface Step {
  readonly outgoing: Outgoing;
  /** To be sent now, in order. The arrays' texts are shared by all connections. */
  readonly frames: readonly string[];
  readonly next: 'wait' | 'needs-transfer' | 'terminate';
}

export type Greeting =
  | { readonly kind: 'read-primary' }
  | {
      readonly kind: 'answer';
      readonly intent: Intent;
      readonly reason: IntentReason;
      readonly rebase: boolean;
      readonly outgoing: Outgoing;
    };

type PollReply =
  | { readonly kind: 'read-primary' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'payload'; readonly text: string };

/** The decisions of the server's half; the simulator breaks them one by one. */
export interface Decisions {
  readonly intent: (basis: Basis | null, offer: Offer) => IntentDecision;
  readonly merge: typeof mergeChanges;
  readonly kept: typeof changesAfter;
}

export const DECISIONS: Decisions = { intent: decideIntent, merge: mergeChanges, kept: changesAfter };

interface OutgoingLimits {
  /** Nothing is sent that would make a socket's buffer larger. */
  readonly bufferBytes: number;
  /** The same for an urgent change. */
  readonly urgentBufferBytes: number;
  readonly frames?: FrameLimits;
}

const MIB = 1024 * 1024;
const OUTGOING_LIMITS: OutgoingLimits = { bufferBytes: MIB, urgentBufferBytes: 2 * MIB };

export interface Dispatcher {
  /** The answer to `hello` and to `resync`; what it promises is sent by `next`. */
  greet(basis: Basis | null, snapshot: Snapshot, fromPrimary: boolean): Greeting;
  /** What to send to one connection now. */
  next(outgoing: Outgoing, facts: Facts): Step;
  /** The answer to a poll. */
  poll(basis: Basis | null, snapshot: Snapshot, fromPrimary: boolean): PollReply;
}

export function createDispatcher(decisions = DECISIONS, limits = OUTGOING_LIMITS): Dispatcher {
  const deltas = new WeakMap<Snapshot, Map<number, Delta>>();
  const payloads = new WeakMap<Snapshot, string>();

  /** The step from a version to the snapshot; made once for all connections. */
  function deltaFrom(version: number, snapshot: Snapshot): Delta {
    const made = deltas.get(snapshot) ?? new Map<number, Delta>();
    deltas.set(snapshot, made);
    const known = made.get(version);
    if (known) return known;
    const changes = decisions.kept(snapshot.ring, version) ?? [];
    const merged = decisions.merge(changes);
    const frames = splitChange(wireOf(merged), limits.frames);
    const bytes = frames.reduce((sum, frame) => sum + utf8Length(frame), 0);
    const delta = shared({ merged, frames, bytes, isSingle: changes.length === 1 });
    made.set(version, delta);
    return delta;
  }

  function offerOf(snapshot: Snapshot, fromPrimary: boolean, deltaBytes: Offer['deltaBytes']): Offer {
    const { epoch, version, digest, bytes } = snapshot;
    const oldest = oldestOf(snapshot.ring) ?? version + 1;
    return { epoch, version, digest, oldest, deltaBytes, snapshotBytes: bytes, fromPrimary };
  }

  function decide(basis: Basis | null, snapshot: Snapshot, fromPrimary: boolean): IntentDecision {
    return decisions.intent(
      basis,
      offerOf(snapshot, fromPrimary, (from) => deltaFrom(from, snapshot).bytes),
    );
  }

  /** The same decision for a live connection. A single change and an urgent one never wait for a transfer's turn. */
  function decideLive(basis: Basis | null, snapshot: Snapshot): IntentDecision {
    const bytesFrom = (from: number) => {
      const { isSingle, merged, bytes } = deltaFrom(from, snapshot);
      return isSingle || merged.urgent ? 0 : bytes;
    };
    return decisions.intent(basis, offerOf(snapshot, true, bytesFrom));
  }

  function next(outgoing: Outgoing, facts: Facts): Step {
    if (outgoing.transfer) return transferred(outgoing, outgoing.transfer, facts, []);
    return caughtUpWith(outgoing, facts, []);
  }

  function transferred(outgoing: Outgoing, transfer: Transfer, facts: Facts, sent: readonly string[]): Step {
    const { frames, sizes, to } = transfer;
    let { next: index } = transfer;
    let buffered = facts.buffered;
    for (; index < frames.length; index += 1) {
      const bytes = sizes[index] ?? 0;
      if (buffered > 0 && buffered + bytes > limits.bufferBytes) break;
      buffered += bytes;
    }
    const all = [...sent, ...frames.slice(transfer.next, index)];
    if (index === frames.length) {
      const done: Outgoing = { ...outgoing, handed: to, transfer: null, rebase: false };
      return caughtUpWith(done, { ...facts, buffered }, all);
    }
    const moved = index > transfer.next;
    if (!moved && facts.now - transfer.movedAt >= LAG_MS) return { outgoing, frames: all, next: 'terminate' };
    const movedAt = moved ? facts.now : transfer.movedAt;
    return { outgoing: { ...outgoing, transfer: { ...transfer, next: index, movedAt } }, frames: all, next: 'wait' };
  }

  /** Brings a connection without a transfer to the snapshot's version, if it may be sent anything now. */
  function caughtUpWith(outgoing: Outgoing, facts: Facts, sent: readonly string[]): Step {
    const { snapshot, buffered, now, cause } = facts;
    if (isHopeless(outgoing.lag, now)) return { outgoing, frames: sent, next: 'terminate' };
    const isDrained = cause === 'tick' && buffered === 0;
    const lag = isDrained ? caughtUp(outgoing.lag) : outgoing.lag;
    const current: Outgoing = { ...outgoing, lag };
    const decision = decideLive(outgoing.handed, snapshot);
    const mustWait = lag.since !== null && cause !== 'urgent';
    if (decision.kind === 'none' || mustWait) return { outgoing: current, frames: sent, next: 'wait' };
    if (decision.kind === 'delta') return changed(current, deltaFrom(decision.from, snapshot), facts, sent);
    return startTransfer(current, decision, facts, sent);
  }

  function changed(outgoing: Outgoing, delta: Delta, facts: Facts, sent: readonly string[]): Step {
    const { snapshot, buffered, now } = facts;
    const room = delta.merged.urgent ? limits.urgentBufferBytes : limits.bufferBytes;
    if (buffered === 0 || buffered + delta.bytes <= room) {
      return { outgoing: { ...outgoing, handed: basisOf(snapshot) }, frames: [...sent, ...delta.frames], next: 'wait' };
    }
    const lag = fellBehind(outgoing.lag, now);
    return { outgoing: { ...outgoing, lag }, frames: sent, next: isHopeless(lag, now) ? 'terminate' : 'wait' };
  }

  function startTransfer(outgoing: Outgoing, decision: IntentDecision, facts: Facts, sent: readonly string[]): Step {
    if (!facts.mayTransfer) return { outgoing, frames: sent, next: 'needs-transfer' };
    const { snapshot, now } = facts;
    const rebase = outgoing.rebase || (decision.kind === 'full' && decision.rebase);
    const transfer: Transfer = {
      ...fullTransfer(snapshot, rebase, limits.frames),
      next: 0,
      to: basisOf(snapshot),
      movedAt: now,
    };
    const lag = caughtUp(outgoing.lag);
    return transferred({ ...outgoing, transfer, lag }, transfer, facts, sent);
  }

  return {
    next,
    greet(basis, snapshot, fromPrimary) {
      const decision = decide(basis, snapshot, fromPrimary);
      const at = (handed: Basis | null, rebase = false): Outgoing => ({
        handed,
        transfer: null,
        rebase,
        lag: KEEPS_UP,
      });
      switch (decision.kind) {
        case 'read-primary':
          return decision;
        case 'none':
          return { kind: 'answer', intent: 'none', reason: 'current', rebase: false, outgoing: at(basis) };
        case 'delta':
          return { kind: 'answer', intent: 'delta', reason: 'behind', rebase: false, outgoing: at(basis) };
        case 'full': {
          const { reason, rebase } = decision;
          return { kind: 'answer', intent: 'full', reason, rebase, outgoing: at(null, rebase) };
        }
      }
    },
    poll(basis, snapshot, fromPrimary) {
      const decision = decide(basis, snapshot, fromPrimary);
      switch (decision.kind) {
        case 'read-primary':
          return decision;
        case 'none':
          return { kind: 'unchanged' };
        case 'delta': {
          const { epoch, version, digest } = snapshot;
          const { from, ops } = deltaFrom(decision.from, snapshot).merged;
          return { kind: 'payload', text: JSON.stringify({ kind: 'delta', epoch, from, version, digest, ops }) };
        }
        case 'full': {
          if (decision.rebase) return { kind: 'payload', text: fullPayload(snapshot, true) };
          const text = payloads.get(snapshot) ?? fullPayload(snapshot, false);
          payloads.set(snapshot, text);
          return { kind: 'payload', text };
        }
      }
    },
  };
}

interface Delta {
  readonly merged: MergedChange;
  readonly frames: readonly string[];
  readonly bytes: number;
  readonly isSingle: boolean;
}

function wireOf({ from, to, digest, urgent, ops }: MergedChange): Parameters<typeof splitChange>[0] {
  return { from, to, digest, ...(urgent && { urgent }), ops };
}

/**
 * The heartbeat of a connection: the position that its SDK has to reach with what was handed to its socket.
 * Ask `next` first, so that this is the newest version unless the connection lags or waits for its transfer.
 */
export function heartbeatOf(outgoing: Outgoing, snapshot: Snapshot): { readonly v: number; readonly d8: string } {
  const { version, digest } = outgoing.transfer?.to ?? outgoing.handed ?? snapshot;
  return { v: version, d8: d8Of(digest) };
}
