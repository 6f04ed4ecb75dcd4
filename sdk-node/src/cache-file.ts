import { type Item, type ItemId, SCHEMA } from '@glidepath/core';
import { basisFrom, type EnvironmentState, parseObject } from '@glidepath/core/protocol';
import type { Disk } from './disk.ts';
import { payloadOf } from './payload.ts';

const FORMAT = 1;
const HEADER = /^\{"format":(\d{1,9}),"keyPrint":"([0-9a-f]{16})","savedAt":\d{1,16},"schema":(\d{1,9}),/;
const CHECKSUM = /,"sha256":"([0-9a-f]{64})"\}\n$/;
/** Longer than header and checksum each are. */
const EDGE = 160;

/** `foreign`: nothing is wrong with it, it is of another environment or of a later SDK. */
export type CacheReading =
  | { readonly kind: 'ok'; readonly state: EnvironmentState }
  | { readonly kind: 'foreign' | 'broken'; readonly problem: string };

/** Tells files of different keys apart without telling the key. */
export function keyPrintOf(sdkKey: string, disk: Disk): string {
  return disk.hmac(sdkKey, 'cache').slice(0, 16);
}

/**
 * The text of a cache file: JSON that is a payload too, with what it is of in front, and last a checksum over all of that.
 * A bootstrap can be made of it as it is.
 */
export function cacheTextOf(
  state: EnvironmentState,
  { keyPrint, savedAt }: { readonly keyPrint: string; readonly savedAt: number },
  { sha256 }: Disk,
): string {
  const head = { format: FORMAT, keyPrint, savedAt, schema: SCHEMA };
  const text = JSON.stringify({ ...head, ...payloadOf(state, state.items.values()) }).slice(0, -1);
  return `${text},"sha256":"${sha256(text)}"}\n`;
}

export function readCacheBytes(bytes: Buffer, keyPrint: string, { sha256 }: Disk): CacheReading {
  const checksum = CHECKSUM.exec(bytes.subarray(-EDGE).toString('latin1'));
  const header = HEADER.exec(bytes.subarray(0, EDGE).toString('latin1'));
  if (checksum === null || header === null) return { kind: 'broken', problem: 'it is not a cache file, or cut off' };
  const [, format, print, schema] = header;
  if (sha256(bytes.subarray(0, -checksum[0].length)) !== checksum[1])
    return { kind: 'broken', problem: 'its checksum does not match' };
  if (print !== keyPrint) return { kind: 'foreign', problem: 'it belongs to another SDK key' };
  if (Number(format) !== FORMAT || Number(schema) > SCHEMA)
    return { kind: 'foreign', problem: 'a later SDK has written it' };
  const state = stateIn(bytes.toString());
  return state === null ? { kind: 'broken', problem: 'it is not a payload' } : { kind: 'ok', state };
}

/**
 * What the checksum vouches for was looked at closely before it was written: now only its shape is. To work out the digest
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
