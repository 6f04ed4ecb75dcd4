import { createHash, randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createRequire } from 'node:module';
import { gzip } from 'node:zlib';
import type { Re2 } from '@glidepath/core';
import { SUBPROTOCOL } from '@glidepath/core/protocol';
import type { Logger } from '@glidepath/core/sdk';
import WebSocket from 'ws';
import { type Ambient, createAmbient } from './ambient.ts';
import { seal, sign } from './node-crypto.ts';

declare const __RE2_CHUNK__: string | undefined;
declare const __SDK_VERSION__: string | undefined;

const MAX_FRAME_BYTES = 512 * 1024;
const HEARD_EVERY_MS = 1_000;
const MAX_PAYLOAD_BYTES = 20 * 1024 * 1024;

/** Everything that the SDK takes from the outside, so that tests can bring their own time and chance. */
export interface Platform {
  readonly sdk: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Milliseconds that never go backwards. */
  monotonic(): number;
  /** Milliseconds since epoch, only to be shown. */
  now(): number;
  random(): number;
  uuid(): string;
  /** The first 16 bytes of SHA-256, hexadecimal. */
  hash(text: string): string;
  /** `keepsAlive`: whether the process may not end before it; everything but a pending `wait…` says no. */
  setTimer(callback: () => void, delayMs: number, keepsAlive: boolean): () => void;
  openSocket(url: string, key: string, connectMs: number, events: SocketEvents): Socket;
  getPayload(
    url: string,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
    done: (answer: HttpAnswer) => void,
  ): () => void;
  /** Answers how to give up. */
  postReport(asked: ReportRequest, done: (answer: HttpAnswer) => void): () => void;
  /** Calls back whenever nothing is left for this process to do; answers how to stop that. */
  beforeExit(listener: () => void): () => void;
  createAmbient<T>(): Ambient<T>;
  /** HMAC-SHA256 in hexadecimal, by the key that is derived from the secret for this use. */
  sign(secret: string, use: string, text: string): string;
  /** AES-256-GCM by the key that is derived from the secret for this use; the header is authenticated too. */
  seal(secret: string, use: string, header: string, text: string): Promise<string>;
  /** The RE2 engine, loaded on first use. */
  loadRe2(): Re2;
}

export interface ReportRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly text: string;
  readonly isGzipped: boolean;
  readonly timeoutMs: number;
}

export interface SocketEvents {
  opened(): void;
  /** Bytes have come; told once a second while a long frame is on its way. */
  heard(): void;
  frame(text: string): void;
  closed(how: { readonly code?: number; readonly status?: number; readonly retryAfter?: string }): void;
}

export interface Socket {
  send(text: string): void;
  terminate(): void;
}

export type HttpAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly retryAfter?: string }
  | { readonly kind: 'none' };

export const nodePlatform: Platform = {
  sdk: `node/${typeof __SDK_VERSION__ === 'string' ? __SDK_VERSION__ : '0.0.0'}`,
  logger: console,
  get environment() {
    return process.env;
  },
  monotonic: () => performance.now(),
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: () => randomUUID(),
  hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 32),
  setTimer(callback, delayMs, keepsAlive) {
    const timer = setTimeout(callback, Math.max(0, delayMs));
    if (!keepsAlive) timer.unref();
    return () => clearTimeout(timer);
  },
  openSocket,
  getPayload: (url, headers, timeoutMs, done) => exchange({ method: 'GET', url, headers, timeoutMs }, done),
  postReport,
  beforeExit,
  createAmbient,
  sign,
  seal,
  loadRe2() {
    // Synchronous, because evaluation is: CommonJS is the only format that Node can load so on every version we support.
    const load = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
    const chunk = typeof __RE2_CHUNK__ === 'string' ? __RE2_CHUNK__ : 're2js';
    return (load(chunk) as { RE2JS: Re2 }).RE2JS;
  },
};

