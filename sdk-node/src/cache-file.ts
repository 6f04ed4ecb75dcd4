import { type Item, type ItemId, SCHEMA } from '@glidepath/core';
import { basisFrom, type EnvironmentState, parseObject } from '@glidepath/core/protocol';
import type { Disk } from './disk.ts';
import { payloadOf } from './payload.ts';

/** 1 had a checksum that anybody could work out; a file of it is left unread. */
const FORMAT = 2;
const HEADER = /^\{"format":(\d{1,9}),"keyPrint":"([0-9a-f]{16})","savedAt":\d{1,16},"schema":(\d{1,9}),/;
const SIGNATURE = /,"hmac":"([0-9a-f]{64})"\}\n$/;
/** Longer than header and signature each are. */
const EDGE = 160;

/** `foreign`: nothing is wrong with it, it is of another environment or of another version of the SDK. */
export type CacheReading =
  | { readonly kind: 'ok'; readonly state: EnvironmentState }
  | { readonly kind: 'foreign' | 'broken'; readonly problem: string };

/** What an SDK key is to a cache file: neither of the two tells anything of the key, nor one of the other. */
export interface CacheKey {
  /** Tells files of different keys apart. */
  readonly print: string;
  /** Only who has the SDK key can make a file that it would serve. */
  sign(content: string | Buffer): string;
}

export function cacheKeyOf(sdkKey: string, { hmac }: Disk): CacheKey {
  const secret = hmac(sdkKey, 'cache signature');
  return { print: hmac(sdkKey, 'cache').slice(0, 16), sign: (content) => hmac(secret, content) };
}

/**
 * The text of a cache file: JSON that is a payload too, with what it is of in front, and last a signature over all of that.
 * A bootstrap can be made of it as it is.
 */
export function cacheTextOf(state: EnvironmentState, savedAt: number, { print, sign }: CacheKey): string {
  const head = { format: FORMAT, keyPrint: print, savedAt, schema: SCHEMA };
  const text = JSON.stringify({ ...head, ...payloadOf(state, state.items.values()) }).slice(0, -1);
  return `${text},"hmac":"${sign(text)}"}\n`;
}

/** Another key signs otherwise, and so may another format: of those files it cannot be said whether they are broken. */
export function readCacheBytes(bytes: Buffer, { print, sign }: CacheKey): CacheReading {
  const header = HEADER.exec(bytes.subarray(0, EDGE).toString('latin1'));
  if (header === null) return { kind: 'broken', problem: 'it is not a cache file, or cut off' };
  const [, format, foundPrint, schema] = header;
  if (Number(format) !== FORMAT) return { kind: 'foreign', problem: 'another version of the SDK has written it' };
  if (foundPrint !== print) return { kind: 'foreign', problem: 'it belongs to another SDK key' };
  const signature = SIGNATURE.exec(bytes.subarray(-EDGE).toString('latin1'));
  if (signature === null) return { kind: 'broken', problem: 'it is cut off' };
  if (sign(bytes.subarray(0, -signature[0].length)) !== signature[1])
    return { kind: 'broken', problem: 'its signature does not match' };
  if (Number(schema) > SCHEMA) return { kind: 'foreign', problem: 'a later SDK has written it' };
  const state = stateIn(bytes.toString());
  return state === null ? { kind: 'broken', problem: 'it is not a payload' } : { kind: 'ok', state };
}

/**
 * What the signature vouches for was looked at closely before it was written: now only its shape is. To work out the digest
 * of its items anew would take longer than all the rest, and a process starts no sooner than its flags are read.
 */
function stateIn(text: string): EnvironmentState | null {
  const fields = parsed(text);
  const basis = basisFrom(fields);
  const items = fields?.['items'];
  if (basis === null || fields?.['kind'] !== 'full' || !Array.isArray(items)) return null;
  const all = new Map<ItemId, Item>();
  for (const item of items as readonly unknown[]) {
    if (!isItem(item)) return null;
    all.set(`${item.kind}\t${item.key}`, item);
  }
  return all.size === items.length ? { ...basis, items: all } : null;
}

/** Nothing that this SDK writes spells a name in another way, so the dangerous one is seen as it stands. */
function parsed(text: string): Readonly<Record<string, unknown>> | null {
  if (text.includes('__proto__') || text.includes('\\u005')) return parseObject(text);
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isItem(value: unknown): value is Item {
  const { kind, key, rev, body } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof kind === 'string' &&
    typeof key === 'string' &&
    typeof rev === 'number' &&
    typeof body === 'object' &&
    body !== null
  );
}
