import type { Item } from '../model/items.ts';
import { LIMITS } from '../model/limits.ts';
import type { ChangeFrame, NackCode, Op, Part, ServerFrame, WholeOp } from './messages.ts';
import { assembleItems, assembleOps } from './parts.ts';

type BeginFrame = Extract<ServerFrame, { t: 'begin' }>;
type ContentFrame = Extract<ServerFrame, { t: 'change' | 'ops' | 'begin' | 'items' | 'commit' }>;

/** What has arrived of a change or a full transfer whose rest has not. */
export type Inbox =
  | { readonly kind: 'empty' }
  | { readonly kind: 'change'; readonly frame: ChangeFrame; readonly ops: readonly Op[]; readonly left: number }
  | {
      readonly kind: 'full';
      readonly begin: BeginFrame;
      readonly pieces: readonly (readonly (Item | Part)[])[];
      readonly length: number;
    };

export const EMPTY_INBOX: Inbox = { kind: 'empty' };

export interface WholeChange {
  readonly from: number;
  readonly to: number;
  readonly digest: string;
  readonly urgent: boolean;
  readonly ops: readonly WholeOp[];
}

export interface FullState {
  readonly epoch: string;
  readonly version: number;
  readonly digest: string;
  readonly items: readonly Item[];
  readonly rebase: boolean;
  /** No items is what the server means. */
  readonly isEmpty: boolean;
}

export type Received =
  | { readonly kind: 'more'; readonly inbox: Inbox }
  | { readonly kind: 'change'; readonly change: WholeChange }
  | { readonly kind: 'full'; readonly full: FullState }
  | { readonly kind: 'refused'; readonly version: number; readonly code: NackCode };

/** Text of one transfer: what JSON's escapes add to the parts of large items comes on top of the payload. */
const MAX_LENGTH = 2 * LIMITS.payloadBytes;

/** Adds a frame, whose text is `length` long, to what is there already. */
export function received(inbox: Inbox, frame: ContentFrame, length: number): Received {
  switch (frame.t) {
    case 'change':
      return changeFrom(frame, frame.ops, (frame.frames ?? 1) - 1);
    case 'ops':
      if (inbox.kind !== 'change' || inbox.frame.to !== frame.to) return malformed(frame.to);
      return changeFrom(inbox.frame, [...inbox.ops, ...frame.ops], inbox.left - 1);
    case 'begin': {
      const isTooBig = frame.items > LIMITS.payloadItems || frame.bytes > LIMITS.payloadBytes;
      if (isTooBig) return { kind: 'refused', version: frame.v, code: 'too-big' };
      return { kind: 'more', inbox: { kind: 'full', begin: frame, pieces: [], length: 0 } };
    }
    case 'items': {
      if (inbox.kind !== 'full') return malformed(0);
      const total = inbox.length + length;
      if (total > MAX_LENGTH) return { kind: 'refused', version: inbox.begin.v, code: 'too-big' };
      return { kind: 'more', inbox: { ...inbox, pieces: [...inbox.pieces, frame.items], length: total } };
    }
    case 'commit':
      return inbox.kind === 'full' ? fullFrom(inbox.begin, inbox.pieces, frame) : malformed(frame.v);
  }
}

function changeFrom(frame: ChangeFrame, ops: readonly Op[], left: number): Received {
  if (ops.length > 2 * LIMITS.payloadItems) return { kind: 'refused', version: frame.to, code: 'too-big' };
  if (left > 0) return { kind: 'more', inbox: { kind: 'change', frame, ops, left } };
  const whole = assembleOps(ops);
  if (!whole) return malformed(frame.to);
  const { from, to, digest, urgent = false } = frame;
  return { kind: 'change', change: { from, to, digest, urgent, ops: whole } };
}

function fullFrom(
  begin: BeginFrame,
  pieces: readonly (readonly (Item | Part)[])[],
  commit: Extract<ServerFrame, { t: 'commit' }>,
): Received {
  const items = assembleItems(pieces.flat());
  if (!items || items.length !== begin.items || commit.v !== begin.v) return malformed(begin.v);
  const { epoch, v: version, rebase = false } = begin;
  return {
    kind: 'full',
    full: { epoch, version, digest: commit.digest, items, rebase, isEmpty: commit.empty === true },
  };
}

function malformed(version: number): Received {
  return { kind: 'refused', version, code: 'malformed' };
}
