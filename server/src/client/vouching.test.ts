import { createCipheriv, createHmac } from 'node:crypto';
import { canonicalContext, sealedHeader } from '@glidepath/core/sdk';
import { describe, expect, test } from 'vitest';
import { closedKeysOf, derivedKeysOf } from '../auth/derived-keys.ts';
import type { KnownServerKey } from '../auth/directory.ts';
import { openVault } from '../auth/vault.ts';
import { createVouching } from './vouching.ts';

const SECRET = 'gp_srv_example';
const PRINT = '0123456789abcdef';
const NOW = 1_000_000;
const vault = openVault('a secret of this installation');

const keyWith = (closed: KnownServerKey['closed']): KnownServerKey => ({ id: 'key-1', print: PRINT, closed });
const vouchingWith = (key: KnownServerKey) => createVouching({ directory: { serverKeys: () => [key] }, vault });

function sealed(text: string, header = sealedHeader(PRINT)): string {
  const iv = Buffer.alloc(12, 7);
  const cipher = createCipheriv('aes-256-gcm', derivedKeysOf(SECRET).seal, iv).setAAD(Buffer.from(header));
  const bytes = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return `${header}.${bytes.toString('base64url')}`;
}

describe('a server key', () => {
  const vouching = vouchingWith(keyWith(closedKeysOf(SECRET, vault)));
  const context = { user: { key: 'ana' } };

  test('vouches for what was sealed with it', () => {
    const token = sealed(JSON.stringify({ c: context, e: NOW + 1 }));
    expect(vouching.open('env', token, NOW)).toEqual({
      kind: 'opened',
      content: context,
      signer: 'key-1',
      until: NOW + 1,
    });
  });

  test('vouches for the hash of a context', () => {
    const canonical = canonicalContext(context);
    const hash = createHmac('sha256', derivedKeysOf(SECRET).mac).update(canonical).digest('hex');
    expect(vouching.signerOf('env', canonical, hash)).toBe('key-1');
    expect(vouching.signerOf('env', canonical, hash.toUpperCase())).toBeNull();
  });

  test.for<[string, string, RegExp]>([
    ['is none', 'v2.x', /no sealed context/],
    ['is too short to hold anything', `v1.${PRINT}.AAAA`, /altered/],
    ['holds no JSON', sealed('not JSON'), /altered/],
    ['holds no context', sealed(JSON.stringify({ e: NOW + 1 })), /altered/],
    ['holds no end', sealed(JSON.stringify({ c: context })), /altered/],
    ['has ended', sealed(JSON.stringify({ c: context, e: NOW })), /expired/],
    [
      'was sealed under another header',
      sealed('{}', 'v1.ffffffffffffffff').replace('ffffffffffffffff', PRINT),
      /altered/,
    ],
    ['names a key that is not there', sealed('{}', 'v1.ffffffffffffffff'), /not valid in this environment/],
  ])('does not vouch for a token that %s, and says why', ([, token, why]) => {
    const answer = vouching.open('env', token, NOW);
    expect(answer).toMatchObject({ kind: 'refused', detail: expect.stringMatching(why) });
  });

  test.for<[string, KnownServerKey['closed']]>([
    ['nothing was derived when it was made', null],
    ['what was derived is kept under another secret', closedKeysOf(SECRET, openVault('another secret of before'))],
  ])('of which %s vouches for nothing, and says what to do', ([, closed]) => {
    const old = vouchingWith(keyWith(closed));
    expect(old.open('env', sealed('{}'), NOW)).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('rotate the server key'),
    });
    expect(old.signerOf('env', '{}', '')).toBeNull();
  });
});
