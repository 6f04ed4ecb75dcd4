import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { settled } from './settled.ts';

/** How far a connection gets before it is ended: bytes of the server that still reach the client. */
export interface Cut {
  readonly afterBytes: number;
  readonly how: 'reset' | 'end';
}

/** What is done to all that passes. */
export interface Shape {
  /** Everything arrives in pieces of at most so many bytes. */
  readonly pieceBytes?: number;
  readonly delayMs?: number;
  /** Ends connections on which nothing was sent for so long, as proxies do. */
  readonly idleMs?: number;
  readonly loss?: Loss;
}

/**
 * What is left of lost and reordered packets above TCP: each direction stalls by itself until what was lost has been
 * sent again, everything behind it waits, and a connection on which too much is lost in a row is given up.
 */
export interface Loss {
  /** Of segments, in each direction. */
  readonly lostShare: number;
  readonly reorderedShare: number;
  readonly random: () => number;
}

const SEGMENT_BYTES = 1_460;
/** The shortest wait for an acknowledgement that systems have; doubled each time. */
const RETRANSMISSION_MS = 200;
/** Systems go on for minutes; who waits so long is given up by others before. */
const LOSSES_UNTIL_GIVEN_UP = 5;
const REORDERED_BY_MS = 30;

/** How late a segment is; null where its connection is given up. */
function lateBy({ lostShare, reorderedShare, random }: Loss): number | null {
  let ms = random() < reorderedShare ? REORDERED_BY_MS * random() : 0;
  for (let losses = 0; random() < lostShare; losses += 1) {
    if (losses === LOSSES_UNTIL_GIVEN_UP) return null;
    ms += RETRANSMISSION_MS * 2 ** losses;
  }
  return ms;
}

/** A network between clients and a server on this machine that can fail in the ways that networks do. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections of clients that are open now, and the most that ever were since `countFrom`. */
  readonly open: number;
  readonly mostOpen: number;
  readonly accepted: number;
  /** Connections that the proxy itself ended for being idle. */
  readonly endedIdle: number;
  /** Segments that were lost, and sent again. */
  readonly lost: number;
  /** Milliseconds since anything passed. */
  readonly quietMs: number;
  countFrom(): void;
  /** Where the server listens from now on. */
  retarget(port: number): void;
  /** Nothing gets through and nothing is told, until `heal`. New connections are accepted and lead nowhere. */
  blackhole(): void;
  heal(): void;
  /** Resets every connection; answers how many. */
  reset(): number;
  shape(shape: Shape): void;
  /** Ends the next connections, in the order in which they come. */
  cutNext(cuts: readonly Cut[]): void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes of the server that may still pass. */
  left: number;
  readonly how: Cut['how'];
}

export async function startFaultProxy(port: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  const cuts: Cut[] = [];
  let target = port;
  let shape: Shape = {};
  let healed: Promise<void> = Promise.resolve();
  let heal = (): void => undefined;
  let mostOpen = 0;
  let accepted = 0;
  let endedIdle = 0;
  let lost = 0;
  let passedAt = performance.now();

  const openNow = (): number => [...pairs].filter(({ client }) => !client.destroyed).length;

  /** Carries one direction, in order, until it ends or breaks. */
  async function carry(from: Socket, to: Socket, allowed: (bytes: number) => number): Promise<void> {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const size = shape.pieceBytes ?? (shape.loss ? SEGMENT_BYTES : chunk.length);
      for (let at = 0; at < chunk.length; at += size) {
        await healed;
        const delayMs = shape.loss ? lateBy(shape.loss) : (shape.delayMs ?? 0);
        if (delayMs === null) return;
        if (shape.loss && delayMs >= RETRANSMISSION_MS) lost += 1;
        if (delayMs > 0) await pause(delayMs);
        const piece = chunk.subarray(at, at + size);
        const passing = allowed(piece.length);
        passedAt = performance.now();
        if (to.destroyed) return;
        if (passing > 0 && !to.write(piece.subarray(0, passing))) await Promise.race([once(to, 'drain'), gone(to)]);
        if (passing < piece.length) return;
        if (shape.pieceBytes !== undefined) await nextTurn();
      }
    }
    await healed;
    to.end();
  }

  function finish(pair: Pair): void {
    if (!pairs.delete(pair)) return;
    pair.server.destroy();
    if (pair.how === 'reset') pair.client.resetAndDestroy();
    else pair.client.destroySoon();
  }

  async function endIdle(pair: Pair, socket: Socket): Promise<void> {
    const before = socket.bytesRead + socket.bytesWritten;
    // Where this process itself stood still, something has come that it has not read yet.
    await settled();
    if (socket.bytesRead + socket.bytesWritten > before) return;
    if (pairs.has(pair)) endedIdle += 1;
    finish(pair);
  }

  const proxy = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const server = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const cut = cuts.shift();
    const pair: Pair = { client, server, left: cut?.afterBytes ?? Number.POSITIVE_INFINITY, how: cut?.how ?? 'end' };
    pairs.add(pair);
    accepted += 1;
    // Who leaves one connection for another may be seen to come before being seen to go.
    void settled().then(() => {
      mostOpen = Math.max(mostOpen, openNow());
    });
    for (const socket of [client, server]) {
      // What happens on one side of a black hole is not known on the other.
      socket.on('error', () => void healed.then(() => finish(pair)));
      socket.setTimeout(shape.idleMs ?? 0, () => void endIdle(pair, socket));
    }
    client.on('close', () => void healed.then(() => finish(pair)));
    // Either direction may end before the other; a broken one ends both.
    const upward = carry(client, server, (bytes) => bytes);
    const downward = carry(server, client, (bytes) => {
      const passing = Math.min(bytes, pair.left);
      pair.left -= passing;
      return passing;
    });
    downward.then(
      () => finish(pair),
      () => finish(pair),
    );
    upward.catch(() => finish(pair));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  const reset = (): number => {
    const all = [...pairs];
    for (const pair of all) {
      pairs.delete(pair);
      pair.server.resetAndDestroy();
      pair.client.resetAndDestroy();
    }
    return all.length;
  };

  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    get open() {
      return openNow();
    },
    get mostOpen() {
      return mostOpen;
    },
    get accepted() {
      return accepted;
    },
    get endedIdle() {
      return endedIdle;
    },
    get lost() {
      return lost;
    },
    get quietMs() {
      return performance.now() - passedAt;
    },
    countFrom() {
      mostOpen = openNow();
    },
    retarget(next) {
      target = next;
    },
    blackhole() {
      healed = new Promise((resolve) => {
        heal = resolve;
      });
    },
    heal: () => heal(),
    reset,
    shape(next) {
      shape = next;
    },
    cutNext: (next) => void cuts.push(...next),
    async [Symbol.asyncDispose]() {
      heal();
      reset();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

async function gone(socket: Socket): Promise<void> {
  if (!socket.destroyed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}
