import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { flagItem } from '@glidepath/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { testPlatform } from './testing-platform.ts';
import type { ClientOptions } from './types.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
const user = { key: 'u-1' };
const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-overrides-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(text: string | undefined, options: ClientOptions = {}) {
  const platform = testPlatform(text === undefined ? {} : { GLIDEPATH_OVERRIDES: text });
  return { platform, flags: createClientOn(platform, { ...KEY, ...options }) };
}

const FLAGS = [flagItem('new-checkout', { on: false }, 1)];

describe('overrides', () => {
  test('of the variable answer instead of the rules, and say so', () => {
    const { platform, flags } = start('{"new-checkout": true, "extra": {"a": 1}}');
    platform.accept(1, FLAGS, { overrides: true });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({
      value: true,
      variation: null,
      reason: { kind: 'OVERRIDE', by: 'env' },
      source: 'override',
    });
    const extra = flags.variation('extra', user, {});
    expect([extra, Object.isFrozen(extra)]).toEqual([{ a: 1 }, true]);
  });

  test('never act where the service has not allowed them, and that is told', () => {
    const { platform, flags } = start('{"new-checkout": true}');
    expect(flags.variation('new-checkout', user, false)).toBe(false);
    platform.accept(1, FLAGS);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({ value: false, source: 'stream' });
    expect(platform.lines.join()).toContain('GP1111');
  });

  test('stop acting on the day the service no longer allows them, and listeners hear of it', () => {
    const { platform, flags } = start('{"new-checkout": true}');
    platform.accept(1, FLAGS, { overrides: true });
    const heard: (readonly string[])[] = [];
    flags.on('change', ({ keys }) => heard.push(keys));
    platform.closeSocket();
    while (platform.openSockets === 0) platform.advance(100);
    platform.accept(1, FLAGS);
    expect(flags.variation('new-checkout', user, true)).toBe(false);
    expect(heard).toEqual([['new-checkout']]);
  });

  test('of a file win over those of the variable', () => {
    const file = path.join(folder, 'overrides.json');
    writeFileSync(file, '{"new-checkout": "file"}');
    const { platform, flags } = start('{"new-checkout": "env", "other": "env"}', { overrides: { file } });
    platform.accept(1, FLAGS, { overrides: true });
    expect(flags.variationDetail('new-checkout', user, '')).toMatchObject({ value: 'file', reason: { by: 'file' } });
    expect(flags.variation('other', user, '')).toBe('env');
  });

  test('of another type than the fallback do not act', () => {
    const { platform, flags } = start('{"new-checkout": "yes"}');
    platform.accept(1, [flagItem('new-checkout', { on: true }, 1)], { overrides: true });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
  });

  test.for(['no JSON', '[1]', 'null'])('that cannot be read (%s) are told of, and nothing else happens', (text) => {
    const { platform, flags } = start(text);
    platform.accept(1, FLAGS, { overrides: true });
    expect(flags.variation('new-checkout', user, true)).toBe(false);
    expect(platform.lines.join()).toContain('GP1110');
  });

  test('of the variable are left alone by who does not want them', () => {
    const { platform, flags } = start('{"new-checkout": true}', { overrides: { env: false } });
    platform.accept(1, FLAGS, { overrides: true });
    expect(flags.variation('new-checkout', user, true)).toBe(false);
  });
});
