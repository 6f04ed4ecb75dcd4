import { describe, expect, test } from 'vitest';
import { closedKeysOf, derivedKeysOf, openedKeysOf } from './derived-keys.ts';
import { openVault } from './vault.ts';

describe('what is derived from a server key', () => {
  // Written down once: contexts that were sealed with it must open for ever.
  test('is the same everywhere and at all times', () => {
    const { mac, seal } = derivedKeysOf('gp_srv_example');
    expect({ mac: mac.toString('base64url'), seal: seal.toString('base64url') }).toMatchInlineSnapshot(`
      {
        "mac": "63xOqOuMin_aFCcwPi72bYXn5QyXIEgbedR-EwMN-O0",
        "seal": "LaCi8R5TsFZ0yejPs1H5yQX4zgdKd5RTCZadeaaWUrk",
      }
    `);
  });

  test('comes back from what is stored, and is not readable there', () => {
    const vault = openVault('a secret of this installation');
    const closed = closedKeysOf('gp_srv_example', vault);
    expect(openedKeysOf(closed, vault)).toEqual(derivedKeysOf('gp_srv_example'));
    expect(JSON.stringify(closed)).not.toContain(derivedKeysOf('gp_srv_example').mac.toString('base64url'));
    expect(() => openedKeysOf({ seal: closed.mac, mac: closed.seal }, vault)).toThrow();
  });
});
