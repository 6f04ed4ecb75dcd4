import type { Item, ItemKind } from '../model/items.ts';
import { KEY_PATTERN, RESERVED_KEYS } from '../model/keys.ts';
import type { Stamp } from './digest.ts';
import type { Application, Basis, Op, Part } from './messages.ts';
import { type Fields, isObject } from './safe-json.ts';

/** Readers of what a frame's fields may be; each gives null for anything else. */

const EPOCH = /^[0-9a-f]{16}$/;
const DIGEST = /^[0-9a-f]{32}$/;
/** A kind this code does not know is carried along, so that the digest stays right; evaluation answers for it. */
const ITEM_KIND = /^[a-z][a-z-]{0,31}$/;
const MAX_PARTS = 4096;

export function countFrom(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export function textFrom(value: unknown, maxLength: number): string | null {
  return typeof value === 'string' && value.length <= maxLength ? value : null;
}

export function epochFrom(value: unknown): string | null {
  return typeof value === 'string' && EPOCH.test(value) ? value : null;
}

export function digestFrom(value: unknown): string | null {
  return typeof value === 'string' && DIGEST.test(value) ? value : null;
}

export function keyFrom(value: unknown): string | null {
  return typeof value === 'string' && KEY_PATTERN.test(value) && !RESERVED_KEYS.has(value) ? value : null;
}

/** What an SDK says it holds; null also for what cannot be a basis, so that such an SDK gets everything. */
export function basisFrom(value: unknown): Basis | null {
  if (!isObject(value)) return null;
  const epoch = epochFrom(value['epoch']);
  const version = countFrom(value['version']);
  const digest = digestFrom(value['digest']);
  return epoch === null || version === null || digest === null ? null : { epoch, version, digest };
}

export function applicationFrom(value: unknown): Application {
  if (!isObject(value)) return {};
  const texts = (['name', 'version', 'instance', 'region'] as const).flatMap((name) => {
    const text = textFrom(value[name], 128);
    return text === null ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}

/** A list of at most `maxLength` of which every element can be read. */
export function listFrom<T>(value: unknown, maxLength: number, read: (element: unknown) => T | null): T[] | null {
  if (!Array.isArray(value) || value.length > maxLength) return null;
  const all: T[] = [];
  for (const element of value) {
    const one = read(element);
    if (one === null) return null;
    all.push(one);
  }
  return all;
}

function stampFrom(fields: Fields): Stamp | null {
  const kind = textFrom(fields['kind'], 32);
  const key = keyFrom(fields['key']);
  const rev = countFrom(fields['rev']);
  if (kind === null || !ITEM_KIND.test(kind) || key === null || rev === null) return null;
  return { kind: kind as ItemKind, key, rev };
}

/** The shape of an item but for its body: what a body may hold is the evaluator's to judge, flag by flag. */
export function itemFrom(fields: Fields): Item | null {
  const stamp = stampFrom(fields);
  return stamp && isObject(fields['body']) ? ({ ...stamp, body: fields['body'] } as unknown as Item) : null;
}

function partFrom(fields: Fields): Part | null {
  const stamp = stampFrom(fields);
  const i = countFrom(fields['i']);
  const n = countFrom(fields['n']);
  const { text } = fields;
  if (!stamp || i === null || n === null || typeof text !== 'string') return null;
  return i < n && n <= MAX_PARTS ? { op: 'part', ...stamp, i, n, text } : null;
}

export function pieceFrom(value: unknown): Item | Part | null {
  if (!isObject(value)) return null;
  return value['op'] === 'part' ? partFrom(value) : itemFrom(value);
}

export function opFrom(value: unknown): Op | null {
  if (!isObject(value)) return null;
  switch (value['op']) {
    case 'put': {
      const item = itemFrom(value);
      return item && { op: 'put', ...item };
    }
    case 'del': {
      const stamp = stampFrom(value);
      return stamp && { op: 'del', ...stamp };
    }
    case 'members':
      return membersFrom(value);
    case 'part':
      return partFrom(value);
    default:
      return null;
  }
}

function membersFrom(fields: Fields): Op | null {
  const stamp = stampFrom({ ...fields, kind: 'segment' });
  const ctx = textFrom(fields['ctx'], 64);
  const add = listFrom(fields['add'], MAX_MEMBERS, memberFrom);
  const remove = listFrom(fields['remove'], MAX_MEMBERS, memberFrom);
  const list = fields['list'];
  if (!stamp || ctx === null || !add || !remove || (list !== 'included' && list !== 'excluded')) return null;
  return { op: 'members', key: stamp.key, rev: stamp.rev, ctx, list, add, remove };
}

const MAX_MEMBERS = 100_000;
const memberFrom = (value: unknown) => textFrom(value, 4096);
