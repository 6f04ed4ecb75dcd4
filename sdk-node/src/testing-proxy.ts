import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxyOptions {
  /** `user:password` that it asks for; without it, it answers 407. */
  readonly credentials?: string;
  /** What it does with a request for a tunnel; default `carry`. `mute`: it never answers. */
  readonly manner?: 'carry' | 'mute';
  /** Bytes on the way to the server that it keeps to itself, for good. */
  readonly swallows?: (bytes: string) => boolean;
  /** For a proxy that is spoken to by TLS itself. */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

/** A proxy as companies have: `CONNECT` and nothing else. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** Where tunnels were asked to lead, in order. */
  readonly asked: readonly string[];
  readonly refused: number;
  /** Connections of clients. */
  readonly open: number;
  /** Every byte that clients have sent through. */
  readonly carried: string;
}

export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const { credentials, manner = 'carry', swallows, certificate } = options;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let refused = 0;
  let carried = '';
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const isKnown = ({ headers }: IncomingMessage): boolean =>
    credentials === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`;

  const server = certificate === undefined ? createServer() : createSecureServer(certificate);
  server.on('request', (_request, response) => response.writeHead(405).end());
  server.on('connection', keep);
  server.on('secureConnection', keep);
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    client.on('end', () => client.destroy());
    if (manner === 'mute') {
      client.resume();
      return;
    }
    if (!isKnown(request)) {
      refused += 1;
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n',
      );
      return;
    }
    const target = new URL(`http://${request.url}`);
    const upstream = keep(connect({ host: target.hostname, port: Number(target.port || '80') }));
    upstream.on('connect', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    let isSwallowing = false;
    client.on('data', (piece: Buffer) => {
      carried += piece.toString('latin1');
      isSwallowing ||= swallows?.(piece.toString('latin1')) === true;
      if (!isSwallowing) upstream.write(piece);
    });
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroySoon());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    get refused() {
      return refused;
    },
    get open() {
      return sockets.size;
    },
    get carried() {
      return carried;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
