import { SEAL } from '@glidepath/core/sdk';
import { hexOf, hkdfSha256, hmacSha256, joined } from './sha256.ts';

const encoder = new TextEncoder();

export function signOnEdge(secret: string, use: string, text: string): string {
  return hexOf(hmacSha256(hkdfSha256(secret, use), encoder.encode(text)));
}

export async function sealOnEdge(secret: string, use: string, header: string, text: string): Promise<string> {
  const { subtle } = crypto;
  const iv = crypto.getRandomValues(new Uint8Array(SEAL.ivBytes));
  const derived = joined(hkdfSha256(secret, use));
  const key = await subtle.importKey('raw', derived, 'AES-GCM', false, ['encrypt']);
  const how = { name: 'AES-GCM', iv, additionalData: encoder.encode(header), tagLength: SEAL.tagBytes * 8 };
  // The tag is the end of it.
  const sealed = await subtle.encrypt(how, key, encoder.encode(text));
  return base64Url(joined(iv, new Uint8Array(sealed)));
}

function base64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
