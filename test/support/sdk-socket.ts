import { SCHEMA } from '@glidepath/core';
import { type Basis, PROTOCOL_VERSION, type ServerFrame, SUBPROTOCOL } from '@glidepath/core/protocol';
import { WebSocket } from 'ws';
import { type Closed, type FrameOf, openInbox } from './frame-inbox.ts';

/** A stream as an SDK has it, by hand: tests say what is sent and see every frame that comes. */
export interface SdkSocket {
  readonly frames: readonly ServerFrame[];
  readonly closed: Promise<Closed>;
  readonly isOpen: boolean;
  send(frame: object): void;
  sendRaw(content: string | Buffer): void;
  hello(basis: Basis | null, fields?: object): void;
  /** The next frame of this kind that was not yet taken; rejects when the socket closes before or after 5 s. */
  take<T extends ServerFrame['t']>(t: T): Promise<FrameOf<ServerFrame, T>>;
  /** Stops and goes on reading from the network. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** The HTTP answer to an upgrade that was refused. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;

  constructor(status: number, headers: NodeJS.Dict<string | string[]>) {
    super(`upgrade refused with ${status}`);
    this.status = status;
    this.headers = headers;
  }
}

export interface SdkSocketOptions {
  /** Where the service listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly key: string;
  readonly protocols?: readonly string[];
}

/** Resolves once the upgrade was accepted; rejects with `UpgradeRefused`. */
export async function openSdkSocket({ url, key, protocols = [SUBPROTOCOL] }: SdkSocketOptions): Promise<SdkSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/sdk/v1/stream`, [...protocols], {
    headers: { authorization: `Bearer ${key}` },
    perMessageDeflate: false,
  });
  const inbox = openInbox<ServerFrame>(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new UpgradeRefused(response.statusCode ?? 0, response.headers));
    });
  });
  socket.on('error', () => {}); // tests look at how it closed
  return {
    ...inbox,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendRaw: (content) => socket.send(content, { binary: typeof content !== 'string' }),
    hello: (basis, fields = {}) => socket.send(JSON.stringify({ ...helloOf(basis), ...fields })),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(),
  };
}

function helloOf(basis: Basis | null) {
  return {
    t: 'hello',
    proto: PROTOCOL_VERSION,
    sdk: 'node/0.0.0',
    inst: '00000000-0000-4000-8000-000000000000',
    app: { name: 'checkout', version: '1.0.0' },
    schema: SCHEMA,
    basis,
    caps: ['delta'],
  };
}
