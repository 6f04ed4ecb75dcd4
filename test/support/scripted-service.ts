import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { Item } from '@glidepath/core';
import { digestOf, encode, type ServerFrame, SUBPROTOCOL } from '@glidepath/core/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

const EPOCH = '00000000000000aa';

export type Answer =
  /** As the service does that it says to be. */
  | { readonly kind: 'serve' }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Streams are opened, and end at once. */
  | { readonly kind: 'accept and drop' }
  | { readonly kind: 'reset' };

/** A service that does to each client, known by the first part of its path, what a test says. */
export interface ScriptedService {
  readonly server: Server;
  /** Addresses and headers of all that was asked, upgrades included. */
  readonly asked: readonly { readonly name: string; readonly url: string; readonly headers: IncomingHttpHeaders }[];
  /** What came with requests, as it was before it was made smaller, and its bytes on the way. */
  readonly bodies: readonly { readonly name: string; readonly text: string; readonly bytes: number }[];
  /** What each client has sent over its last stream. */
  readonly sent: ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;
  /** How often each has asked for everything anew. */
  readonly resyncs: ReadonlyMap<string, number>;
  /** What is done to everybody from now on, where nothing is said of one alone. */
  answer(everybody: Answer, one?: ReadonlyMap<string, Answer>): void;
  /** Everybody who asks from now on is told of these items, at this version. */
  serve(items: readonly Item[], version: number): void;
  /** Sends to everybody whose stream is open; resolves when each has taken it in, or left. */
  say(textFor: (name: string) => string | null): Promise<void>;
  /** Ends all streams. */
  cut(): void;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
export const digest = (items: readonly Item[]): string => digestOf(items, hash);

export function createScriptedService(): ScriptedService {
  const asked: { readonly name: string; readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const bodies: { readonly name: string; readonly text: string; readonly bytes: number }[] = [];
  const sent = new Map<string, Readonly<Record<string, unknown>>[]>();
  const resyncs = new Map<string, number>();
  const streams = new Map<string, WebSocket>();
  const upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  let held: { readonly items: readonly Item[]; readonly version: number } = { items: [], version: 0 };
  let everybody: Answer = { kind: 'serve' };
  let apart: ReadonlyMap<string, Answer> = new Map();

  const answerTo = (url = '', headers: IncomingHttpHeaders): readonly [name: string, answer: Answer] => {
    const name = url.split('/')[1] ?? '';
    asked.push({ name, url, headers });
    return [name, apart.get(name) ?? everybody];
  };

  const opened = (name: string, socket: WebSocket): void => {
    const heard: Readonly<Record<string, unknown>>[] = [];
    sent.set(name, heard);
    streams.set(name, socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (streams.get(name) === socket) streams.delete(name);
    });
    socket.on('message', (text) => {
      const frame = JSON.parse(String(text)) as Readonly<Record<string, unknown>>;
      heard.push(frame);
      if (frame['t'] === 'resync') resyncs.set(name, (resyncs.get(name) ?? 0) + 1);
      if (frame['t'] === 'hello') for (const next of transferOf(held)) socket.send(encode(next));
    });
  };

  const server = createServer((request, response) => {
    const [name, answer] = answerTo(request.url, request.headers);
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const whole = Buffer.concat(pieces);
      const isSmaller = request.headers['content-encoding'] === 'gzip';
      const text = String(isSmaller ? gunzipSync(whole) : whole);
      if (whole.length > 0) bodies.push({ name, text, bytes: whole.length });
    });
    answerRequest(answer, response, held);
  }).on('upgrade', (request, raw: Duplex, head) => {
    raw.on('error', () => undefined);
    const [name, answer] = answerTo(request.url, request.headers);
    if (answer.kind === 'reset') raw.destroy();
    else if (answer.kind === 'refuse') raw.end(rawOf(answer));
    else
      upgrades.handleUpgrade(request, raw, head, (socket) => {
        if (answer.kind === 'serve') opened(name, socket);
        else {
          socket.on('error', () => undefined);
          socket.terminate();
        }
      });
  });

  return {
    server,
    asked,
    bodies,
    sent,
    resyncs,
    answer(given, one = new Map()) {
      everybody = given;
      apart = one;
    },
    serve(items, version) {
      held = { items, version };
    },
    async say(textFor) {
      const taken = [...streams].map(([name, socket]) => {
        const text = textFor(name);
        if (text === null) return undefined;
        socket.send(text);
        return isTaken(socket);
      });
      await Promise.all(taken);
    },
    cut() {
      for (const socket of streams.values()) socket.terminate();
    },
  };
}

/** Frames are taken in order, so who answers a ping has seen all that came before it. */
async function isTaken(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      socket.off('pong', settle);
      socket.off('close', settle);
      resolve();
    };
    socket.on('pong', settle).on('close', settle);
    if (socket.readyState === socket.OPEN) socket.ping();
    else settle();
  });
}

type Held = { readonly items: readonly Item[]; readonly version: number };

function transferOf({ items, version }: Held): readonly ServerFrame[] {
  const whole = digest(items);
  return [
    {
      t: 'welcome',
      conn: 'c',
      epoch: EPOCH,
      head: version,
      digest: whole,
      intent: 'full',
      reason: 'cold',
      rebase: false,
      hb: 25_000,
      schema: 1,
      limits: { frame: 262_144, items: 20_000, bytes: 16_777_216 },
    },
    { t: 'begin', epoch: EPOCH, v: version, items: items.length, bytes: JSON.stringify(items).length },
    { t: 'items', items },
    { t: 'commit', v: version, digest: whole },
  ];
}

function answerRequest(answer: Answer, response: ServerResponse, { items, version }: Held): void {
  if (answer.kind === 'serve') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ kind: 'full', epoch: EPOCH, version, digest: digest(items), items }));
  } else if (answer.kind === 'refuse') response.writeHead(answer.status, answer.headers).end(answer.body);
  else response.socket?.destroy();
}

function rawOf({ status, headers = {}, body = '' }: Extract<Answer, { kind: 'refuse' }>): string {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(([k, v]) => `${k}: ${v}\r\n`);
  return `HTTP/1.1 ${status} No\r\n${lines.join('')}\r\n${body}`;
}
