import { Agent, createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { nodePlatform } from './platform.ts';
import { testPlatform } from './testing-platform.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

const SDK_KEY = 'gp_srv_0123456789';
let server: Server;
let url = '';
let asked: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
const clients: FlagsClient[] = [];

beforeEach(async () => {
  asked = [];
  const note = ({ url: path = '', headers }: IncomingMessage): void =>
    void asked.push({ path: path.replace(/\?.*/, ''), headers });
  server = createServer((request, response) => {
    note(request);
    request.resume();
    response.writeHead(503, { 'retry-after': '100' }).end();
  });
  server.on('upgrade', (request, socket) => {
    note(request);
    socket.end('HTTP/1.1 503 Not now\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close({ timeoutMs: 100 })));
  server.closeAllConnections();
  server.close();
});

function start(options: ClientOptions): FlagsClient {
  const client = createClientOn(nodePlatform(), { url, sdkKey: SDK_KEY, logger: false, ...options });
  clients.push(client);
  return client;
}

const pathsAsked = () => new Set(asked.map(({ path }) => path));
const headersOf = (path: string) => asked.find((request) => request.path === path)?.headers;

describe('headers of the application', () => {
  const network = { headers: () => ({ 'x-route': 'blue', Authorization: 'Bearer mine', authorization: 'mine' }) };

  test('go with polls, the handshake of the stream and reports, and never in place of the key', async () => {
    start({ network, instance: 'poll', mode: 'poll', events: false });
    const client = start({ network, bootstrap: { values: { size: 7 } } });
    client.variation('size', null, 0);
    await client.flush({ timeoutMs: 5_000 });
    await expect.poll(() => pathsAsked().size).toBe(3);
    for (const path of ['/sdk/v1/stream', '/sdk/v1/payload', '/sdk/v1/events'])
      expect(headersOf(path), path).toMatchObject({ 'x-route': 'blue', authorization: `Bearer ${SDK_KEY}` });
  });

  test('that cannot be made cost nothing but the attempt', async () => {
    let fails = true;
    const headers = (): Record<string, string> => {
      if (fails) throw new Error('no token yet');
      return {};
    };
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    start({
      network: { headers },
      mode: 'poll',
      reconnect: { minMs: 10, maxMs: 20 },
      logger: { debug: say, info: say, warn: say, error: say },
      events: false,
    });
    await expect.poll(() => lines.join()).toContain('GP1900');
    expect(asked).toEqual([]);
    fails = false;
    await expect.poll(() => asked.length).toBeGreaterThan(0);
  });
});

test('an agent of the application carries requests and the stream', async () => {
  let connections = 0;
  class CountingAgent extends Agent {
    override createConnection(...given: Parameters<Agent['createConnection']>) {
      connections += 1;
      return super.createConnection(...given);
    }
  }
  const agent = new CountingAgent();
  start({ network: { agent }, instance: 'stream', events: false });
  start({ network: { agent }, instance: 'poll', mode: 'poll', events: false });
  await expect.poll(() => pathsAsked().size).toBe(2);
  // The stream may be on its way again.
  await expect.poll(() => connections - asked.length).toBe(0);
  agent.destroy();
});

test('a service that asks to wait is left alone for as long as it said', () => {
  const platform = testPlatform();
  platform.answerPolls({ kind: 'answer', status: 503, text: '', retryAfter: '300' });
  createClientOn(platform, { url: 'http://localhost:4000', sdkKey: SDK_KEY, mode: 'poll', events: false });
  platform.advance(299_000);
  expect(platform.polls).toBe(1);
  platform.advance(2_000);
  expect(platform.polls).toBe(2);
});
