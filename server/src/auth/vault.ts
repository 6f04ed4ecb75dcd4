import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps what must be read back later, encrypted under the installation's secret. */
export interface Vault {
  /** `purpose` is bound to the result: what was closed for one purpose does not open for another. */
  close(text: string, purpose: string): string;
  /** Throws where the text was altered, or closed with another secret or for another purpose. */
  open(closed: string, purpose: string): string;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1.';

export function openVault(secret: string): Vault {
  const key = derive(secret, 'glidepath/vault');
  return {
    close(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return FORMAT + sealed.toString('base64url');
    },
    open(closed, purpose) {
      if (!closed.startsWith(FORMAT)) throw new Error('not something that this vault closed');
      const sealed = Buffer.from(closed.slice(FORMAT.length), 'base64url');
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    },
  };
}

/** A key of its own for one use of a secret. */
export function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', use, 32));
}