function openSocket(url: string, key: string, connectMs: number, events: SocketEvents): Socket {
  const socket = new WebSocket(url, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${key}` },
    handshakeTimeout: connectMs,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
    // The SDK never keeps a process alive, not even while it connects.
    finishRequest: (request) => {
      request.on('socket', (connection) => connection.unref());
      request.end();
    },
  });
  let over = false;
  const close = (how: Parameters<SocketEvents['closed']>[0]): void => {
    if (over) return;
    over = true;
    events.closed(how);
  };
  let heardAt = performance.now();
  socket.on('open', () => events.opened());
  socket.on('upgrade', ({ socket: connection }) => {
    connection.on('data', () => {
      if (over || performance.now() - heardAt < HEARD_EVERY_MS) return;
      heardAt = performance.now();
      events.heard();
    });
  });
  socket.on('message', (frame, isBinary) => {
    heardAt = performance.now();
    if (!isBinary && !over) events.frame(frame.toString());
  });
  socket.on('unexpected-response', (request, response: IncomingMessage) => {
    const retryAfter = response.headers['retry-after'];
    close({ status: response.statusCode ?? 0, ...(retryAfter === undefined ? {} : { retryAfter }) });
    response.resume();
    request.destroy();
  });
  socket.on('error', () => {
    close({});
    // What cannot be read is not waited for: a closing handshake may take half a minute.
    socket.terminate();
  });
  socket.on('close', (code) => close({ code }));
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, () => undefined);
    },
    terminate() {
      over = true;
      socket.terminate();
    },
  };
}

function postReport(asked: ReportRequest, done: (answer: HttpAnswer) => void): () => void {
  let cancel = (): void => undefined;
  let isCancelled = false;
  const post = (body: Buffer, encoding: Readonly<Record<string, string>>): void => {
    if (isCancelled) return;
    const headers = { ...asked.headers, ...encoding, 'content-type': 'application/json' };
    cancel = exchange({ ...asked, method: 'POST', headers, body }, done);
  };
  if (asked.isGzipped) {
    gzip(asked.text, (error, body) => {
      if (error) done({ kind: 'none' });
      else post(body, { 'content-encoding': 'gzip' });
    });
  } else post(Buffer.from(asked.text), {});
  return () => {
    isCancelled = true;
    cancel();
  };
}

const exitListeners = new Set<() => void>();

function callExitListeners(): void {
  for (const listener of [...exitListeners]) listener();
}

/** One listener of the process for all clients, and none without a client. */
function beforeExit(listener: () => void): () => void {
  if (exitListeners.size === 0) process.on('beforeExit', callExitListeners);
  exitListeners.add(listener);
  return () => {
    exitListeners.delete(listener);
    if (exitListeners.size === 0) process.off('beforeExit', callExitListeners);
  };
}

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timeoutMs: number;
}

/** One request and its answer; no redirects, no kept connections. */
function exchange({ method, url, headers, body, timeoutMs }: Exchange, done: (answer: HttpAnswer) => void): () => void {
  let over = false;
  const finish = (answer: HttpAnswer): void => {
    if (over) return;
    over = true;
    deadline();
    done(answer);
    request.destroy();
  };
  const open = url.startsWith('https:') ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  const request = open(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_PAYLOAD_BYTES) finish({ kind: 'none' });
      else chunks.push(chunk);
    });
    response.on('error', () => finish({ kind: 'none' }));
    response.on('end', () => {
      const retryAfter = response.headers['retry-after'];
      finish({
        kind: 'answer',
        status: response.statusCode ?? 0,
        text: Buffer.concat(chunks).toString('utf8'),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
    });
  });
  const deadline = nodePlatform.setTimer(() => finish({ kind: 'none' }), timeoutMs, false);
  request.on('socket', (connection) => connection.unref());
  request.on('error', () => finish({ kind: 'none' }));
  request.end(body);
  return () => {
    over = true;
    deadline();
    request.destroy();
  };
}
