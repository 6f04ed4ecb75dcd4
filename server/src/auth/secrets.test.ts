import { describe, expect, test } from 'vitest';
import { hashOf, kindOfSecret, lastFourOf, newSecret, type SecretKind } from './secrets.ts';

describe('a new secret', () => {
  test.for<[SecretKind, prefix: string]>([
    ['server-key', 'gp_srv_'],
    ['client-key', 'gp_cli_'],
    ['api-token', 'gp_api_'],
  ])('of the kind %s begins with %s and is known by it', ([kind, prefix]) => {
    const secret = newSecret(kind);
    expect(secret.startsWith(prefix)).toBe(true);
    expect(kindOfSecret(secret)).toBe(kind);
  });

  test('is never the same twice', () => {
    const secrets = new Set(Array.from({ length: 1_000 }, () => newSecret('api-token')));
    expect(secrets.size).toBe(1_000);
  });

  test('is stored as a hash that does not hold it', () => {
    const secret = newSecret('server-key');
    expect(hashOf(secret)).toMatch(/^[0-9a-f]{64}$/);
    expect(secret.endsWith(lastFourOf(secret))).toBe(true);
  });
});

describe('a mistyped secret', () => {
  test('is told from a real one without a look-up, whichever character is wrong', () => {
    const secret = newSecret('server-key');
    for (let at = 'gp_srv_'.length; at < secret.length; at++) {
      const wrong = secret[at] === 'A' ? 'B' : 'A';
      expect(kindOfSecret(secret.slice(0, at) + wrong + secret.slice(at + 1))).toBeNull();
    }
  });

  test.for(['', 'gp_srv_', 'gp_xyz_AAAA', 'Bearer x', 'gp_api_'.padEnd(56, 'A')])('%j is none', (text) => {
    expect(kindOfSecret(text)).toBeNull();
  });

  test('of one kind is not taken for another', () => {
    expect(kindOfSecret(newSecret('client-key').replace('gp_cli_', 'gp_srv_'))).toBeNull();
  });
});
