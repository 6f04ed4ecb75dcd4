import { type Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { gzip } from 'node:zlib';
import { SUBPROTOCOL } from '@glidepath/core/protocol';
import WebSocket, { type ClientOptions } from 'ws';
import type { HttpAnswer, Network, NetworkRequest, Platform, ReportRequest, Socket, SocketEvents } from './platform.ts';
import { proxyFor } from './proxy.ts';
import { tunnelTo } from './tunnel.ts';

const MAX_FRAME_BYTES = 512 * 1024;
const HEARD_EVERY_MS = 1_000;
const MAX_PAYLOAD_BYTES = 20 * 1024 * 1024;
/** Of the time for a connection: whoever waits for all of it hears that it was the proxy. */
const PROXY_SHARE = 0.9;

type Surroundings = Pick<Platform, 'monotonic' | 'setTimer' | 'environment'>;

/** Sockets and requests of Node: no redirects, no kept connections, nothing that keeps the process alive. */
export function nodeNetwork(around: Surroundings): Network {
  return {
    openSocket: (asked, events) => openSocket(around, asked, events),
    getPayload: (asked, done) => exchange(around, { ...asked, method: 'GET' }, done),
    postReport: (asked, done) => postReport(around, asked, done),
  };
}

function openSocket(around: Surroundings, asked: NetworkRequest, events: SocketEvents): Socket {
  const { monotonic } = around;
  const { url, headers, timeoutMs } = asked;
  const way = wayTo(around, asked);
  const socket = new WebSocket(url, SUBPROTOCOL, {
    headers,
    ...(way.options as ClientOptions),
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
    close(way.problem());
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
      way.cancel();
      socket.terminate();
    },
  };
}

function postReport(around: Surroundings, asked: ReportRequest, done: (answer: HttpAnswer) => void): () => void {
  let cancel = (): void => undefined;
  let isCancelled = false;
  const post = (body: Buffer, encoding: Readonly<Record<string, string>>): void => {
    if (isCancelled) return;
    const headers = { ...asked.headers, ...encoding, 'content-type': 'application/json' };
    cancel = exchange(around, { ...asked, method: 'POST', headers, body }, done);
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

interface Exchange extends NetworkRequest {
  readonly method: 'GET' | 'POST';
  readonly body?: Buffer;
}

/** One request and its answer. */
function exchange(around: Surroundings, asked: Exchange, done: (answer: HttpAnswer) => void): () => void {
  const { method, url, headers, body, timeoutMs } = asked;
  const way = wayTo(around, asked);
  let over = false;
  const finish = (answer: HttpAnswer): void => {
    if (over) return;
    over = true;
    deadline();
    done(answer);
    way.cancel();
    request.destroy();
  };
  const open = url.startsWith('https:') ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  const request = open(
    url,
    { agent: false, ...way.options, method, headers: { ...headers, ...length } },
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
  const fail = (): void => finish({ kind: 'none', ...way.problem() });
  const deadline = around.setTimer(fail, timeoutMs, false);
  request.on('socket', (connection) => connection.unref());
  request.on('error', fail);
  request.end(body);
  return () => {
    over = true;
    deadline();
    way.cancel();
    request.destroy();
  };
}

/** How a request gets to the service. */
interface Way {
  readonly options: RequestOptions;
  /** What stood in the way. */
  problem(): { readonly problem?: string };
  cancel(): void;
}

/** An agent of the application's knows the way itself. */
function wayTo({ environment, setTimer }: Surroundings, { url, reach, timeoutMs }: NetworkRequest): Way {
  const target = new URL(url);
  const { agent, ca } = reach;
  const trusted = ca === undefined ? {} : { ca };
  const choice = agent === undefined ? proxyFor(target, reach.proxy, environment) : ({ kind: 'direct' } as const);
  if (choice.kind === 'proxy') {
    const tunnel = tunnelTo(target, { proxy: choice.proxy, ca, timeoutMs: PROXY_SHARE * timeoutMs, setTimer });
    return {
      options: { createConnection: tunnel.connect, agent: undefined },
      problem: () => (tunnel.problem === null ? {} : { problem: tunnel.problem }),
      cancel: tunnel.cancel,
    };
  }
  const { ignored } = choice;
  return {
    // What callers in plain JavaScript pass may be anything: Node says so when it is used, and that is caught.
    options: { ...(agent !== undefined && { agent: agent as Agent }), ...trusted },
    problem: () => (ignored === undefined ? {} : { problem: ignored }),
    cancel: () => undefined,
  };
}
