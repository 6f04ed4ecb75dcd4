import { createHash, createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexOf, hkdfSha256, hmacSha256, sha256 } from './sha256.ts';

test('hashes like everybody else, at every length around a block', () => {
  for (let length = 0; length <= 200; length += 1) {
    const bytes = new Uint8Array(length).map((_, at) => (at * 31 + length) & 0xff);
    expect(hexOf(sha256(bytes)), `${length} bytes`).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test('signs and derives keys like everybody else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }), (key, message) => {
      expect(hexOf(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), (secret, info) => {
      expect(hexOf(hkdfSha256(secret, info))).toBe(
        Buffer.from(hkdfSync('sha256', secret, '', info, 32)).toString('hex'),
      );
    }),
  );
});
