import type { ChangeEvent } from '@glidepath/core/sdk';
import { flagItem } from '@glidepath/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { digest, type TestPlatform, testPlatform } from './testing-platform.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
const user = { key: 'u-1' };

function start(options: ClientOptions = KEY): { readonly platform: TestPlatform; readonly flags: FlagsClient } {
  const platform = testPlatform();
  return { platform, flags: createClientOn(platform, options) };
}

function started(on = true): { readonly platform: TestPlatform; readonly flags: FlagsClient } {
  const both = start();
  both.platform.accept(1, [flagItem('new-checkout', { on: on }, 1)]);
  return both;
}

/** Lets time pass until the client has a socket on its way. */
function untilConnecting(platform: TestPlatform, withinMs: number): void {
  for (let ms = 0; platform.openSockets === 0; ms += 100) {
    if (ms > withinMs) throw new Error(`no attempt within ${withinMs} ms`);
    platform.advance(100);
  }
}

describe('before any data', () => {
  test('every call returns its fallback and says why', () => {
    const { flags } = start();
    expect(flags.variation('new-checkout', user, 'fallback')).toBe('fallback');
    expect(flags.variationDetail('new-checkout', user, 7)).toMatchObject({
      value: 7,
      variation: null,
      reason: { kind: 'ERROR', errorKind: 'CLIENT_NOT_READY' },
      source: 'none',
    });
    expect(flags.status.state).toBe('initializing');
  });

  test('waitForInitialization resolves as timeout when nobody answers', async () => {
    const { platform, flags } = start();
    const waiting = flags.waitForInitialization({ timeoutSeconds: 2 });
    platform.advance(2_000);
    expect(await waiting).toMatchObject({ status: 'timeout', source: 'none', elapsedMs: 2_000 });
  });

  test('waitForInitialization settles at once when the key is refused, and polling does not hammer', async () => {
    const { platform, flags } = start();
    const waiting = flags.waitForInitialization();
    platform.closeSocket({ status: 401 });
    expect(await waiting).toMatchObject({ status: 'failed', error: { code: 'GP1401' } });
    expect(flags.status.state).toBe('unauthorized');
    platform.advance(140_000);
    expect(platform.connects).toBe(1);
  });
});

