import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { idOf } from '@glidepath/core/protocol';
import { flagItem } from '@glidepath/core/testing';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { cacheKeyOf, cacheTextOf } from './cache-file.ts';
import { createClientOn } from './client.ts';
import { nodeDisk } from './disk.ts';
import { nodePlatform } from './platform.ts';
import { digest } from './testing-platform.ts';

const SDK_KEY = 'gp_srv_0123456789';
const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Service {
  readonly server: Server;
  readonly url: string;
  /** Headers of every request, upgrades included. */
  readonly asked: IncomingHttpHeaders[];
}

/** Gives upgrades and polls the same answer. */
async function aService(status: number, headers: Record<string, string> = {}, body = ''): Promise<Service> {
  const asked: IncomingHttpHeaders[] = [];
  const answer: RequestListener = (request, response) => {
    asked.push(request.headers);
    response.writeHead(status, headers).end(body);
  };
  const server = createServer(answer).on('upgrade', (request, socket) => {
    asked.push(request.headers);
    // A client that goes away in the middle is none of this service's concern.
    socket.on('error', () => undefined);
    const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(([k, v]) => `${k}: ${v}`);
    socket.end(`HTTP/1.1 ${status} No\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const ended = ({ server }: Service) => {
  server.close();
  server.closeAllConnections();
};

function cacheFile(name: string): { readonly file: string; readonly text: string } {
  const item = flagItem('new-checkout', { on: true }, 3);
  const state = { epoch: '00000000000000aa', version: 3, digest: digest([item]), items: new Map([[idOf(item), item]]) };
  const text = cacheTextOf(state, 1, cacheKeyOf(SDK_KEY, nodeDisk));
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, text);
  return { file, text };
}

type Answer = readonly [what: string, status: number, headers: Record<string, string>, body: string, code: string];
const HTML = '<!doctype html><title>Sign in</title>';
const ANSWERS: readonly Answer[] = [
  ['a page of a proxy', 200, { 'content-type': 'text/html' }, HTML, 'GP1106'],
  ['JSON that is none', 200, { 'content-type': 'application/json' }, '{"kind":"full","items":[{', 'GP1106'],
  ['JSON of something else', 200, { 'content-type': 'application/json' }, '{"kind":"full","items":[]}', 'GP1106'],
  ['nothing', 204, {}, '', 'GP1102'],
  ['400', 400, {}, '', 'GP1102'],
  ['401', 401, {}, '', 'GP1401'],
  ['403', 403, {}, '', 'GP1403'],
  ['404', 404, {}, '', 'GP1102'],
  ['407', 407, {}, '', 'GP1102'],
  ['413', 413, {}, '', 'GP1102'],
  ['426', 426, {}, '', 'GP1426'],
  ...['5', '-1', '1000000000', 'soon'].map(
    (after) => [`429, again after ${after}`, 429, { 'retry-after': after }, '', 'GP1429'] as const,
  ),
  ['500', 500, {}, '', 'GP1500'],
  ['502', 502, {}, '', 'GP1500'],
  ['503', 503, {}, '', 'GP1500'],
];

describe('T28: a service that answers with anything but flags', () => {
  test.concurrent.for(ANSWERS)(
    '%s: the last values stay, and nothing of it is kept',
    async ([what, status, headers, body, code]) => {
      const service = await aService(status, headers, body);
      const { file, text } = cacheFile(what.replaceAll(/\W/g, '-'));
      const codes: string[] = [];
      const flags = createClientOn(nodePlatform(), {
        url: service.url,
        sdkKey: SDK_KEY,
        cacheFile: file,
        events: false,
        logger: false,
        reconnect: { minMs: 10, maxMs: 20 },
      });
      flags.on('error', (error) => codes.push(error.code));
      await vi.waitFor(() => expect(codes).toContain(code), { timeout: 20_000, interval: 20 });
      expect(flags.variation('new-checkout', { key: 'u-1' }, false)).toBe(true);
      expect(flags.variationDetail('new-checkout', { key: 'u-1' }, false).source).toBe('cache');
      await flags.close();
      ended(service);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  test.concurrent('a redirect to another host: the key does not go there', async () => {
    const elsewhere = await aService(200, {}, '{}');
    const service = await aService(301, { location: `${elsewhere.url}/sdk/v1/payload` });
    const codes: string[] = [];
    const flags = createClientOn(nodePlatform(), {
      url: service.url,
      sdkKey: SDK_KEY,
      events: false,
      logger: false,
      mode: 'poll',
    });
    flags.on('error', (error) => codes.push(error.code));
    await vi.waitFor(() => expect(codes).not.toEqual([]), { timeout: 20_000, interval: 20 });
    expect(service.asked.length).toBeGreaterThan(0);
    await flags.close();
    const streaming = createClientOn(nodePlatform(), {
      url: service.url,
      sdkKey: SDK_KEY,
      events: false,
      logger: false,
    });
    streaming.on('error', (error) => codes.push(error.code));
    await vi.waitFor(() => expect(service.asked.some(({ upgrade }) => upgrade !== undefined)).toBe(true));
    await streaming.close();
    expect(elsewhere.asked).toEqual([]);
    ended(service);
    ended(elsewhere);
  });
});
