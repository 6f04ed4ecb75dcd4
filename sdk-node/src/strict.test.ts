import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { testPlatform } from './testing-platform.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789', strict: true };
const user = { key: 'u-1' };

describe('a strict client', () => {
  test('is not made from a wrong configuration', () => {
    expect(() => createClientOn(testPlatform(), { ...KEY, sdkKey: 'gp_cli_1' })).toThrow(/browser's key/);
  });

  test('throws before there is data, for unknown flags and for types that do not fit', () => {
    const platform = testPlatform();
    const flags = createClientOn(platform, KEY);
    expect(() => flags.variation('new-checkout', user, false)).toThrow(/CLIENT_NOT_READY/);
    expect(() => flags.variationDetail('new-checkout', user, false)).toThrow(/CLIENT_NOT_READY/);
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(() => flags.variation('new-chekout', user, false)).toThrow(/FLAG_NOT_FOUND.*new-chekout/);
    expect(() => flags.variationDetail('new-checkout', user, 'text')).toThrow(/TYPE_MISMATCH/);
  });

  test('rejects who waits for data that does not come', async () => {
    const platform = testPlatform();
    const flags = createClientOn(platform, KEY);
    const waiting = expect(flags.waitForInitialization({ timeoutSeconds: 1 })).rejects.toThrow(/not ready/);
    platform.advance(1_000);
    await waiting;
  });
});