describe('a connected client', () => {
  test('serves what the stream brought', async () => {
    const { flags } = started();
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(flags.status).toMatchObject({
      state: 'ready',
      connection: 'streaming',
      source: 'stream',
      environmentVersion: 1,
    });
    expect(await flags.waitForInitialization({ need: 'fresh' })).toMatchObject({ status: 'ready', source: 'stream' });
  });

  test('tells which flags changed, and serves the new value from then on', () => {
    const { platform, flags } = started(true);
    const heard: ChangeEvent[] = [];
    const values: boolean[] = [];
    flags.on('change', (event) => heard.push(event));
    flags.on('change:new-checkout', () => values.push(flags.variation('new-checkout', user, true)));
    const off = flagItem('new-checkout', { on: false }, 2);
    platform.frame({ t: 'change', from: 1, to: 2, digest: digest([off]), urgent: true, ops: [{ op: 'put', ...off }] });
    expect(heard).toEqual([{ keys: ['new-checkout'], fromVersion: 1, toVersion: 2, source: 'stream' }]);
    expect(values).toEqual([false]);
    expect(platform.sent.at(-1)).toMatchObject({ t: 'ack', v: 2 });
  });

  test('a listener that throws is told of, and the others still run', () => {
    const { platform, flags } = started();
    let calls = 0;
    flags.on('change', () => {
      throw new Error('mine');
    });
    flags.on('change', () => {
      calls += 1;
    });
    const off = flagItem('new-checkout', { on: false }, 2);
    platform.frame({ t: 'change', from: 1, to: 2, digest: digest([off]), ops: [{ op: 'put', ...off }] });
    expect(calls).toBe(1);
    expect(platform.lines.join()).toContain('GP1901');
  });

  test('a listener ends with its unsubscribe function, its signal, or after once', () => {
    const { platform, flags } = started();
    const heard: string[] = [];
    const abort = new AbortController();
    const unsubscribe = flags.on('change', () => heard.push('unsubscribed'));
    flags.on('change', () => heard.push('aborted'), { signal: abort.signal });
    flags.on('change', () => heard.push('once'), { once: true });
    unsubscribe();
    abort.abort();
    for (const rev of [2, 3]) {
      const next = flagItem('new-checkout', { on: rev === 3 }, rev);
      platform.frame({ t: 'change', from: rev - 1, to: rev, digest: digest([next]), ops: [{ op: 'put', ...next }] });
    }
    expect(heard).toEqual(['once']);
  });

  test('keeps its values when the server goes away, turns stale, and comes back', () => {
    const { platform, flags } = started();
    let stale = 0;
    flags.on('stale', () => {
      stale += 1;
    });
    platform.closeSocket();
    platform.advance(59_000);
    expect(flags.status.state).toBe('ready');
    platform.advance(2_000);
    expect(stale).toBe(1);
    expect(flags.status.state).toBe('stale');
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({ value: true, stale: true });
    untilConnecting(platform, 30_000);
    platform.accept(2, [flagItem('new-checkout', { on: false }, 2)]);
    expect(flags.variationDetail('new-checkout', user, true)).toMatchObject({ value: false, stale: false });
    expect(flags.status).toMatchObject({ state: 'ready', reconnects: 1 });
  });

  test.for([
    [500, ''],
    [404, '<html>'],
    [200, '<!doctype html><title>Sign in</title>'],
    [200, '{"kind":"full","items":[]}'],
  ] as const)('is stale though polls are answered by something: %i %s', ([status, text], { expect: expects }) => {
    const { platform, flags } = started();
    const { lastContactAt } = flags.status;
    platform.refusesSockets = true;
    platform.answerPolls({ kind: 'answer', status, text });
    platform.closeSocket();
    platform.advance(200_000);
    expects(platform.polls).toBeGreaterThan(1);
    expects(flags.status).toMatchObject({ state: 'stale', lastContactAt });
    platform.answerPolls({ kind: 'answer', status: 304, text: '' });
    platform.advance(300_000);
    expects(flags.status).toMatchObject({ state: 'ready', connection: 'polling' });
  });

  test('is not stale while its stream says that nothing has changed, however short the time until then', () => {
    const { platform, flags } = start({ ...KEY, staleAfterMs: 10_000 });
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    platform.advance(20_000);
    expect(flags.status).toMatchObject({ state: 'ready', connection: 'streaming' });
    platform.closeSocket();
    expect(flags.status.state).toBe('stale');
  });

  test('serves on while bytes of a long frame come in on a slow link, and keeps the server from taking it for gone', () => {
    const { platform, flags } = started();
    for (let second = 1; second < 120; second += 1) {
      platform.advance(1_000);
      platform.hear();
    }
    expect(flags.status).toMatchObject({ state: 'ready', connection: 'streaming', reconnects: 0 });
    expect(platform.connects).toBe(1);
    expect(platform.sent.filter((frame) => frame['t'] === 'hb')).toHaveLength(5);
  });

  test('takes its next steps although one of them throws', () => {
    const platform = testPlatform();
    const { openSocket } = platform;
    let fails = true;
    Object.assign(platform, {
      openSocket: (...given: Parameters<typeof openSocket>) => {
        if (!fails) return openSocket(...given);
        fails = false;
        throw new Error('no more sockets');
      },
    });
    const flags = createClientOn(platform, KEY);
    untilConnecting(platform, 20_000);
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    expect(flags.status.state).toBe('ready');
  });

  test('streams again within a minute after an outage of five, and polls only where the stream cannot be had', () => {
    const { platform, flags } = started();
    platform.refusesSockets = true;
    platform.closeSocket();
    platform.advance(300_000);
    expect(platform.connects).toBeLessThanOrEqual(20);
    platform.refusesSockets = false;
    untilConnecting(platform, 60_000);
    platform.accept(2, [flagItem('new-checkout', {}, 2)]);
    expect(flags.status).toMatchObject({ state: 'ready', connection: 'streaming' });
  });

  test('reconnects although its timer fires a fraction of a millisecond early', () => {
    const { platform } = started();
    platform.earlyByMs = 0.4;
    platform.closeSocket();
    platform.advance(10_000);
    expect(platform.connects).toBe(2);
  });

  test('never throws and never returns anything but a value or the fallback, whatever it is asked', () => {
    const { flags } = started();
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withSparseArray: true }),
      fc.constantFrom('__proto__', 'constructor', 'new-checkout'),
    );
    fc.assert(
      fc.property(anything, anything, anything, (key, context, fallback) => {
        const detail = flags.variationDetail(key as string, context as never, fallback);
        expect(['ERROR', 'FALLTHROUGH']).toContain(detail.reason.kind);
        if (detail.reason.kind === 'ERROR') expect(detail.value).toBe(fallback);
      }),
      { numRuns: 2_000 },
    );
  });

  test('survives a context whose getter throws', () => {
    const { flags } = started();
    const trap = {
      get key(): string {
        throw new Error('trap');
      },
    };
    expect(flags.variationDetail('new-checkout', trap, false).reason).toMatchObject({ errorKind: 'INVALID_CONTEXT' });
  });
});

describe('a closed client', () => {
  test('returns fallbacks, holds no socket, and closes only once', async () => {
    const { platform, flags } = started();
    await Promise.all([flags.close(), flags.close()]);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({
      value: false,
      reason: { errorKind: 'CLIENT_CLOSED' },
    });
    expect(platform.openSockets).toBe(0);
    platform.advance(600_000);
    expect(platform.connects).toBe(1);
    expect(flags.status.state).toBe('closed');
  });
});

