import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type EnvironmentState, idOf } from '@glidepath/core/protocol';
import { flagItem } from '@glidepath/core/testing';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cacheKeyOf, cacheTextOf } from './cache-file.ts';
import { createClientOn } from './client.ts';
import { nodeDisk } from './disk.ts';
import { digest, type TestPlatform, testPlatform } from './testing-platform.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
const EPOCH = '00000000000000aa';
const user = { key: 'u-1' };
const root = mkdtempSync(path.join(os.tmpdir(), 'glidepath-boot-'));
let folder = '';
let cacheFile = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(root, 'test-'));
  cacheFile = path.join(folder, 'flags.json');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function aState(version: number, on: boolean, count = 1): EnvironmentState {
  const items = Array.from({ length: count }, (_, i) =>
    flagItem(i === 0 ? 'new-checkout' : `flag-${i}`, { on }, version),
  );
  return { epoch: EPOCH, version, digest: digest(items), items: new Map(items.map((item) => [idOf(item), item])) };
}

const ruleset = (version: number, on: boolean) => {
  const { items, ...basis } = aState(version, on);
  return { kind: 'full', ...basis, items: [...items.values()] };
};

function keep(state: EnvironmentState, sdkKey = KEY.sdkKey): string {
  const text = cacheTextOf(state, 1, cacheKeyOf(sdkKey, nodeDisk));
  writeFileSync(cacheFile, text);
  return text;
}

function start(options: ClientOptions): { readonly platform: TestPlatform; readonly flags: FlagsClient } {
  const platform = testPlatform();
  return { platform, flags: createClientOn(platform, { ...KEY, events: false, ...options }) };
}

const helloOf = (platform: TestPlatform) => platform.sent.find((frame) => frame['t'] === 'hello');
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a cache file', () => {
  test('S5: answers the first call, before the service was heard, and is what the service is asked to go on from', () => {
    keep(aState(7, true, 4_500));
    const { platform, flags } = start({ cacheFile });
    expect(readFileSync(cacheFile).length).toBeGreaterThan(1_000_000);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({
      value: true,
      source: 'cache',
      environmentVersion: 7,
    });
    const changed: string[] = [];
    flags.on('change', ({ keys }) => changed.push(...keys));
    const items = [...aState(7, true, 4_500).items.values()].map((item, i) =>
      i === 0 ? flagItem('new-checkout', { on: false }, 8) : item,
    );
    platform.accept(8, items);
    expect(changed).toEqual(['new-checkout']);
    expect(helloOf(platform)).toMatchObject({ basis: { epoch: EPOCH, version: 7 } });
    expect(flags.variationDetail('new-checkout', user, true)).toMatchObject({ value: false, source: 'stream' });
    expect(platform.lines).toEqual([]);
  });

  test('goes before a bootstrap, and is enough for who waits, unless they want it fresh', async () => {
    keep(aState(7, true));
    const { platform, flags } = start({ cacheFile, bootstrap: { ruleset: ruleset(3, false) } });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(await flags.waitForInitialization()).toMatchObject({ status: 'ready', source: 'cache' });
    const fresh = flags.waitForInitialization({ need: 'fresh', timeoutSeconds: 1 });
    platform.advance(1_000);
    expect(await fresh).toMatchObject({ status: 'timeout', source: 'cache' });
  });

  test('T42: a restart without a service has the values of before, and moves on without a wrong one in between', async () => {
    const first = start({ cacheFile });
    first.platform.accept(1, [flagItem('new-checkout', { on: true }, 1)]);
    await first.flags.close();
    const second = start({ cacheFile });
    second.platform.refusesSockets = true;
    second.platform.closeSocket();
    const seen = [second.flags.variation('new-checkout', user, null)];
    second.flags.on('change', () => seen.push(second.flags.variation('new-checkout', user, null)));
    second.platform.advance(70_000);
    expect(second.flags.status).toMatchObject({ state: 'stale', source: 'cache' });
    second.platform.refusesSockets = false;
    while (second.platform.openSockets === 0) second.platform.advance(1_000);
    second.platform.accept(2, [flagItem('new-checkout', { on: false }, 2)]);
    expect(seen).toEqual([true, false]);
    expect(second.flags.status.state).toBe('ready');
  });

  test.for<[what: string, spoil: () => void, isAside: boolean]>([
    ['that is cut off', () => writeFileSync(cacheFile, keep(aState(7, true)).slice(0, -100)), true],
    ['that is empty', () => writeFileSync(cacheFile, ''), true],
    ['of another key', () => void keep(aState(7, true), 'gp_srv_other'), false],
    ['that is a folder', () => mkdirSync(cacheFile), false],
  ])('T43: %s is ignored with one warning, and the client starts', ([, spoil, isAside], { expect: expects }) => {
    spoil();
    const { platform, flags } = start({ cacheFile });
    expects(flags.variationDetail('new-checkout', user, 'fallback')).toMatchObject({
      value: 'fallback',
      source: 'none',
    });
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    expects(flags.status.state).toBe('ready');
    expects(platform.lines.filter((line) => line.includes('GP1108'))).toHaveLength(1);
    expects(readdirSync(folder)).toEqual(isAside ? ['flags.json.bad'] : ['flags.json']);
  });

  test('that cannot be written is told of, and the client goes on', async () => {
    const { platform, flags } = start({ cacheFile: path.join(folder, 'none/flags.json') });
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(await flags.close()).toMatchObject({ dropped: 0 });
    expect(platform.lines.join()).toContain('GP1108');
  });

  test('is written at most every five seconds, and at the end', async () => {
    const written: number[] = [];
    const platform = testPlatform();
    Object.assign(platform, {
      disk: {
        ...nodeDisk,
        write: async (file: string, text: string) => {
          written.push(platform.monotonic());
          await nodeDisk.write(file, text);
        },
      },
    });
    const flags = createClientOn(platform, { ...KEY, events: false, cacheFile });
    const change = (version: number) => {
      const item = flagItem('new-checkout', { on: version % 2 === 0 }, version);
      platform.frame({
        t: 'change',
        from: version - 1,
        to: version,
        digest: digest([item]),
        ops: [{ op: 'put', ...item }],
      });
    };
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    for (let version = 2; version <= 40; version += 1) {
      platform.advance(300);
      await settled();
      change(version);
    }
    await flags.close();
    expect(written.length).toBeLessThanOrEqual(5);
    expect(JSON.parse(readFileSync(cacheFile, 'utf8'))).toMatchObject({ version: 40 });
  });

  test('is read and not written by an offline client', async () => {
    const text = keep(aState(7, true));
    const { platform, flags } = start({ cacheFile, offline: true });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(flags.status).toMatchObject({ state: 'offline', source: 'cache' });
    await flags.close();
    expect([readFileSync(cacheFile, 'utf8'), platform.connects, platform.timers]).toEqual([text, 0, 0]);
  });
});

