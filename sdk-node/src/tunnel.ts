import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { rootCertificates, connect as tlsConnect } from 'node:tls';
import type { Platform } from './platform.ts';
import { hostOf, portOf } from './proxy.ts';

type Created = (error: Error | null, socket: Duplex) => void;

/** A way through a proxy to one server, for one request. */
export interface Tunnel {
  /** As `createConnection` of Node's requests. */
  connect(options: unknown, created: Created): undefined;
  /** Why there is none; null while none has failed. */
  readonly problem: string | null;
  /** Gives up what has not been handed over yet. */
  cancel(): void;
}

/** By `CONNECT`, for TLS and for plain connections alike: the proxy sees where they go, and nothing of what is said. */
export function tunnelTo(
  target: URL,
  how: {
    readonly proxy: URL;
    readonly ca: string | undefined;
    readonly timeoutMs: number;
    readonly setTimer: Platform['setTimer'];
  },
): Tunnel {
  const { proxy, ca, timeoutMs, setTimer } = how;
  let problem: string | null = null;
  let cancel = (): void => undefined;

  const connect = (_options: unknown, created: Created): undefined => {
    let isOver = false;
    const over = (): boolean => {
      const wasOver = isOver;
      isOver = true;
      deadline();
      return wasOver;
    };
    const fail = (why: string): void => {
      if (over()) return;
      problem = why;
      request.destroy();
      // Node takes no socket where there is an error.
      created(new Error(why), undefined as unknown as Duplex);
    };
    const request = askFor(target, proxy, ca);
    const deadline = setTimer(() => fail('the proxy does not answer'), timeoutMs, false);
    cancel = () => {
      if (!over()) request.destroy();
    };
    request.on('socket', (socket) => socket.unref());
    request.on('error', (error) => fail(`the proxy cannot be reached (${codeOf(error)})`));
    request.on('connect', ({ statusCode = 0 }, socket, head) => {
      socket.on('error', () => undefined);
      if (statusCode >= 200 && statusCode < 300 && !over()) return created(null, carried(target, socket, head, ca));
      socket.destroy();
      fail(`the proxy refuses: HTTP ${statusCode}`);
    });
    request.end();
  };

  return {
    connect,
    get problem() {
      return problem;
    },
    cancel: () => cancel(),
  };
}

function askFor(target: URL, proxy: URL, ca: string | undefined) {
  const authority = `${target.hostname}:${portOf(target)}`;
  const { username, password } = proxy;
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const open = isSecure(proxy) ? httpsRequest : httpRequest;
  return open({
    method: 'CONNECT',
    host: hostOf(proxy),
    port: portOf(proxy),
    path: authority,
    headers: { host: authority, ...(username && { 'proxy-authorization': `Basic ${credentials}` }) },
    agent: false,
    // Proxies are trusted as the system trusts them: the authority is the service's, and may be the proxy's too.
    ...(ca !== undefined && isSecure(proxy) && { ca: [...rootCertificates, ca] }),
  });
}

/** What is said to the server from now on. */
function carried(target: URL, socket: Socket, head: Buffer, ca: string | undefined): Duplex {
  if (head.length > 0) socket.unshift(head);
  if (!isSecure(target)) return socket;
  const host = hostOf(target);
  // Addresses are no names of servers to TLS; they are checked against the certificate all the same.
  const servername = isIP(host) === 0 ? host : '';
  return tlsConnect({ socket, host, servername, ALPNProtocols: ['http/1.1'], ...(ca !== undefined && { ca }) });
}

function isSecure({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'wss:';
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
