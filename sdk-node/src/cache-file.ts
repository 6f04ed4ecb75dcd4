import { SCHEMA } from '@glidepath/core';
import { decodePayload, type EnvironmentState, type Hash } from '@glidepath/core/protocol';
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

export function readCacheText(text: string, keyPrint: string, hash: Hash, { sha256 }: Disk): CacheReading {
  const checksum = CHECKSUM.exec(text.slice(-EDGE));
  const header = HEADER.exec(text.slice(0, EDGE));
  if (checksum === null || header === null) return { kind: 'broken', problem: 'it is not a cache file, or cut off' };
  const [, format, print, schema] = header;
  if (sha256(text.slice(0, -checksum[0].length)) !== checksum[1])
    return { kind: 'broken', problem: 'its checksum does not match' };
  if (print !== keyPrint) return { kind: 'foreign', problem: 'it belongs to another SDK key' };
  if (Number(format) !== FORMAT || Number(schema) > SCHEMA)
    return { kind: 'foreign', problem: 'a later SDK has written it' };
  const decoded = decodePayload(text, hash);
  return decoded.kind === 'ok' ? decoded : { kind: 'broken', problem: decoded.problem };
}