describe('a client that is closed by one of its own listeners', () => {
  test.for(['change', 'error', 'status'] as const)("of '%s': opens and sends nothing more", (event) => {
    const platform = testPlatform();
    const flags = createClientOn(platform, KEY);
    flags.on(event as 'error', () => void flags.close());
    platform.accept(1, [flagItem('new-checkout', {}, 1)]);
    platform.closeSocket();
    const { connects } = platform;
    const sent = platform.sent.length;
    platform.advance(600_000);
    expect(platform).toMatchObject({ connects, openSockets: 0 });
    expect(platform.sent).toHaveLength(sent);
    expect(flags.status).toMatchObject({ state: 'closed', connection: 'none' });
  });
});

test('waitForInitialization of a closed client fails, though it was ready before', async () => {
  const { flags } = started();
  await flags.close();
  expect(await flags.waitForInitialization()).toMatchObject({ status: 'failed', error: { code: 'GP1002' } });
});

describe('a client that was given nothing to connect to', () => {
  test.for<[string, ClientOptions, RegExp]>([
    ['no URL', { sdkKey: 'gp_srv_1' }, /GLIDEPATH_URL/],
    ['no key', { url: 'https://flags.example.com' }, /GLIDEPATH_SDK_KEY/],
    ["a browser's key", { ...KEY, sdkKey: 'gp_cli_1' }, /browser's key/],
    ['an API token', { ...KEY, sdkKey: 'gp_api_1' }, /gp_srv_/],
    ['a URL that is none', { ...KEY, url: 'flags' }, /cannot be read/],
    ['http to another machine', { ...KEY, url: 'http://flags.example.com' }, /https/],
    ['a password in the URL', { ...KEY, url: 'https://a:b@flags.example.com' }, /password/],
  ])('%s: fails as CONFIG, names the mend, and serves fallbacks', async ([, options, message]) => {
    const { platform, flags } = start(options);
    expect(await flags.waitForInitialization()).toMatchObject({ status: 'failed', error: { code: 'GP1001' } });
    expect(flags.variationDetail('x', user, 1).reason).toMatchObject({
      errorKind: 'CONFIG',
      message: expect.stringMatching(message),
    });
    expect(platform.connects).toBe(0);
    expect(platform.lines).toHaveLength(1);
  });

  test('takes URL and key from the environment', () => {
    const platform = testPlatform({ GLIDEPATH_URL: KEY.url, GLIDEPATH_SDK_KEY: KEY.sdkKey });
    createClientOn(platform, {});
    expect(platform.connects).toBe(1);
  });
});

test('a mode that is misspelt is told, with those that there are, and is the default', () => {
  const platform = testPlatform();
  const mode = 'strem' as 'stream';
  createClientOn(platform, { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789', mode });
  expect(platform.openSockets).toBe(1);
  expect(platform.lines).toEqual([
    "[glidepath] GP1005 the mode 'strem' is unknown, and `stream` is taken: it is one of stream, poll, once, offline " +
      '(http://localhost:4000/errors/GP1005)',
  ]);
});

describe('a bootstrap', () => {
  const item = flagItem('new-checkout', { on: true }, 3);
  const ruleset = { kind: 'full', epoch: '00000000000000aa', version: 3, digest: digest([item]), items: [item] };

  test('answers on the same tick, and the server is asked only for what is newer', () => {
    const { platform, flags } = start({ ...KEY, bootstrap: { ruleset } });
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({ value: true, source: 'bootstrap' });
    platform.accept(4, [flagItem('new-checkout', { on: false }, 4)]);
    expect(platform.sent[0]).toMatchObject({ t: 'hello', basis: { version: 3 } });
    expect(flags.variation('new-checkout', user, true)).toBe(false);
  });

  test('is ignored, and told of, when it is broken', () => {
    const { platform, flags } = start({
      ...KEY,
      mode: 'offline',
      bootstrap: { ruleset: { ...ruleset, version: 'x' } },
    });
    expect(flags.variation('new-checkout', user, false)).toBe(false);
    expect(platform.lines.join()).toContain('GP1107');
  });

  test('turns stale when the server is never reached', () => {
    const { platform, flags } = start({ ...KEY, bootstrap: { ruleset } });
    platform.refusesSockets = true;
    platform.closeSocket();
    platform.advance(61_000);
    expect(flags.status).toMatchObject({ state: 'stale', source: 'bootstrap' });
  });

  test('that cannot even be written as JSON does not keep the client from connecting', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const ruleset of [undefined, circular, 1n, () => 1]) {
      const { platform, flags } = start({ ...KEY, bootstrap: { ruleset } });
      platform.accept(1, [flagItem('new-checkout', {}, 1)]);
      expect(flags.status.state).toBe('ready');
    }
  });

  test('is all that an offline client needs', async () => {
    const { platform, flags } = start({ mode: 'offline', bootstrap: { ruleset: JSON.stringify(ruleset) } });
    expect(await flags.waitForInitialization()).toMatchObject({ status: 'ready', source: 'bootstrap' });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(platform.connects).toBe(0);
  });
});
