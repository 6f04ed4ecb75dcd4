import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { BROWSER_CLOSE, type BrowserFrame, decodeClientFrame } from '@glidepath/core/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { payloadOf } from '../payload.ts';
import { nodePlatform } from '../platform.ts';
import { createOutbox } from './outbox.ts';
import {
  browserWelcome,
  etagOf,
  greeting,
  HEARTBEAT_MS,
  heartbeat,
  servedState,
  transfer,
  valuesOf,
  withFlag,
} from './served-state.ts';

const MAX_BODY_BYTES = 2 * 1_048_576;

export interface TestServerOptions {
  /** Key of the flag → the value that everybody is served. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** A flag service in this process, on a port of its own: its protocol is real, its flags are values. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly sdkKey: string;
  readonly clientKey: string;
  /** Everyone who is connected is sent the value. */
  set(key: string, value: unknown): void;
  /** Cuts every connection; the SDKs connect again. */
  disconnectAll(): void;
  /** Takes everything, and says nothing for so long. */
  stall(ms: number): void;
  /** The frames and the reports of counts that came, in order. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export interface Received {
  /** Such as `/sdk/v1/stream` for a frame, and `/sdk/v1/events` for a report. */
  readonly path: string;
  readonly body: unknown;
}

/** Resolves when the service can be reached. */
export async function startTestServer({ flags = {} }: TestServerOptions = {}): Promise<TestServer> {
  const { hash } = nodePlatform();
  const sdkKey = `gp_srv_${randomBytes(16).toString('hex')}`;
  const clientKey = `gp_cli_${randomBytes(16).toString('hex')}`;
  const outbox = createOutbox();
  const received: Received[] = [];
  const servers = new Set<WebSocket>();
  /** With the number of the context that each asked for last. */
  const browsers = new Map<WebSocket, number>();
  let state = servedState(randomBytes(8).toString('hex'), flags, hash);

  const send = (socket: WebSocket, frames: readonly string[]): void =>
    outbox.post(() => {
      for (const frame of frames) socket.send(frame);
    });

  const onServerFrame = (socket: WebSocket, text: string): void => {
    const decoded = decodeClientFrame(text);
    if (decoded.kind !== 'frame') return;
    const { frame } = decoded;
    received.push({ path: '/sdk/v1/stream', body: frame });
    if (frame.t === 'hello') {
      servers.add(socket);
      send(socket, greeting(state, frame.basis));
    } else if (frame.t === 'resync') send(socket, transfer(state));
  };

  const onBrowserFrame = (socket: WebSocket, text: string): void => {
    const frame = jsonOf(text) as BrowserFrame | null;
    received.push({ path: '/client/v1/stream', body: frame });
    if (frame?.t !== 'hello' && frame?.t !== 'identify') return;
    if (frame.t === 'hello' && frame.id !== clientKey) {
      socket.close(BROWSER_CLOSE.unauthorized);
      return;
    }
    if (frame.t === 'identify' && !browsers.has(socket)) return;
    browsers.set(socket, frame.n);
    const values = JSON.stringify({ t: 'values', n: frame.n, ...valuesOf(state) });
    send(socket, frame.t === 'hello' ? [JSON.stringify(browserWelcome(state)), values] : [values]);
  };

  const streams: Readonly<Record<string, (socket: WebSocket, text: string) => void>> = {
    '/sdk/v1/stream': onServerFrame,
    '/client/v1/stream': onBrowserFrame,
  };

  const isServerKey = ({ headers }: IncomingMessage): boolean => headers.authorization === `Bearer ${sdkKey}`;

  const accepted = (path: string, body: string): Answer => {
    received.push({ path, body: jsonOf(body) });
    return { status: 202, body: '{}' };
  };

  const answers: Readonly<Record<string, (request: IncomingMessage, body: string) => Answer>> = {
    'GET /sdk/v1/payload': (request) => {
      if (!isServerKey(request)) return UNAUTHORIZED;
      const etag = etagOf(state);
      if (request.headers['if-none-match'] === etag) return { status: 304, body: '', etag };
      return { status: 200, body: JSON.stringify(payloadOf(state, state.items)), etag };
    },
    'POST /sdk/v1/events': (request, body) => (isServerKey(request) ? accepted('/sdk/v1/events', body) : UNAUTHORIZED),
    'POST /client/v1/evaluate': (_request, body) => {
      if (jsonOf(body)?.['id'] !== clientKey) return UNAUTHORIZED;
      received.push({ path: '/client/v1/evaluate', body: jsonOf(body) });
      return { status: 200, body: JSON.stringify({ ...valuesOf(state), overrides: true }) };
    },
    'POST /client/v1/b': (_request, body) => accepted('/client/v1/b', body),
  };

  const http = createServer((request, response) => {
    bodyOf(request).then(
      (body) => {
        const answer = answers[`${request.method} ${pathOf(request)}`];
        const said = request.method === 'OPTIONS' ? NO_CONTENT : (answer?.(request, body) ?? NOT_FOUND);
        outbox.post(() => respond(response, said));
      },
      // Whoever asked has left, or what came cannot be unzipped.
      () => response.destroy(),
    );
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const path = pathOf(request);
    const take = streams[path];
    if (take === undefined || (path === '/sdk/v1/stream' && !isServerKey(request))) {
      connection.end(
        `HTTP/1.1 ${take === undefined ? '404 Not Found' : '401 Unauthorized'}\r\nconnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket) => {
      socket.on('message', (frame) => take(socket, String(frame)));
      socket.on('error', () => socket.terminate());
      socket.on('close', () => {
        servers.delete(socket);
        browsers.delete(socket);
      });
    });
  });
  // A service that a test forgot to close does not keep its process alive.
  http.on('connection', (connection) => connection.unref());
  const beats = setInterval(() => {
    for (const socket of servers) send(socket, [heartbeat(state)]);
    for (const socket of browsers.keys()) send(socket, [JSON.stringify({ t: 'hb', v: state.version })]);
  }, HEARTBEAT_MS);
  beats.unref();

  const disconnectAll = (): void => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
  };

  const close = async (): Promise<void> => {
    clearInterval(beats);
    outbox.close();
    disconnectAll();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  };

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  http.unref();
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    sdkKey,
    clientKey,
    received,
    set(key, value) {
      const change = withFlag(state, key, value, hash);
      state = change.state;
      for (const socket of servers) send(socket, change.frames);
      for (const [socket, n] of browsers)
        send(socket, [JSON.stringify({ t: 'values', n, ...valuesOf(state, change.values) })]);
    },
    disconnectAll,
    stall: outbox.stall,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Answer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
  readonly etag?: string;
}

const UNAUTHORIZED: Answer = { status: 401, body: '{}' };
const NOT_FOUND: Answer = { status: 404, body: '{}' };
const NO_CONTENT: Answer = { status: 204, body: '' };

/** Pages of any origin may ask: what is served is a test's. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'GET, POST',
};

function respond(response: ServerResponse, { status, body, etag }: Answer): void {
  response.writeHead(status, { ...CORS, 'content-type': 'application/json', ...(etag !== undefined && { etag }) });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  return (isZipped ? gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES }) : body).toString('utf8');
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return new URL(url, 'http://localhost').pathname;
}

/** Null for what is none. */
function jsonOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
