import {
  type ClientAction,
  type ClientEvent,
  createSession,
  decodeServerFrame,
  type EnvironmentState,
  readPayload,
  type Session,
} from '@glidepath/core/protocol';
import type { Chance } from './chance.ts';
import type { Network, Wire } from './network.ts';
import type { ClientWatch } from './properties.ts';
import type { Replica } from './replica.ts';
import { hash } from './storage.ts';
import type { Timeline } from './timeline.ts';

/** One SDK: the real session over a simulated network. */
export interface Client {
  readonly name: string;
  readonly state: EnvironmentState | null;
  readonly isStreaming: boolean;
  /** The process ends and begins anew, with nothing or with what an old cache file knows. */
  restart(withCache: boolean): void;
}

export function createClient(parts: {
  readonly name: string;
  readonly time: Timeline;
  readonly chance: Chance;
  readonly network: Network;
  readonly replicas: readonly Replica[];
  readonly watch: ClientWatch;
}): Client {
  const { name, time, chance, network, replicas, watch } = parts;
  let life = 0;
  let session: Session;
  let wires = new Map<number, Wire>();
  let wakes = 0;
  let isStreaming = false;
  const kept: EnvironmentState[] = [];

  function begin(state: EnvironmentState | null): void {
    life += 1;
    wires = new Map();
    isStreaming = false;
    session = createSession({
      sdk: 'sim/1',
      instance: `${name}-${life}`,
      application: {},
      hash,
      random: chance.next,
      monotonic: time.now,
      connectMs: 10_000,
      idleMs: 60_000,
      pollIntervalMs: 30_000,
      reconnect: { minMs: 1_000, maxMs: 30_000 },
      unsupported: () => [],
    });
    watch.restarted(state);
    handle({ kind: 'start', now: time.now(), ...(state && { state }) });
  }

  function handle(event: ClientEvent): void {
    for (const action of session.handle(event)) carryOut(action);
  }

  /** An event of this life of the process; what comes later finds nobody. */
  function later(delayMs: number, event: () => ClientEvent): void {
    const born = life;
    time.after(delayMs, () => {
      if (born === life) handle(event());
    });
  }

  function carryOut(action: ClientAction): void {
    switch (action.kind) {
      case 'connect':
        connect(action.socket);
        return;
      case 'send':
        wires.get(action.socket)?.toServer(action.text);
        return;
      case 'terminate':
        wires.get(action.socket)?.endByClient();
        wires.delete(action.socket);
        return;
      case 'wake':
        wake(action.at);
        return;
      case 'poll':
        poll(action);
        return;
      case 'applied':
        kept.push(action.state);
        watch.applied(action.state, action.source);
        return;
      case 'connection':
        isStreaming = action.connection === 'streaming';
        return;
      case 'overrides':
      case 'problem':
        return;
    }
  }

  function connect(socket: number): void {
    const replica = chance.pick(replicas);
    if (!replica.isUp) {
      later(chance.between(0, 50), () => ({
        kind: 'closed',
        socket,
        now: time.now(),
        ...(chance.happens(0.5) && { status: 503, retryAfterMs: 1_000 }),
      }));
      return;
    }
    const born = life;
    let wire: Wire;
    const server = replica.accept(() => wire);
    wire = network.open(
      {
        received(text) {
          if (born !== life) return;
          handle({ kind: 'frame', socket, text, now: time.now() });
          const decoded = decodeServerFrame(text);
          if (decoded.kind !== 'frame') throw new Error(`The server sent ${decoded.kind}: ${text}`);
          if (wires.has(socket)) watch.framed(decoded.frame, session.state);
        },
        closed: (how) => {
          if (born !== life) return;
          wires.delete(socket);
          handle({ kind: 'closed', socket, now: time.now(), ...how });
        },
      },
      server,
    );
    wires.set(socket, wire);
    later(chance.between(1, 80), () => {
      if (wires.has(socket)) watch.opened(socket);
      return { kind: 'opened', socket, now: time.now() };
    });
  }

  function wake(at: number | null): void {
    wakes += 1;
    const number = wakes;
    const born = life;
    if (at === null) return;
    time.at(at, () => {
      if (born === life && number === wakes) handle({ kind: 'timer', now: time.now() });
    });
  }

  function poll({ basis }: Extract<ClientAction, { kind: 'poll' }>): void {
    const replica = chance.pick(replicas);
    if (!replica.isUp) {
      later(chance.between(0, 200), () => ({ kind: 'polled', now: time.now(), answer: { kind: 'unreachable' } }));
      return;
    }
    const answer = replica.poll(basis);
    later(chance.between(0, 200), () => {
      const payload = answer.kind === 'payload' ? readPayload(answer.text) : null;
      watch.polled(payload?.kind === 'full' && payload.rebase === true);
      return { kind: 'polled', now: time.now(), answer };
    });
  }

  begin(null);
  return {
    name,
    get state() {
      return session.state;
    },
    get isStreaming() {
      return isStreaming;
    },
    restart(withCache) {
      handle({ kind: 'stop', now: time.now() });
      begin(withCache && kept.length > 0 ? chance.pick(kept.slice(-10)) : null);
    },
  };
}