describe('a bootstrap of plain values', () => {
  const values = { 'new-checkout': true, size: 7, colour: 'blue', limits: { burst: 3 }, gone: 1, broken: () => 1 };

  test('answers in the same tick, and the service is asked for everything', () => {
    const { platform, flags } = start({ bootstrap: { values: values as never } });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(flags.variation('size', null, 0)).toBe(7);
    expect(flags.variation('limits', user, {})).toEqual({ burst: 3 });
    expect(flags.variationDetail('colour', user, '')).toMatchObject({ source: 'bootstrap', environmentVersion: null });
    expect(flags.variation('broken', user, 'fallback')).toBe('fallback');
    const changed: string[] = [];
    flags.on('change', ({ keys }) => changed.push(...keys));
    platform.accept(1, [flagItem('new-checkout', { on: false }, 1)]);
    expect(helloOf(platform)).toMatchObject({ basis: null });
    expect(flags.variation('new-checkout', user, true)).toBe(false);
    expect(flags.variation('gone', user, 0)).toBe(0);
    expect(changed).toEqual(expect.arrayContaining(['new-checkout', 'gone']));
  });

  test('does not see what its caller does to the values later', () => {
    const mine = { limits: { burst: 3 } };
    const { flags } = start({ offline: true, bootstrap: { values: mine } });
    mine.limits.burst = 4;
    expect(flags.variation('limits', user, {})).toEqual({ burst: 3 });
  });
});

describe('a store', () => {
  const saved: unknown[] = [];
  const storeOf = (load: () => Promise<unknown>) => ({
    load,
    save: async (given: unknown) => void saved.push(given),
  });
  beforeEach(() => void saved.splice(0));

  test('is read before the service is asked, and saved to behind', async () => {
    const { platform, flags } = start({ store: storeOf(async () => ruleset(5, true)) });
    expect(platform.connects).toBe(0);
    await settled();
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({ value: true, source: 'cache' });
    platform.accept(6, [flagItem('new-checkout', { on: false }, 6)]);
    expect(helloOf(platform)).toMatchObject({ basis: { version: 5 } });
    await flags.close();
    expect(saved).toMatchObject([{ kind: 'full', version: 6 }]);
  });

  test('what it saved is what it loads', async () => {
    const first = start({ store: storeOf(async () => null) });
    await settled();
    first.platform.accept(6, [flagItem('new-checkout', { on: true }, 6)]);
    await first.flags.close();
    const second = start({ store: storeOf(async () => JSON.stringify(saved[0])) });
    await settled();
    expect(second.flags.variation('new-checkout', user, false)).toBe(true);
  });

  test.for<[string, () => Promise<unknown>]>([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['holds nonsense', async () => ({ kind: 'nonsense' })],
  ])('that %s is told of, and the client starts', async ([, load]) => {
    const { platform, flags } = start({ store: storeOf(load) });
    await settled();
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    expect(flags.status.state).toBe('ready');
    expect(platform.lines.join()).toContain('GP1109');
  });

  test('that never answers holds the service up for two seconds', async () => {
    const { platform } = start({ store: storeOf(() => new Promise(() => undefined)) });
    platform.advance(2_000);
    await settled();
    expect(platform.connects).toBe(1);
  });

  test('does not take a cache file back to an older version', async () => {
    keep(aState(7, true));
    const { platform, flags } = start({ cacheFile, store: storeOf(async () => ruleset(5, false)) });
    await settled();
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    platform.accept(8, [flagItem('new-checkout', { on: false }, 8)]);
    expect(helloOf(platform)).toMatchObject({ basis: { version: 7 } });
  });

  test('whose client is closed meanwhile opens no connection', async () => {
    const { platform, flags } = start({ store: storeOf(async () => ruleset(5, true)) });
    await flags.close();
    await settled();
    expect([platform.connects, flags.status.state]).toEqual([0, 'closed']);
  });
});
