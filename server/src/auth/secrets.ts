import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What each kind of secret begins with, so that people and secret scanners know it. */
const PREFIXES = {
  'server-key': 'gp_srv_',
  'client-key': 'gp_cli_',
  'api-token': 'gp_api_',
} as const;

export type SecretKind = keyof typeof PREFIXES;

const RANDOM_BYTES = 32;
const SHAPE = /^gp_[a-z]{3}_[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{6}$/;
const CHECKSUM_CHARACTERS = 6;

/** A new secret: 256 random bits and a checksum, by which a mistyped one is told from a revoked one without a look-up. */
export function newSecret(kind: SecretKind): string {
  const body = PREFIXES[kind] + randomBytes(RANDOM_BYTES).toString('base64url');
  return body + checksumOf(body);
}

/** The kind of a well-formed secret; null for anything else. */
export function kindOfSecret(text: string): SecretKind | null {
  if (!SHAPE.test(text)) return null;
  const body = text.slice(0, -CHECKSUM_CHARACTERS);
  if (checksumOf(body) !== text.slice(-CHECKSUM_CHARACTERS)) return null;
  for (const [kind, prefix] of Object.entries(PREFIXES)) if (text.startsWith(prefix)) return kind as SecretKind;
  return null;
}

/** What is stored of a secret that only has to be recognised. A fast hash will do: 256 random bits cannot be guessed. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares what was given with a secret; the time that it takes tells nothing of either. */
export function isSameSecret(given: string, secret: string): boolean {
  const [a, b] = [given, secret].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}

export function lastFourOf(secret: string): string {
  return secret.slice(-4);
}

/** A random value for sessions, CSRF tokens and epochs: 256 bits, URL-safe. */
export function randomToken(): string {
  return randomBytes(RANDOM_BYTES).toString('base64url');
}

function checksumOf(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64url');
}
