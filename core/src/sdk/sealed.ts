import type { NormalizedContext } from './detail.ts';

/**
 * What an SDK key is good for besides proving who asks. Each use has a key of its own, derived from the SDK key's text:
 * HKDF-SHA256 without salt, with this info, 32 bytes long.
 */
export const DERIVED_KEYS = { mac: 'glidepath/mac', seal: 'glidepath/seal' } as const;

/** A sealed context is AES-256-GCM: `v1.<print of the SDK key>.<base64url of iv, ciphertext and tag>`. */
export const SEAL = { ivBytes: 12, tagBytes: 16, maxTtlSeconds: 86_400, maxCharacters: 65_536 } as const;

/** What a sealed context holds, as JSON. */
export interface SealedContent {
  /** To be evaluated with `kind: 'multi'` beside: a kind may bear any name. */
  readonly c: NormalizedContext;
  /** Until when it may be used, in milliseconds since epoch. */
  readonly e: number;
}

/** A token taken apart; nothing about it is proven. */
export interface SealedToken {
  /** `v1.<print>`: authenticated together with the ciphertext. */
  readonly header: string;
  /** The first 8 bytes of the SDK key's SHA-256, hexadecimal: says which key opens it, and opens nothing. */
  readonly print: string;
  /** Base64url of iv, ciphertext and tag. */
  readonly sealed: string;
}

const TOKEN = /^(v1\.([0-9a-f]{16}))\.([A-Za-z0-9_-]+)$/;

export function sealedHeader(print: string): string {
  return `v1.${print}`;
}

/** Null for what is no sealed context. */
export function readSealed(token: string): SealedToken | null {
  const [, header, print, sealed] = (token.length <= SEAL.maxCharacters && TOKEN.exec(token)) || [];
  return header && print && sealed ? { header, print, sealed } : null;
}
