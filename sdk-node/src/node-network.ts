import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { gzip } from 'node:zlib';
import { SUBPROTOCOL } from '@glidepath/core/protocol';
import WebSocket from 'ws';
import type { HttpAnswer, Network, Platform, Reach, ReportRequest, Socket, SocketEvents } from './platform.ts';

const MAX_FRAME_BYTES = 512 * 1024;
const HEARD_EVERY_MS = 1_000;
const MAX_PAYLOAD_BYTES = 20 * 1024 * 1024;

type Timing = Pick<Platform, 'monotonic' | 'setTimer'>;

/** Sockets and requests of Node: no redirects, no kept connections, nothing that keeps the process alive. */
export function nodeNetwork(timing: Timing): Network {
  return {
    openSocket: (asked, events) => openSocket(timing, asked, events),
    getPayload: (asked, done) => exchange(timing, { ...asked, method: 'GET' }, done),
    postReport: (asked, done) => postReport(timing, asked, done),
  };
}

function openSocket(
  { monotonic }: Timing,
  { url, headers, timeoutMs, reach }: Parameters<Network['openSocket']>[0],
  events: SocketEvents,
): Socket {
  const socket = new WebSocket(url, SUBPROTOCOL, {
    headers,
    ...wayOf(reach),
    handshakeTimeout: timeoutMs,
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
  let heardAt = monotonic();
  socket.on('open', () => events.opened());
  socket.on('upgrade', ({ socket: connection }) => {
    connection.on('data', () => {
      if (over || monotonic() - heardAt < HEARD_EVERY_MS) return;
      heardAt = monotonic();
      events.heard();
    });
  });
  socket.on('message', (frame, isBinary) => {
    heardAt = monotonic();
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

function postReport(timing: Timing, asked: ReportRequest, done: (answer: HttpAnswer) => void): () => void {
  let cancel = (): void => undefined;
  let isCancelled = false;
  const post = (body: Buffer, encoding: Readonly<Record<string, string>>): void => {
    if (isCancelled) return;
    const headers = { ...asked.headers, ...encoding, 'content-type': 'application/json' };
    cancel = exchange(timing, { ...asked, method: 'POST', headers, body }, done);
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

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timeoutMs: number;
  readonly reach: Reach;
}

/** One request and its answer. */
function exchange(
  { setTimer }: Timing,
  { method, url, headers, body, timeoutMs, reach }: Exchange,
  done: (answer: HttpAnswer) => void,
): () => void {
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
  const request = open(
    url,
    { agent: false, ...wayOf(reach), method, headers: { ...headers, ...length } },
    (response) => {
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
          areOverridesAllowed: response.headers['glidepath-overrides'] === 'allowed',
        });
      });
    },
  );
  const deadline = setTimer(() => finish({ kind: 'none' }), timeoutMs, false);
  request.on('socket', (connection) => connection.unref());
  request.on('error', () => finish({ kind: 'none' }));
  request.end(body);
  return () => {
    over = true;
    deadline();
    request.destroy();
  };
}

/** What callers in plain JavaScript pass may be anything: Node says so when it is used, and that is caught. */
function wayOf({ agent, ca }: Reach): Pick<RequestOptions, 'agent'> & { readonly ca?: string } {
  return {
    ...(agent !== undefined && { agent: agent as NonNullable<RequestOptions['agent']> }),
    ...(ca !== undefined && { ca }),
  };
}
