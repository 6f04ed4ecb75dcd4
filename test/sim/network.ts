import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** One end of a wire, as the other end reaches it. */
export interface WireEnd {
  received(text: string): void;
  closed(how: { readonly code?: number }): void;
}

/** One connection: in order within itself, in any order against others. */
export interface Wire {
  readonly id: number;
  toClient(text: string): void;
  toServer(text: string): void;
  /** Bytes on their way to the client. */
  buffered(): number;
  /** The client ends it; the server learns of it unless the network swallows that. */
  endByClient(): void;
  endByServer(code?: number): void;
}

export interface Network {
  open(client: WireEnd, server: WireEnd): Wire;
  /** Both ends see it go. */
  drop(): void;
  /** Nothing comes through any more, and nobody is told. */
  halfOpen(): void;
  /** What goes to the client waits. */
  stall(): void;
  /** New wires work, stalled ones move on; half-open ones stay as they are. */
  heal(): void;
}

interface Lane {
  readonly target: (text: string) => void;
  readonly waiting: string[];
  lastAt: number;
}

export function createNetwork(time: Timeline, chance: Chance): Network {
  const wires = new Map<number, WireState>();
  let opened = 0;

  const delay = () => (chance.happens(0.1) ? chance.between(50, 2_000) : chance.between(0, 40));

  function deliver(wire: WireState, lane: Lane, text: string): void {
    lane.lastAt = Math.max(lane.lastAt, time.now() + delay());
    time.at(lane.lastAt, () => {
      if (lane === wire.down) wire.buffered -= text.length;
      if (!wire.isDead) lane.target(text);
    });
  }

  function send(wire: WireState, lane: Lane, text: string): void {
    if (wire.isCut) return;
    if (lane === wire.down) wire.buffered += text.length;
    if (wire.isHalfOpen || (wire.isStalled && lane === wire.down)) lane.waiting.push(text);
    else deliver(wire, lane, text);
  }

  /** What is under way to the side that did not end it may still arrive: late frames of an old socket. */
  function end(wire: WireState, tell: (() => void) | null): void {
    if (wire.isCut) return;
    wire.isCut = true;
    wires.delete(wire.id);
    if (tell && !wire.isHalfOpen) time.after(delay() + 2_000 * Number(chance.happens(0.2)), tell);
  }

  const some = () => (wires.size === 0 ? null : chance.pick([...wires.values()]));

  return {
    open(client, server) {
      opened += 1;
      const wire: WireState = {
        id: opened,
        client,
        server,
        buffered: 0,
        isCut: false,
        isDead: false,
        isHalfOpen: false,
        isStalled: false,
        down: { target: client.received, waiting: [], lastAt: 0 },
        up: { target: server.received, waiting: [], lastAt: 0 },
      };
      wires.set(wire.id, wire);
      return {
        id: wire.id,
        toClient: (text) => send(wire, wire.down, text),
        toServer: (text) => send(wire, wire.up, text),
        buffered: () => wire.buffered,
        endByClient: () => end(wire, () => server.closed({})),
        endByServer: (code) => end(wire, () => client.closed(code === undefined ? {} : { code })),
      };
    },
    drop() {
      const wire = some();
      if (!wire) return;
      // Frames under way are lost with it.
      wire.isDead = true;
      end(wire, () => {
        wire.client.closed({ code: 1006 });
        wire.server.closed({});
      });
    },
    halfOpen() {
      const wire = some();
      if (wire) wire.isHalfOpen = true;
    },
    stall() {
      const wire = some();
      if (wire) wire.isStalled = true;
    },
    heal() {
      for (const wire of wires.values()) {
        if (!wire.isStalled) continue;
        wire.isStalled = false;
        if (!wire.isHalfOpen) for (const text of wire.down.waiting.splice(0)) deliver(wire, wire.down, text);
      }
    },
  };
}

interface WireState {
  readonly id: number;
  readonly client: WireEnd;
  readonly server: WireEnd;
  buffered: number;
  /** Nothing new is sent on it. */
  isCut: boolean;
  /** Nothing under way arrives either. */
  isDead: boolean;
  isHalfOpen: boolean;
  isStalled: boolean;
  readonly down: Lane;
  readonly up: Lane;
}
