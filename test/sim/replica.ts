import { type Basis, d8Of, decodeClientFrame, encode } from '@glidepath/core/protocol';
import {
  advanced,
  type Cause,
  createDispatcher,
  type Decisions,
  heartbeatOf,
  type Outgoing,
  type Snapshot,
  snapshotOf,
} from '@glidepath/server/stream';
import type { Chance } from './chance.ts';
import type { Wire, WireEnd } from './network.ts';
import type { Properties } from './properties.ts';
import { hash, type Storage } from './storage.ts';
import type { Timeline } from './timeline.ts';

const TICK_MS = 250;
const HEARTBEAT_MS = 25_000;
const SILENCE_MS = 75_000;
const RING = { changes: 8, bytes: 1_000_000 };
/** Small, so that little histories reach what large ones do: several frames, parts, lagging connections. */
const LIMITS = { bufferBytes: 3_000, urgentBufferBytes: 6_000, frames: { frameBytes: 1_500, partBytes: 450 } };
const TRANSFERS = 2;

/** One process of the server: the real decisions over a simulated store and network. */
export interface Replica {
  readonly isUp: boolean;
  /** The end of a new wire. */
  accept(wire: () => Wire): WireEnd;
  /** Reads what was committed, soon. */
  committed(): void;
  /** Reads nothing for 5 s. */
  lag(): void;
  restart(downMs: number): void;
  goodbye(spreadMs: number): void;
  poll(basis: Basis | null): { readonly kind: 'unchanged' } | { readonly kind: 'payload'; readonly text: string };
}

interface Connection {
  readonly wire: Wire;
  outgoing: Outgoing | null;
  heardAt: number;
}

