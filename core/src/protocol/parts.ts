import type { Item } from '../model/items.ts';
import { LIMITS } from '../model/limits.ts';
import { itemOf } from './apply.ts';
import { itemFrom } from './fields.ts';
import type { ChangeFrame, Op, Part, WholeOp } from './messages.ts';
import { parseObject, utf8Length } from './safe-json.ts';

export interface FrameLimits {
  readonly frameBytes: number;
  /** An item whose text is longer travels as parts. */
  readonly partBytes: number;
}

/** Room for a frame's own fields beside its ops or items. */
const ENVELOPE_BYTES = 512;

/** The texts of all frames of a change: one `change`, and `ops` for what does not fit. */
export function splitChange(
  change: Omit<ChangeFrame, 't' | 'frames' | 'ops'> & { readonly ops: readonly WholeOp[] },
  limits: FrameLimits = LIMITS,
): readonly string[] {
  const { from, to, digest, urgent } = change;
  const [first = [], ...rest] = packed(
    change.ops.flatMap((op) => piecesOfOp(op, limits)),
    limits,
  );
  const head = {
    t: 'change',
    from,
    to,
    digest,
    ...(urgent && { urgent }),
    ...(rest.length > 0 && { frames: rest.length + 1 }),
  };
  return [withList(head, 'ops', first), ...rest.map((texts) => withList({ t: 'ops', to }, 'ops', texts))];
}

/** The texts of the `items` frames of a full transfer; `textOf` gives an item's JSON. */
export function splitItems(
  items: Iterable<Item>,
  limits: FrameLimits = LIMITS,
  textOf: (item: Item) => string = JSON.stringify,
): readonly string[] {
  const pieces = [...items].flatMap((item) => piecesOfItem(item, textOf(item), limits));
  return packed(pieces, limits).map((texts) => withList({ t: 'items' }, 'items', texts));
}

/** The frame's text around texts that are JSON already. */
function withList(fields: object, name: string, texts: readonly string[]): string {
  return `${JSON.stringify(fields).slice(0, -1)},"${name}":[${texts.join(',')}]}`;
}

function packed(texts: readonly string[], limits: FrameLimits): readonly (readonly string[])[] {
  const frames: string[][] = [];
  let room = 0;
  for (const text of texts) {
    const bytes = utf8Length(text) + 1;
    if (bytes > room) {
      frames.push([]);
      room = limits.frameBytes - ENVELOPE_BYTES;
    }
    frames.at(-1)?.push(text);
    room -= bytes;
  }
  return frames;
}

function piecesOfOp(op: WholeOp, limits: FrameLimits): readonly string[] {
  const text = JSON.stringify(op);
  switch (op.op) {
    case 'del':
      return [text];
    case 'members':
      return piecesOfMembers(op, text, limits);
    case 'put': {
      const pieces = piecesOfItem(itemOf(op), JSON.stringify(itemOf(op)), limits);
      return pieces.length === 1 ? [text] : pieces;
    }
  }
}

function piecesOfItem(item: Item, text: string, limits: FrameLimits): readonly string[] {
  if (fits(text, limits.partBytes)) return [text];
  // A character of JSON text takes at most 3 bytes on the wire: UTF-8, or a quote with its backslash.
  const size = Math.floor(limits.partBytes / 3);
  const { kind, key, rev } = item;
  const n = Math.ceil(text.length / size);
  return Array.from({ length: n }, (_, i) => {
    const part: Part = { op: 'part', kind, key, rev, i, n, text: text.slice(i * size, (i + 1) * size) };
    return JSON.stringify(part);
  });
}

/** Several ops of the same rev do together what the large one does. Additions first, so that no list empties on the way. */
function piecesOfMembers(
  op: Extract<WholeOp, { op: 'members' }>,
  text: string,
  limits: FrameLimits,
): readonly string[] {
  if (fits(text, limits.partBytes)) return [text];
  const added = new Set(op.add);
  const remove = op.remove.filter((key) => !added.has(key));
  return [
    ...chunks(op.add, limits.partBytes).map((add) => JSON.stringify({ ...op, add, remove: [] })),
    ...chunks(remove, limits.partBytes).map((keys) => JSON.stringify({ ...op, add: [], remove: keys })),
  ];
}

function chunks(keys: readonly string[], maxBytes: number): readonly (readonly string[])[] {
  const all: string[][] = [];
  let room = 0;
  for (const key of keys) {
    const bytes = utf8Length(JSON.stringify(key)) + 1;
    if (bytes > room) {
      all.push([]);
      room = maxBytes;
    }
    all.at(-1)?.push(key);
    room -= bytes;
  }
  return all;
}

/** Whether a text's UTF-8 form keeps within a limit; no character takes more than 3 bytes per unit of length. */
function fits(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || utf8Length(text) <= maxBytes;
}

/** Ops with their parts put together; null when a part is missing, out of order or not an item. */
export function assembleOps(ops: readonly Op[]): readonly WholeOp[] | null {
  return assembled(ops, (item) => ({ op: 'put', ...item }));
}

/** Items with their parts put together; null when a part is missing, out of order or not an item. */
export function assembleItems(items: readonly (Item | Part)[]): readonly Item[] | null {
  return assembled(items, (item) => item);
}

function assembled<T extends object>(pieces: readonly (T | Part)[], whole: (item: Item) => T): readonly T[] | null {
  const result: T[] = [];
  let open: Part[] = [];
  for (const piece of pieces) {
    if (!isPart(piece)) {
      if (open.length > 0) return null;
      result.push(piece);
      continue;
    }
    if (piece.i !== open.length) return null;
    open.push(piece);
    if (open.length < piece.n) continue;
    const item = joined(open);
    if (!item) return null;
    result.push(whole(item));
    open = [];
  }
  return open.length === 0 ? result : null;
}

function isPart(piece: object): piece is Part {
  return 'op' in piece && piece.op === 'part';
}

function joined(parts: readonly Part[]): Item | null {
  const [first] = parts;
  const fields = parseObject(parts.map((part) => part.text).join(''));
  const item = fields && itemFrom(fields);
  if (!first || !item) return null;
  const belongs = (other: Omit<Part, 'op' | 'i' | 'n' | 'text'>) =>
    other.kind === first.kind && other.key === first.key && other.rev === first.rev;
  return belongs(item) && parts.every((part) => belongs(part) && part.n === first.n) ? item : null;
}
