import { inspect } from 'node:util';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { sharedClient } from './shared-clients.ts';
import { digest, testPlatform } from './testing-platform.ts';
import type { ClientOptions } from './types.ts';

const user = { key: 'u-1' };
let names = 0;

/** A process with a service of its own. */
function aProcess() {
  names += 1;
  const platform = testPlatform();
  const KEY = { url: 'http://localhost:4000', sdkKey: `gp_srv_${names}`, events: false } as const;
  const create = (options: ClientOptions) => createClientOn(platform, options);
  const open = (options: ClientOptions = {}) => sharedClient({ ...KEY, ...options }, platform, create);
  return { platform, open };
}

describe('clients of the same URL and key', () => {
  test('S13: share one connection, until the last of them is closed', async () => {
    const { platform, open } = aProcess();
    const [first, second] = [open(), open()];
    platform.accept(1, [flagItem('new-checkout', { on: true }, 1)]);
    expect([platform.connects, first === second]).toEqual([1, false]);
    expect([first, second].map((flags) => flags.variation('new-checkout', user, false))).toEqual([true, true]);
    await first.close();
    expect(platform.openSockets).toBe(1);
    expect(second.variation('new-checkout', user, false)).toBe(true);
    await second.close();
    expect(platform.openSockets).toBe(0);
    expect(open().status.state).toBe('initializing');
    expect(platform.connects).toBe(2);
  });

  test('one that is closed answers fallbacks and hears nothing more, while the other goes on', async () => {
    const { platform, open } = aProcess();
    const [first, second] = [open(), open()];
    platform.accept(1, [flagItem('new-checkout', { on: true }, 1)]);
    const heard: string[] = [];
    first.on('change', () => heard.push('first'));
    second.on('change', () => heard.push('second'));
    await Promise.all([first.close(), first.close()]);
    expect(first.variationDetail('new-checkout', user, false)).toMatchObject({
      value: false,
      reason: { errorKind: 'CLIENT_CLOSED' },
    });
    expect([first.status.state, second.status.state]).toEqual(['closed', 'ready']);
    const off = flagItem('new-checkout', { on: false }, 2);
    platform.frame({ t: 'change', from: 1, to: 2, digest: digest([off]), ops: [{ op: 'put', ...off }] });
    expect(heard).toEqual(['second']);
    await second.close();
  });

  test('what a later one wants otherwise is told by name, once', async () => {
    const { platform, open } = aProcess();
    const logger = { ...platform.logger };
    const all = [open(), open(), open({ mode: 'poll', logger }), open({ mode: 'poll', staleAfterMs: 5_000 })];
    const told = platform.lines.filter((line) => line.includes('GP1003'));
    expect(told).toEqual([expect.stringMatching(/: mode, logger \(/), expect.stringMatching(/: staleAfterMs \(/)]);
    for (const flags of all) await flags.close();
  });

  test('are not shown with their keys by whoever looks at the globals of the process', () => {
    const { open } = aProcess();
    open();
    const shown = inspect(globalThis, { depth: 4, maxArrayLength: null });
    expect(shown).not.toMatch(/gp_srv_\d/);
  });

  test.for<[string, object]>([
    ['an SDK key that is a number', { sdkKey: 5 }],
    ['an SDK key without a text', { sdkKey: Object.create(null) }],
    ['a URL without a text', { url: Object.create(null) }],
    ['an instance that JSON does not know', { instance: 5n }],
    ['no network', { network: null }],
    ['no overrides', { overrides: null }],
  ])('are made without a word of what is wrong being thrown: %s', async ([, options]) => {
    const flags = aProcess().open(options);
    expect(flags.variation('new-checkout', user, true)).toBe(true);
    expect(flags.secureModeHash({ key: Symbol('none') as never })).toBeTypeOf('string');
    await flags.close();
  });

  test('are apart where their instances differ, or nothing is connected', () => {
    const { platform, open } = aProcess();
    open();
    open({ instance: 'b' });
    open({ offline: true });
    expect(platform.connects).toBe(2);
  });
});