export function createReplica(parts: {
  readonly time: Timeline;
  readonly chance: Chance;
  readonly storage: Storage;
  readonly decisions: Decisions;
  readonly properties: Properties;
}): Replica {
  const { time, chance, storage, decisions, properties } = parts;
  let isUp = true;
  let dispatcher = createDispatcher(decisions, LIMITS);
  let snapshot = loaded();
  let lateUntil = 0;
  let isTicking = false;
  const connections = new Set<Connection>();

  function loaded(): Snapshot {
    return snapshotOf(storage.snapshot(), storage.changesAfter(0), RING);
  }

  /** What the feed does: read on, or everything anew when that does not fit. */
  function pull(): void {
    const before = snapshot;
    const rows = storage.changesAfter(snapshot.version);
    const isSameHistory = storage.epoch === snapshot.epoch && storage.version >= snapshot.version;
    const read = isSameHistory
      ? rows.reduce<Snapshot | null>((at, row) => at && advanced(at, row, hash, RING), snapshot)
      : null;
    snapshot = read?.version === storage.version ? read : loaded();
    if (snapshot === before) return;
    const cause = rows.some((row) => row.urgent) ? 'urgent' : 'change';
    for (const connection of connections) pump(connection, cause);
  }

  function pump(connection: Connection, cause: Cause): void {
    const { outgoing, wire } = connection;
    if (!outgoing) return;
    const running = [...connections].filter((other) => other !== connection && other.outgoing?.transfer).length;
    const step = dispatcher.next(outgoing, {
      snapshot,
      cause,
      buffered: wire.buffered(),
      now: time.now(),
      mayTransfer: running < TRANSFERS,
    });
    connection.outgoing = step.outgoing;
    for (const text of step.frames) wire.toClient(text);
    if (step.next === 'terminate') end(connection);
    else tickLater();
  }

  const owes = ({ outgoing }: Connection) =>
    outgoing !== null &&
    (outgoing.transfer !== null || outgoing.lag.since !== null || outgoing.handed?.version !== snapshot.version);

  function tickLater(): void {
    if (isTicking || ![...connections].some(owes)) return;
    isTicking = true;
    time.after(TICK_MS, () => {
      isTicking = false;
      for (const connection of connections) pump(connection, 'tick');
    });
  }

  function end(connection: Connection, code?: number): void {
    connections.delete(connection);
    connection.wire.endByServer(code);
  }

  function beat(connection: Connection): void {
    if (!connections.has(connection)) return;
    if (time.now() - connection.heardAt >= SILENCE_MS) {
      end(connection);
      return;
    }
    pump(connection, 'tick');
    const { outgoing, wire } = connection;
    if (outgoing && wire.buffered() === 0) wire.toClient(encode({ t: 'hb', ...heartbeatOf(outgoing, snapshot) }));
    time.after(HEARTBEAT_MS * (0.8 + 0.4 * chance.next()), () => beat(connection));
  }

  function greet(connection: Connection, basis: Basis | null, isHello: boolean): void {
    const first = dispatcher.greet(basis, snapshot, false);
    if (first.kind === 'read-primary') pull();
    const greeting = first.kind === 'read-primary' ? dispatcher.greet(basis, snapshot, true) : first;
    if (greeting.kind !== 'answer') throw new Error('The primary was read and asked for again');
    const { intent, reason, rebase } = greeting;
    properties.answered(basis, snapshot, greeting);
    if (isHello) {
      const { epoch, version: head, digest } = snapshot;
      const limits = { frame: 262_144, items: 20_000, bytes: 16_777_216 };
      const conn = `${connection.wire.id}`;
      connection.wire.toClient(
        encode({
          t: 'welcome',
          conn,
          epoch,
          head,
          digest,
          intent,
          reason,
          rebase,
          hb: HEARTBEAT_MS,
          schema: 1,
          limits,
        }),
      );
    }
    connection.outgoing = greeting.outgoing;
    pump(connection, 'tick');
    const { outgoing } = connection;
    if (intent === 'none' && !isHello && outgoing) {
      connection.wire.toClient(encode({ t: 'hb', ...heartbeatOf(outgoing, snapshot) }));
    }
  }

  return {
    get isUp() {
      return isUp;
    },
    accept(wireOf) {
      let made: Connection | null = null;
      const connection = () => {
        made ??= { wire: wireOf(), outgoing: null, heardAt: time.now() };
        return made;
      };
      time.after(0, () => {
        connections.add(connection());
        time.after(HEARTBEAT_MS * chance.next(), () => beat(connection()));
      });
      return {
        received(text) {
          const one = connection();
          if (!connections.has(one)) return;
          one.heardAt = time.now();
          const decoded = decodeClientFrame(text);
          if (decoded.kind !== 'frame') throw new Error(`The SDK sent ${decoded.kind}: ${text}`);
          const { frame } = decoded;
          if (frame.t === 'hello') greet(one, frame.basis, true);
          else if (frame.t === 'resync') greet(one, frame.basis, false);
          else if (frame.t === 'nack') properties.refused(frame.v, frame.code);
          else if (frame.t === 'ack') properties.acknowledged();
        },
        closed() {
          connections.delete(connection());
        },
      };
    },
    committed() {
      const at = Math.max(time.now() + chance.between(0, 300), lateUntil);
      time.at(at, () => {
        if (isUp) pull();
      });
    },
    lag() {
      lateUntil = time.now() + 5_000;
    },
    restart(downMs) {
      if (!isUp) return;
      isUp = false;
      for (const connection of connections) end(connection, 1012);
      time.after(downMs, () => {
        isUp = true;
        dispatcher = createDispatcher(decisions, LIMITS);
        snapshot = loaded();
      });
    },
    goodbye(spreadMs) {
      for (const { wire } of connections) wire.toClient(encode({ t: 'goodbye', reason: 'age', spread: spreadMs }));
    },
    poll(basis) {
      // A poll says of its digest only the first digits.
      const known =
        basis && d8Of(basis.digest) === d8Of(snapshot.digest) ? { ...basis, digest: snapshot.digest } : basis;
      const first = dispatcher.poll(known, snapshot, false);
      if (first.kind !== 'read-primary') return first;
      pull();
      const second = dispatcher.poll(known, snapshot, true);
      if (second.kind === 'read-primary') throw new Error('The primary was read and asked for again');
      return second;
    },
  };
}
