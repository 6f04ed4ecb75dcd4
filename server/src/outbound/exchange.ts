import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../clock.ts';
import type { OutboundAnswer, OutboundRequest } from './outbound.ts';
import type { Target } from './target.ts';

export interface Exchange {
  readonly target: Target;
  /** The only ones that it may connect to. */
  readonly addresses: readonly string[];
  readonly request: OutboundRequest;
  readonly clock: Clock;
  /** For all of it, from now. */
  readonly timeoutMs: number;
}

/** What is read of an answer; the rest is not waited for. */
const ANSWER_BYTES = 64 * 1_024;

/** One request and its answer over a connection of its own. Never rejects. */
export function exchange({ target, addresses, request, clock, timeoutMs }: Exchange): Promise<OutboundAnswer> {
  const { promise, settle } = once();
  const outgoing = (target.isEncrypted ? https : http).request(optionsOf(target, addresses, request));
  /** From here on the other side may have it. */
  let wasSent = false;
  let received: Received | null = null;
  const timer = clock.setTimer(() => end('no answer in time'), timeoutMs);

  function end(reason: string): void {
    timer.cancel();
    if (received !== null) settle(answerOf(received, clock));
    else settle({ kind: wasSent ? 'ambiguous' : 'unreachable', reason });
    outgoing.destroy();
  }

  outgoing.on('socket', (socket) => {
    socket.once(target.isEncrypted ? 'secureConnect' : 'connect', () => {
      wasSent = true;
    });
  });
  // Stays after the end: what a destroyed connection still says is nobody's error.
  outgoing.on('error', (error) => end(reasonOf(error)));
  outgoing.on('close', () => end('the connection was closed'));
  outgoing.on('response', (response) => {
    received = { response, chunks: [], bytes: 0 };
    collect(received, () => end('answered'));
  });
  outgoing.end(request.body);
  return promise;
}

interface Received {
  readonly response: IncomingMessage;
  readonly chunks: Buffer[];
  bytes: number;
}

function collect(received: Received, done: () => void): void {
  const { response, chunks } = received;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, ANSWER_BYTES - received.bytes));
    received.bytes += chunk.length;
    if (received.bytes >= ANSWER_BYTES) done();
  });
  // An answer that breaks off has told its status all the same.
  response.on('error', done);
  response.on('close', done);
}

function optionsOf(target: Target, addresses: readonly string[], request: OutboundRequest): RequestOptions {
  const { body } = request;
  return {
    // The name stays for certificates and for `Host`; its addresses come from the look-up that was checked.
    hostname: target.host,
    port: target.port,
    path: target.path,
    method: request.method,
    lookup: lookupOf(addresses),
    agent: false,
    setHost: false,
    headers: {
      host: target.authority,
      'user-agent': `Glidepath/${__VERSION__}`,
      ...(body !== undefined && {
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
      }),
      ...request.headers,
      'accept-encoding': 'identity',
    },
  };
}

function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  const [first] = found;
  return (_name, { all }, callback) => {
    if (all) callback(null, found);
    else if (first) callback(null, first.address, first.family);
  };
}

function answerOf({ response, chunks }: Received, clock: Clock): OutboundAnswer {
  return {
    kind: 'answered',
    status: response.statusCode ?? 0,
    retryAfter: secondsOf(response.headers['retry-after'], clock.now()),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** `Retry-After` is a number of seconds or a date. */
function secondsOf(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1_000));
}

/** Never the message: it may name the address. */
function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}

function once() {
  let settle: (answer: OutboundAnswer) => void = () => undefined;
  const promise = new Promise<OutboundAnswer>((resolve) => {
    settle = resolve;
  });
  return { promise, settle: (answer: OutboundAnswer) => settle(answer) };
}
