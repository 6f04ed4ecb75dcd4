import type { ValuesFrame } from '@glidepath/core/protocol';
import { WebSocket } from 'ws';
import { type Closed, type FrameOf, openInbox } from './frame-inbox.ts';

/** A stream as a page has it, by hand: tests say what is sent and see every frame that comes. */
export interface BrowserSocket {
  readonly frames: readonly ValuesFrame[];
  /** Every byte that came, as text. */
  readonly texts: readonly string[];
  readonly closed: Promise<Closed>;
  readonly isOpen: boolean;
  /** What a page would hold now that held nothing when it came. */
  values(): Readonly<Record<string, unknown>>;
  send(frame: object): void;
  sendRaw(content: string | Buffer): void;
  hello(fields: object): void;
  take<T extends ValuesFrame['t']>(t: T): Promise<FrameOf<ValuesFrame, T>>;
  /** All that was sent to it so far has come. */
  arrived(): Promise<void>;
  pause(): void;
  resume(): void;
  close(): void;
}

export interface BrowserSocketOptions {
  /** Where the service listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly key: string;
  /** The page's; none where no page asks. */
  readonly origin?: string;
  /** As a proxy tells it, where the service believes one. */
  readonly address?: string;
}

/** Resolves once the socket is open; rejects where even that is refused. */
export async function openBrowserSocket({ url, key, origin, address }: BrowserSocketOptions): Promise<BrowserSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/client/v1/stream`, {
    perMessageDeflate: false,
    ...(origin !== undefined && { origin }),
    ...(address !== undefined && { headers: { 'x-forwarded-for': address } }),
  });
  const texts: string[] = [];
  const values = new Map<string, unknown>();
  let count = 0;
  const inbox = openInbox<ValuesFrame>(socket);
  socket.on('message', (content) => {
    const text = String(content);
    texts.push(text);
    const frame = JSON.parse(text) as ValuesFrame;
    if (frame.t !== 'values') return;
    if (frame.full) values.clear();
    for (const name of frame.del) values.delete(name);
    for (const { key: name, value } of frame.put) values.set(name, value);
    count = frame.count;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {}); // tests look at how it closed
  return {
    ...inbox,
    texts,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    values() {
      if (values.size !== count) throw new Error(`${values.size} flags instead of ${count}`);
      return Object.fromEntries(values);
    },
    arrived() {
      socket.ping();
      return new Promise((resolve) => socket.once('pong', () => resolve()));
    },
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendRaw: (content) => socket.send(content, { binary: typeof content !== 'string' }),
    hello: (fields) => socket.send(JSON.stringify({ ...helloOf(key), ...fields })),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(),
  };
}

function helloOf(id: string) {
  return {
    t: 'hello',
    proto: 1,
    sdk: 'browser/0.0.0',
    inst: '00000000-0000-4000-8000-000000000000',
    app: {},
    id,
    n: 0,
  };
}
