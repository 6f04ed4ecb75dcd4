import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

type Answer = (socket: WebSocket, raw: Duplex) => void;

const say = (...frames: readonly (string | Buffer)[]): Answer => {
  return (socket) => {
    for (const frame of frames) socket.send(frame);
  };
};
const welcome = JSON.stringify({
  t: 'welcome',
  conn: 'c',
  epoch: 'a'.repeat(16),
  head: 3,
  digest: '0'.repeat(32),
  intent: 'full',
  reason: 'cold',
  rebase: false,
  hb: 25_000,
  schema: 1,
  limits: { frame: 262_144, items: 20_000, bytes: 16_777_216 },
});
const begin = JSON.stringify({ t: 'begin', epoch: 'a'.repeat(16), v: 3, items: 1, bytes: 100 });
const items = JSON.stringify({ t: 'items', items: [{ kind: 'flag', key: 'x', rev: 3, body: { variations: null } }] });
const commit = JSON.stringify({ t: 'commit', v: 3, digest: '0'.repeat(32) });

/** What happens to streams, once they are open. */
const STREAMS: Readonly<Record<string, Answer>> = {
  'no JSON': say('{"t":"welcome"', 'hello', ''),
  'frames that are none': say(
    'null',
    '[]',
    '7',
    '{"t":7}',
    '{"t":"welcome"}',
    '{"t":"hb"}',
    '{"t":"change","ops":[null]}',
  ),
  'special names': say('{"t":"hb","__proto__":{"v":1}}', '{"t":"constructor"}'),
  bytes: say(Buffer.from([0, 255, 1])),
  'a state that is none': say(welcome, begin, items, commit),
  'half a state': (socket) => {
    for (const frame of [welcome, begin]) socket.send(frame);
    socket.terminate();
  },
  'bytes that are no frame': (_socket, raw) => void raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff])),
  'half a frame': (_socket, raw) => void raw.end(Buffer.from([0x81, 0x7e, 0x01])),
  'too much': (socket) => socket.send('x'.repeat(1_000_000)),
  'a reset': (socket) => socket.terminate(),
  // Open at this end, and nothing ever comes.
  silence: () => undefined,
};
const REQUESTS = ['500', 'half an answer', 'a reset', 'silence'] as const;
const REFUSALS: Readonly<Record<string, (raw: Duplex) => void>> = {
  'refused with 500': (raw) => raw.end('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'),
  'reset at once': (raw) => raw.destroy(),
  'answered never': () => undefined,
};
const UPGRADES = [...Object.keys(STREAMS), ...Object.keys(REFUSALS)];

export interface HostileService {
  readonly server: Server;
  /** How often each wrong was done. */
  readonly done: Readonly<Record<string, number>>;
  /** All that it knows to do. */
  readonly wrongs: readonly string[];
}

/** Answers each request and each upgrade in another wrong way, in turns. */
export function createHostileService(): HostileService {
  const done: Record<string, number> = {};
  const streams = new WebSocketServer({ noServer: true });
  let requests = 0;
  let upgrades = 0;
  const next = (of: string, ways: readonly string[], turn: number): string => {
    const way = ways[turn % ways.length] ?? '';
    done[`${of}: ${way}`] = (done[`${of}: ${way}`] ?? 0) + 1;
    return way;
  };
  const server = createServer((request, response) => {
    request.resume();
    const way = next('request', REQUESTS, requests++);
    if (way === '500') response.writeHead(500).end();
    else if (way === 'half an answer') response.writeHead(200).end('{"kind":"full"');
    else if (way === 'a reset') response.socket?.destroy();
  }).on('upgrade', (request, raw, head) => {
    raw.on('error', () => undefined);
    const way = next('upgrade', UPGRADES, upgrades++);
    const refuse = REFUSALS[way];
    if (refuse) refuse(raw);
    else
      streams.handleUpgrade(request, raw, head, (socket) => {
        socket.on('error', () => undefined);
        // What it says first is waited for: until then an SDK takes nothing.
        socket.once('message', () => STREAMS[way]?.(socket, raw));
      });
  });
  const wrongs = [...REQUESTS.map((way) => `request: ${way}`), ...UPGRADES.map((way) => `upgrade: ${way}`)];
  return { server, done, wrongs };
}
