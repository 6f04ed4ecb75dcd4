import { describe, expect, test } from 'vitest';
import { openVault } from './vault.ts';

const vault = openVault('a secret of the installation that is long');

describe('what the vault has closed', () => {
  test('opens again, whatever text it was', () => {
    for (const text of ['', 'seal', 'ключ 🗝'.repeat(100)])
      expect(vault.open(vault.close(text, 'test'), 'test')).toBe(text);
  });

  test('looks different each time', () => {
    expect(vault.close('same', 'test')).not.toBe(vault.close('same', 'test'));
  });

  test('does not open for another purpose or with another secret', () => {
    const closed = vault.close('seal', 'sdk-key/seal');
    expect(() => vault.open(closed, 'sdk-key/mac')).toThrow();
    expect(() => openVault('another secret of another installation').open(closed, 'sdk-key/seal')).toThrow();
  });

  test('does not open once a bit of it was altered', () => {
    const bytes = Buffer.from(vault.close('seal', 'test').slice(3), 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => vault.open(`v1.${altered.toString('base64url')}`, 'test')).toThrow();
    }
  });
});
