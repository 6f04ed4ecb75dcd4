import { createCipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { SEAL } from '@glidepath/core/sdk';

const KEY_BYTES = 32;

export function sign(secret: string, use: string, text: string): string {
  return createHmac('sha256', derivedKey(secret, use)).update(text).digest('hex');
}

export async function seal(secret: string, use: string, header: string, text: string): Promise<string> {
  const iv = randomBytes(SEAL.ivBytes);
  const cipher = createCipheriv('aes-256-gcm', derivedKey(secret, use), iv, { authTagLength: SEAL.tagBytes });
  cipher.setAAD(Buffer.from(header));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

/** Each use has its own key, so that none of them says anything about the SDK key or another use. */
function derivedKey(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', use, KEY_BYTES));
}
