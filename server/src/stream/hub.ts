import type { WebSocket } from 'ws';
import type { Clock, Random, Timer } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { StreamMetrics } from '../metrics/metrics.ts';
import type { PressureGauge } from '../metrics/pressure.ts';
import type { Store } from '../store/store.ts';
import type { Admitted } from './admission.ts';
import { CLOSES } from './connection.ts';
import type { DeliveryReports } from './delivery.ts';
import { createDeliveryDesk } from './delivery-reports.ts';
import { openDoor } from './door.ts';
import { createEncoder } from './encoder.ts';
import { type Moved, openEnvironments } from './environments.ts';
import type { StreamLimits } from './limits.ts';
import { createDispatcher, type Dispatcher } from './outgoing.ts';
import type { ServerKey } from './server-key.ts';
import { Session, type SessionHost } from './session.ts';
import type { Snapshot } from './snapshot.ts';
import { createTurns } from './turns.ts';
import { createWaiters } from './waiters.ts';
import { createWheel } from './wheel.ts';

/** Keeps every SDK at the newest version of its environment, and knows that it is. */
export interface Hub extends DeliveryReports {
  /** Loads all environments and begins to look for changes. Fails when the database cannot be read. */
  start(): Promise<void>;
  /** Looks at the database now: called after each commit of this process. */
  wake(): void;
  /** Whether the last look at the database succeeded. What is in memory is served either way. */
  readonly isCurrent: boolean;
  readonly connectionCount: number;
  /** Ids of all that this process serves. */
  environments(): Iterable<string>;
  /** What this process serves of an environment; null = nothing known of it. */
  environment(id: string): Snapshot | null;
  allowsOverrides(environment: string): boolean;
  /** What holds for everybody in an environment may be something else now. */
  rulesChanged(): void;
  /** `project/environment`, for the figures. */
  labelOf(environment: string): string;
  /** A browser was sent values because of the versions after `from`, up to `to`; it has acknowledged them. */
  browserSent(environment: string, from: number, to: number): void;
  browserApplied(environment: string, from: number, to: number): void;
  /** Looks at the database now and waits for it; false when it cannot be reached in time. */
  readPrimary(): Promise<boolean>;
  /** Tells of every environment whose served state has become another one. */
  onMoved(listener: (moved: Moved) => void): () => void;
  /** What pollers are answered with: the decisions of the streams. */
  readonly dispatcher: Dispatcher;
  /** Somebody without a stream has asked for the environment. */
  polled(environment: string, poller: string): void;
  /** Whether another stream of this key may be opened; to be asked before anything else is touched. */
  admit(key: ServerKey): Admitted;
  /** Takes over a socket whose upgrade was admitted. */
  accept(socket: WebSocket, key: ServerKey): void;
  /** Ends the streams of keys that are not valid any more. */
  revoke(keyIds: readonly string[]): void;
  /** Soon admits nobody, asks all SDKs to reconnect elsewhere, and resolves once they left or were closed. */
  drain(): Promise<void>;
  /** Stops at once; what is counted is written down. */
  close(): Promise<void>;
}

export interface HubOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Names this process among its replicas. */
  readonly replica: string;
  readonly metrics: StreamMetrics;
  readonly limits: StreamLimits;
  readonly pressure: Pick<PressureGauge, 'isOverloaded' | 'isMemoryShort'>;
  /** Whether SDKs of an environment may let values act that are fixed in their own process: not where it is critical. */
  readonly allowsOverrides: (environment: string) => boolean;
}

const TICK_MS = 250;
const TICKS_PER_SECOND = 1_000 / TICK_MS;
/** A wheel of one minute: nothing but the age of a connection is further away. */
const WHEEL_SLOTS = 240;

