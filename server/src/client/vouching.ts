import { createDecipheriv, createHmac } from 'node:crypto';
import { readSealed, SEAL, type SealedContent, type SealedToken } from '@glidepath/core/sdk';
import { type DerivedKeys, openedKeysOf } from '../auth/derived-keys.ts';
import type { Directory, KnownServerKey } from '../auth/directory.ts';
import { isSameSecret } from '../auth/secrets.ts';
import type { Vault } from '../auth/vault.ts';

/** What server keys say about contexts that come from browsers. */
export interface Vouching {
  /** The content of a sealed context, the key that it was sealed with, and until when it is valid. */
  open(environment: string, token: string, now: number): Opened;
  /** The key whose hash of this canonical context it is; null = none that is valid now. */
  signerOf(environment: string, canonical: string, hash: string): string | null;
}

export type Opened =
  | { readonly kind: 'opened'; readonly content: SealedContent['c']; readonly signer: string; readonly until: number }
  | { readonly kind: 'refused'; readonly detail: string };

export interface VouchingDeps {
  readonly directory: Pick<Directory, 'serverKeys'>;
  readonly vault: Vault;
}

/** A clock that made the token may be so much ahead of ours. */
const SKEW_MS = 5 * 60_000;

export function createVouching({ directory, vault }: VouchingDeps): Vouching {
  const opened = new WeakMap<NonNullable<KnownServerKey['closed']>, DerivedKeys | null>();

  function derivedOf({ closed }: KnownServerKey): DerivedKeys | null {
    if (closed === null) return null;
    const known = opened.get(closed);
    if (known !== undefined) return known;
    const found = openedBy(vault, closed);
    opened.set(closed, found);
    return found;
  }

  return {
    open(environment, text, now) {
      const token = readSealed(text);
      if (token === null) return refused('This is no sealed context.');
      const key = directory.serverKeys(environment).find(({ print }) => print === token.print);
      if (key === undefined) {
        return refused('The context was sealed with a key that is not valid in this environment: seal it anew.');
      }
      const derived = derivedOf(key);
      if (derived === null) return refused(NOT_KEPT);
      const content = contentOf(token, derived.seal);
      if (content === null) return refused('The sealed context was altered: seal it anew.');
      const isCurrent = content.e > now && content.e <= now + SEAL.maxTtlSeconds * 1_000 + SKEW_MS;
      if (!isCurrent) return refused('The sealed context has expired: seal it anew, for at most 24 hours.');
      return { kind: 'opened', content: content.c, signer: key.id, until: content.e };
    },
    signerOf(environment, canonical, hash) {
      const signer = directory.serverKeys(environment).find((key) => {
        const derived = derivedOf(key);
        return derived !== null && isSameSecret(hash, macOf(canonical, derived.mac));
      });
      return signer?.id ?? null;
    },
  };
}

/** Of a key that nothing but a hash is kept of, nothing can be derived any more. */
const NOT_KEPT =
  'What opens the context was not kept when its key was made, or was kept under another secret of this service: rotate the server key, and use the new one.';

/** Null where it was closed under another secret than the service has now. */
function openedBy(vault: Vault, closed: NonNullable<KnownServerKey['closed']>): DerivedKeys | null {
  try {
    return openedKeysOf(closed, vault);
  } catch {
    return null;
  }
}

function refused(detail: string): Opened {
  return { kind: 'refused', detail };
}

function macOf(canonical: string, key: Buffer): string {
  return createHmac('sha256', key).update(canonical).digest('hex');
}

/** Null where it was altered, or sealed with another key. */
function contentOf({ header, sealed }: SealedToken, key: Buffer): SealedContent | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < SEAL.ivBytes + SEAL.tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, SEAL.ivBytes), {
    authTagLength: SEAL.tagBytes,
  })
    .setAAD(Buffer.from(header))
    .setAuthTag(bytes.subarray(-SEAL.tagBytes));
  try {
    const text = decipher.update(bytes.subarray(SEAL.ivBytes, -SEAL.tagBytes));
    // Whoever sealed it holds a server key, and may still have written anything.
    const content: unknown = JSON.parse(Buffer.concat([text, decipher.final()]).toString());
    return isContent(content) ? content : null;
  } catch {
    return null;
  }
}

function isContent(content: unknown): content is SealedContent {
  if (typeof content !== 'object' || content === null) return false;
  const { c, e } = content as Partial<SealedContent>;
  return typeof e === 'number' && typeof c === 'object' && c !== null;
}
