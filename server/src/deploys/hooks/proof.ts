import { createHash, createHmac } from 'node:crypto';
import { isSameSecret, randomToken } from '../../auth/secrets.ts';
import type { HookProof, HookRequest } from './hook.ts';

/** How far the time of a signed message may be from ours. */
const TOLERANCE_MS = 5 * 60_000;
/** More signatures in one header than anybody has secrets. */
const MOST_SIGNATURES = 20;
const STANDARD_PREFIX = 'whsec_';

/** 256 random bits, for senders that take any text as their secret. */
export function newHookSecret(): string {
  return `gp_hook_${randomToken()}`;
}

/** `sha256=` and the HMAC of the bytes in hexadecimal, in the header named. */
export function proveHexHmac({ headers, body }: HookRequest, header: string, secret: string): HookProof {
  const given = /^sha256=([0-9a-f]{64})$/i.exec(headers[header] ?? '')?.[1];
  if (given === undefined) return refused(`the header \`${header}\` is missing, or holds no \`sha256=\` and 64 digits`);
  const expected = createHmac('sha256', secret).update(body).digest('hex');
  return isSameSecret(given.toLowerCase(), expected) ? provenBy(body) : refused(`\`${header}\` is not of this body`);
}

/** The secret itself, in the header named. */
export function proveToken({ headers, body }: HookRequest, header: string, secret: string): HookProof {
  const given = headers[header];
  if (given === undefined) return refused(`the header \`${header}\` is missing`);
  return isSameSecret(given, secret) ? provenBy(body) : refused(`\`${header}\` is not the secret`);
}

/** Standard Webhooks: an HMAC over id, time and bytes; one of several signatures is enough. */
export function proveStandard({ headers, body, now }: HookRequest, secret: string): HookProof {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures } = headers;
  if (id === undefined || seconds === undefined || signatures === undefined)
    return refused('`webhook-id`, `webhook-timestamp` or `webhook-signature` is missing');
  if (!/^[\x21-\x7e]{1,255}$/.test(id)) return refused('`webhook-id` must be 1 to 255 visible ASCII characters');
  if (!/^\d{1,12}$/.test(seconds)) return refused('`webhook-timestamp` must be seconds since 1970');
  if (Math.abs(now - Number(seconds) * 1_000) > TOLERANCE_MS)
    return refused('`webhook-timestamp` is more than five minutes away from our time');
  const key = Buffer.from(secret.slice(STANDARD_PREFIX.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
  const isSigned = signatures
    .split(' ', MOST_SIGNATURES)
    .some((signature) => signature.startsWith('v1,') && isSameSecret(signature.slice('v1,'.length), expected));
  return isSigned ? { kind: 'proven', message: id } : refused('no `v1` signature is of this id, time and body');
}

function refused(reason: string): HookProof {
  return { kind: 'refused', reason };
}

/** Ids in headers are signed by nobody here: by its bytes a copy is known, whatever it is called. */
function provenBy(body: Buffer): HookProof {
  return { kind: 'proven', message: `sha256:${createHash('sha256').update(body).digest('hex')}` };
}