export function openHub(options: HubOptions): Hub {
  const { store, clock, random, logger, replica, metrics, limits, pressure, allowsOverrides } = options;
  const sessions = new Set<Session>();
  const wheel = createWheel<Session>(TICK_MS, WHEEL_SLOTS);
  const waiters = createWaiters(clock);
  const listeners = new Set<(moved: Moved) => void>();
  const environments = openEnvironments({
    store,
    clock,
    logger,
    metrics,
    waiters,
    onMoved: tell,
  });
  const { channels, readPrimary } = environments;
  const door = openDoor(sessions, {
    clock,
    random,
    limits,
    waiters,
    isOverloaded: () => pressure.isOverloaded(),
    answered: (result) => metrics.handshakes.inc({ result }),
  });
  const desk = createDeliveryDesk({ store, clock, logger, replica, waiters, channels });
  const timers = new Set<Timer>();
  let opened = 0;
  let ticks = 0;
  let unwatch = (): void => {};

  /** What follows environments besides the streams must not keep them from what comes next. */
  function tell(moved: Moved): void {
    for (const listener of listeners) {
      try {
        listener(moved);
      } catch (error) {
        logger.error(
          { err: error, environment: moved.environment },
          'a change was served, and not everybody could follow it',
        );
      }
    }
  }

  const host: SessionHost = {
    clock,
    random,
    limits,
    dispatcher: createDispatcher(),
    encode: createEncoder(limits.encodedBytes),
    transfers: createTurns<Session>(limits.transfers),
    channel: (environment) => channels.get(environment) ?? null,
    readPrimary,
    isOverloaded: () => pressure.isOverloaded(),
    allowsOverrides,
    ended(session) {
      sessions.delete(session);
      wheel.remove(session);
      metrics.ended.inc({ reason: session.connection.endReason });
      waiters.look();
    },
  };

  function repeat(work: () => void, delayMs: () => number): void {
    const timer = clock.setTimer(() => {
      timers.delete(timer);
      if (door.isClosed) return;
      work();
      repeat(work, delayMs);
    }, delayMs());
    timers.add(timer);
  }

  function tick(): void {
    const now = clock.monotonic();
    ticks += 1;
    for (const session of wheel.turn(now)) visit(session);
    for (const session of sessions) if (session.isBehind) session.advance('tick');
    if (ticks % TICKS_PER_SECOND === 0) dropSlowest();
    void desk.write();
  }

  function visit(session: Session): void {
    const delayMs = session.visit();
    if (delayMs !== null) wheel.put(session, clock.monotonic(), delayMs);
  }

  /** Buffers of slow sockets must not take the memory that the others need. */
  function dropSlowest(): void {
    const slow = [...sessions].filter((session) => session.connection.bufferedBytes > 0);
    let total = slow.reduce((sum, session) => sum + session.connection.bufferedBytes, 0);
    const allowed = pressure.isMemoryShort() ? total / 2 : limits.bufferedBytes;
    if (total <= allowed) return;
    for (const session of slow.sort((a, b) => b.connection.bufferedBytes - a.connection.bufferedBytes)) {
      if (total <= allowed) return;
      total -= session.connection.bufferedBytes;
      session.connection.terminate('slow');
    }
  }

  return {
    connections: desk.connections,
    delivery: desk.delivery,
    waitForApplied: desk.waitForApplied,
    waitForVersion: desk.waitForVersion,
    dispatcher: host.dispatcher,
    readPrimary,
    admit: ({ id }) => door.admit(id),
    drain: door.drain,
    get isCurrent() {
      return environments.isCurrent;
    },
    get connectionCount() {
      return sessions.size;
    },
    environments: () => channels.keys(),
    environment: (id) => channels.get(id)?.snapshot ?? null,
    labelOf: (id) => channels.get(id)?.label ?? id,
    browserSent: (id, from, to) => channels.get(id)?.browserSent(from, to),
    browserApplied: (id, from, to) => channels.get(id)?.browserApplied(from, to),
    onMoved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    polled: (environment, poller) => channels.get(environment)?.polled(poller),
    wake() {
      void environments.look();
    },
    async start() {
      await environments.load();
      repeat(tick, () => TICK_MS);
      repeat(
        () => void environments.look(),
        () => limits.pollMs * (0.8 + 0.4 * random()),
      );
      unwatch = store.watch(() => void environments.look());
    },
    accept(socket, key) {
      opened += 1;
      const session = new Session(`${replica}-${opened}`, socket, key, host);
      sessions.add(session);
      visit(session);
    },
    revoke(keyIds) {
      const revoked = new Set(keyIds);
      for (const session of sessions)
        if (revoked.has(session.key.id)) session.connection.end(CLOSES.unauthorized, 'revoked');
    },
    allowsOverrides,
    rulesChanged() {
      for (const session of sessions) session.rulesChanged();
    },
    async close() {
      door.close();
      environments.close();
      unwatch();
      for (const timer of timers) timer.cancel();
      await desk.write();
    },
  };
}
