import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { nodeNetwork } from './node-network.ts';
import { nodePlatform } from './platform.ts';
import { proxyFor } from './proxy.ts';
import { startTestServer } from './testing/test-server.ts';
import { selfSigned } from './testing-certificate.ts';
import { type ProxyOptions, startProxy, type TestProxy } from './testing-proxy.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

const SDK_KEY = 'gp_srv_0123456789';
const PASSWORD = 'p@ss:wörd';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function aProxy(options?: ProxyOptions): Promise<TestProxy> {
  const proxy = await startProxy(options);
  ends.push(async () => proxy[Symbol.asyncDispose]());
  return proxy;
}

/** A client as in production, but for what it finds in its environment; with all that it has logged. */
function aClient(options: ClientOptions, environment: Record<string, string> = {}) {
  const node = nodePlatform();
  const platform = { ...node, environment, ...nodeNetwork({ ...node, environment }) };
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const logger = { debug: say, info: say, warn: say, error: say };
  const flags: FlagsClient = createClientOn(platform, { logger, logLevel: 'debug', ...options });
  ends.push(() => flags.close({ timeoutMs: 200 }));
  return { flags, lines };
}

/** A service behind TLS that turns everybody away; what was asked of it. */
async function aSecureService(certificate = selfSigned()) {
  const asked: string[] = [];
  const server = createServer(certificate, ({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(503).end();
  });
  server.on('upgrade', ({ url = '' }: IncomingMessage, socket) => {
    asked.push(url);
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 503 Not now\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('connection', (socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, port, ca: certificate.cert };
}

describe('which proxy', () => {
  const direct = { kind: 'direct' };
  const through = (href: string) => ({ kind: 'proxy', href });
  const choice = (url: string, given: string | false | undefined, environment: Record<string, string>) => {
    const chosen = proxyFor(new URL(url), given, environment);
    return chosen.kind === 'proxy' ? through(chosen.proxy.href) : chosen;
  };
  const both = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' };

  test.for<[url: string, environment: Record<string, string>, expected: object]>([
    ['https://flags.example.com/', {}, direct],
    ['https://flags.example.com/', both, through('http://secure:1/')],
    ['wss://flags.example.com/', both, through('http://secure:1/')],
    ['http://flags.example.com/', both, through('http://plain:2/')],
    ['https://flags.example.com/', { ...both, https_proxy: 'http://small:3' }, through('http://small:3/')],
    [
      'https://flags.example.com/',
      { HTTPS_PROXY: 'proxy.example.com:3128' },
      through('http://proxy.example.com:3128/'),
    ],
    ['https://flags.example.com/', { ...both, NO_PROXY: '*' }, direct],
    ['https://flags.example.com/', { ...both, NO_PROXY: 'other.com, FLAGS.example.com' }, direct],
    ['https://flags.example.com/', { ...both, NO_PROXY: 'example.com' }, through('http://secure:1/')],
    ['https://flags.example.com/', { ...both, no_proxy: '.example.com' }, direct],
    ['https://flags.example.com/', { ...both, NO_PROXY: '*.example.com' }, direct],
    ['https://flagsexample.com/', { ...both, NO_PROXY: '.example.com' }, through('http://secure:1/')],
    ['https://flags.example.com/', { ...both, NO_PROXY: 'flags.example.com:443' }, direct],
    ['https://flags.example.com/', { ...both, NO_PROXY: 'flags.example.com:8443' }, through('http://secure:1/')],
    ['https://[2001:db8::1]/', { ...both, NO_PROXY: '2001:db8::1' }, direct],
    ['https://[2001:db8::1]:8443/', { ...both, NO_PROXY: '[2001:db8::1]:8443' }, direct],
    ['https://localhost/', both, direct],
    ['http://127.0.0.1:4000/', both, direct],
    ['http://[::1]:4000/', both, direct],
    ['https://flags.example.com/', { HTTPS_PROXY: '' }, direct],
  ])('for %s in %j is %j', ([url, environment, expected]) => {
    expect(choice(url, undefined, environment)).toEqual(expected);
  });

  test('is what the application says before what the environment says, on this machine too', () => {
    expect(choice('https://flags.example.com/', false, both)).toEqual(direct);
    expect(choice('http://localhost:4000/', 'http://mine:3', { NO_PROXY: '*' })).toEqual(through('http://mine:3/'));
  });

  test.for(['socks5://proxy:1080', 'http://%zz@proxy', 'http://', 'not a url'])(
    'of the environment that is none (%s) is ignored, and named without its text',
    (HTTPS_PROXY) => {
      const ignored = 'HTTPS_PROXY was ignored: it is no http:// URL';
      expect(choice('https://flags.example.com/', undefined, { HTTPS_PROXY })).toEqual({ kind: 'direct', ignored });
    },
  );
});

describe('through a proxy', () => {
  test('flags are streamed, and counts go out', async () => {
    const proxy = await aProxy();
    const server = await startTestServer({ flags: { banner: 'sale' } });
    ends.push(() => server.close());
    const { flags } = aClient({ ...server, network: { proxy: `http://127.0.0.1:${proxy.port}` } });
    await flags.waitForInitialization({ timeoutSeconds: 30 });
    expect(flags.variation('banner', null, '')).toBe('sale');
    await expect.poll(() => flags.status.connection).toBe('streaming');
    server.set('banner', 'over');
    await expect.poll(() => flags.variation('banner', null, '')).toBe('over');
    expect(await flags.flush({ timeoutMs: 5_000 })).toMatchObject({ ok: true });
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(server.url).host]));
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
  });

  test('TLS is the service’s, whose certificate is checked: the proxy learns where to, and no more', async () => {
    const proxy = await aProxy({ credentials: `me:${PASSWORD}` });
    const { port, ca, asked } = await aSecureService();
    const network = { ca, proxy: `http://me:${encodeURIComponent(PASSWORD)}@localhost:${proxy.port}` };
    for (const [host, mode] of [
      ['localhost', 'stream'],
      ['127.0.0.1', 'poll'],
    ] as const)
      aClient({ url: `https://${host}:${port}`, sdkKey: SDK_KEY, mode, network, events: false });
    await expect.poll(() => [...new Set(asked)].sort()).toEqual(['/sdk/v1/payload', '/sdk/v1/stream']);
    expect([...new Set(proxy.asked)].sort()).toEqual([`127.0.0.1:${port}`, `localhost:${port}`]);
    expect(proxy.refused).toBe(0);
    expect(proxy.carried).not.toContain(SDK_KEY);

    const other = await aSecureService();
    const reconnect = { minMs: 10 };
    aClient({ url: `https://localhost:${other.port}`, sdkKey: SDK_KEY, network, reconnect, events: false });
    await expect.poll(() => proxy.asked.filter((to) => to === `localhost:${other.port}`).length).toBeGreaterThan(1);
    expect(other.asked).toEqual([]);
  });

  test('that the environment names', async () => {
    const proxy = await aProxy();
    const url = 'https://flags.glidepath.invalid';
    const environment = { https_proxy: `localhost:${proxy.port}` };
    aClient({ url, sdkKey: SDK_KEY, mode: 'poll' }, environment);
    await expect.poll(() => proxy.asked).toContain('flags.glidepath.invalid:443');
  });

  test('that refuses: fallbacks are served, and told are the status and never the password', async () => {
    const proxy = await aProxy({ credentials: 'me:other' });
    const { port, ca } = await aSecureService();
    const proxied = `http://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${proxy.port}`;
    const { flags, lines } = aClient({
      url: `https://localhost:${port}`,
      sdkKey: SDK_KEY,
      reconnect: { minMs: 10, maxMs: 50 },
      network: { ca, proxy: proxied },
    });
    const errors: string[] = [];
    flags.on('error', ({ code }) => errors.push(code));
    await expect.poll(() => lines.join('\n')).toContain('GP1122 no way to the service: the proxy refuses: HTTP 407');
    expect(await flags.waitForInitialization({ timeoutSeconds: 0.05 })).toMatchObject({ status: 'timeout' });
    expect(errors).toContain('GP1122');
    expect(flags.status.state).toBe('initializing');
    const told = JSON.stringify([lines, flags.status]);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), btoa('me'), SDK_KEY])
      expect(told).not.toContain(secret);
  });

  test('that cannot be reached, or never answers, costs its time and holds nothing afterwards', async () => {
    const gone = await startProxy();
    // While the other still stands, so that nobody gets its port.
    const mute = await aProxy({ manner: 'mute' });
    await gone[Symbol.asyncDispose]();
    const url = 'https://flags.glidepath.invalid';
    const timeouts = { connectMs: 100 };
    const of = (port: number) =>
      aClient({ url, sdkKey: SDK_KEY, timeouts, network: { proxy: `http://127.0.0.1:${port}` } });
    const refused = of(gone.port);
    const waiting = of(mute.port);
    await expect.poll(() => refused.lines.join('\n')).toContain('the proxy cannot be reached (ECONNREFUSED)');
    await expect.poll(() => waiting.lines.join('\n')).toContain('the proxy does not answer');
    await Promise.all([refused, waiting].map(({ flags }) => flags.close({ timeoutMs: 10 })));
    await expect.poll(() => mute.open).toBe(0);
  });

  test('that swallows the upgrade: flags come by polling', async () => {
    const proxy = await aProxy({ swallows: (bytes) => bytes.includes('/sdk/v1/stream') });
    const server = await startTestServer({ flags: { banner: 'sale' } });
    ends.push(() => server.close());
    const { flags } = aClient({ ...server, network: { proxy: `http://127.0.0.1:${proxy.port}` } });
    expect(await flags.waitForInitialization({ timeoutSeconds: 30 })).toMatchObject({
      status: 'ready',
      source: 'poll',
    });
    expect(flags.variation('banner', null, '')).toBe('sale');
  });

  test('that is secure itself', async () => {
    const certificate = selfSigned();
    const proxy = await aProxy({ certificate });
    const { port, asked } = await aSecureService(certificate);
    const network = { ca: certificate.cert, proxy: `https://localhost:${proxy.port}` };
    aClient({ url: `https://localhost:${port}`, sdkKey: SDK_KEY, mode: 'poll', network, events: false });
    await expect.poll(() => asked).toContain('/sdk/v1/payload');
    expect(proxy.asked).toContain(`localhost:${port}`);
  });
});

test('without a proxy, the authority of the application is trusted, and nobody else', async () => {
  const { port, ca, asked } = await aSecureService();
  const url = `https://localhost:${port}`;
  const lines = (['stream', 'poll'] as const).map(
    (mode) => aClient({ url, sdkKey: SDK_KEY, mode, events: false }).lines,
  );
  await expect.poll(() => lines.flat().length).toBeGreaterThan(0);
  expect(asked).toEqual([]);
  for (const mode of ['stream', 'poll'] as const)
    aClient({ url, sdkKey: SDK_KEY, mode, network: { ca }, events: false });
  await expect.poll(() => new Set(asked)).toEqual(new Set(['/sdk/v1/payload', '/sdk/v1/stream']));
});

test('a proxy of the application’s that cannot be read is a fault of the configuration, told without its text', async () => {
  const { flags, lines } = aClient({
    url: 'https://flags.example.com',
    sdkKey: SDK_KEY,
    network: { proxy: `socks5://me:${PASSWORD}@proxy` },
  });
  expect(await flags.waitForInitialization()).toMatchObject({ status: 'failed', error: { code: 'GP1001' } });
  expect(lines.join()).toContain('`network.proxy`');
  expect(lines.join()).not.toContain(PASSWORD);
});
