import type { SdkKey } from '../auth/principal.ts';
import type { Clock, Random, Timer } from '../clock.ts';
import { type Refusal, RefusedError } from '../errors.ts';
import type { Audience, FlagSet, FlagSets } from '../served/flag-sets.ts';
import { type Admission, createAdmission } from '../stream/admission.ts';
import type { Moved } from '../stream/environments.ts';
import type { StreamLimits } from '../stream/limits.ts';
import { createWheel } from '../stream/wheel.ts';
import type { EventSink } from './event-sink.ts';

/** Streams that tell clients when to evaluate again; what has changed they ask for themselves. */
export interface EventStreams {
  /** Refuses when there are too many streams; to be asked before a stream is opened. */
  admit(key: SdkKey): void;
  /** `bookmark` is the state of the environment that the client has, as far as it says. */
  open(key: SdkKey, sink: EventSink, bookmark: string | null): OpenStream;
  /** An environment has moved on. */
  moved(moved: Moved): void;
  /** Ends the streams of keys that are not valid any more. */
  revoke(keyIds: readonly string[]): void;
  readonly size: number;
  /** Ends all of them and lets nobody in. */
  close(): void;
}

export interface OpenStream {
  /** The other side has gone. */
  closed(): void;
}

interface Stream {
  readonly key: SdkKey;
  readonly audience: Audience;
  readonly sink: EventSink;
  /** When the client is asked to evaluate again; null = nothing has changed. */
  notifyAt: number | null;
  /** When it is asked to in any case, for a new ticket. */
  renewAt: number;
  beatAt: number;
}

interface Listeners {
  /** What they have been told of. */
  set: FlagSet;
  readonly streams: Set<Stream>;
}

const TIMES = {
  tickMs: 250,
  heartbeatMs: 25_000,
  renewMs: 600_000,
  /** A change must not bring all clients of an environment at once. */
  spreadMs: 2_000,
  /** Clients come back after so long, when the stream is lost. */
  retryMs: { min: 1_000, spread: 4_000 },
} as const;

/** What may wait for a reader: some hundred events, after all that the system has buffered. */
const BUFFERED_BYTES = 16 * 1_024;
/** One key must leave room for others. */
const SHARE_OF_KEY = 0.8;
const WHEEL_SLOTS = 240;
const REFETCH = 'event: message\ndata: {"type":"refetchEvaluation"}\n';

export interface EventStreamDeps {
  readonly clock: Pick<Clock, 'monotonic' | 'setTimer'>;
  readonly random: Random;
  readonly flagSets: FlagSets;
  readonly limits: StreamLimits;
  readonly isOverloaded: () => boolean;
}

export function openEventStreams({ clock, random, flagSets, limits, isOverloaded }: EventStreamDeps): EventStreams {
  const environments = new Map<string, Listeners>();
  const perKey = new Map<string, number>();
  const wheel = createWheel<Stream>(TIMES.tickMs, WHEEL_SLOTS);
  const admission = admissionOf(limits, random);
  let timer: Timer | null = null;
  let isClosed = false;

  function schedule(stream: Stream, now: number): void {
    const next = Math.min(stream.notifyAt ?? Number.POSITIVE_INFINITY, stream.renewAt, stream.beatAt);
    wheel.put(stream, now, next - now);
    timer ??= clock.setTimer(tick, TIMES.tickMs);
  }

  function tick(): void {
    timer = null;
    const now = clock.monotonic();
    for (const stream of wheel.turn(now)) visit(stream, now);
    if (wheel.size > 0) timer ??= clock.setTimer(tick, TIMES.tickMs);
  }

  function visit(stream: Stream, now: number): void {
    if (stream.sink.bufferedBytes > BUFFERED_BYTES) {
      drop(stream);
      stream.sink.cut();
      return;
    }
    if (now >= stream.renewAt) renew(stream, now);
    if (stream.notifyAt !== null && now >= stream.notifyAt) tell(stream, now);
    else if (now >= stream.beatAt) beat(stream, now);
    schedule(stream, now);
  }

  function renew(stream: Stream, now: number): void {
    stream.notifyAt = now;
    stream.renewAt = now + TIMES.renewMs + random() * TIMES.spreadMs;
  }

  function tell(stream: Stream, now: number): void {
    stream.notifyAt = null;
    stream.sink.write(`${bookmarkOf(stream)}${REFETCH}\n`);
    stream.beatAt = now + TIMES.heartbeatMs;
  }

  function beat(stream: Stream, now: number): void {
    // Whoever still has to be told keeps the bookmark of before: a stream that is lost until then tells at its return.
    stream.sink.write(`: still here\n${stream.notifyAt === null ? bookmarkOf(stream) : ''}\n`);
    stream.beatAt = now + TIMES.heartbeatMs;
  }

  function bookmarkOf({ key }: Stream): string {
    const set = environments.get(key.environment)?.set;
    return set === undefined ? '' : `id: ${stateOf(set)}\n`;
  }

  function notify(stream: Stream, urgent: boolean): void {
    const now = clock.monotonic();
    const at = urgent ? now : now + random() * TIMES.spreadMs;
    stream.notifyAt = Math.min(stream.notifyAt ?? Number.POSITIVE_INFINITY, at);
    if (urgent) visit(stream, now);
    else schedule(stream, now);
  }

  function drop(stream: Stream): void {
    const { id, environment } = stream.key;
    const listeners = environments.get(environment);
    if (!listeners?.streams.delete(stream)) return;
    wheel.remove(stream);
    if (listeners.streams.size === 0) environments.delete(environment);
    const left = (perKey.get(id) ?? 1) - 1;
    if (left === 0) perKey.delete(id);
    else perKey.set(id, left);
  }

  function end(stream: Stream): void {
    drop(stream);
    stream.sink.end();
  }

  function sizeOf(): number {
    let size = 0;
    for (const { streams } of environments.values()) size += streams.size;
    return size;
  }

  return {
    get size() {
      return sizeOf();
    },
    admit({ id }) {
      if (isClosed) throw new RefusedError({ ...STOPPING, retryAfter: 1 + Math.floor(5 * random()) });
      const now = clock.monotonic();
      const answer = admission.admit({ now, key: id, openConnections: sizeOf(), overloaded: isOverloaded() });
      if (answer.kind === 'refused') throw new RefusedError({ ...FULL, retryAfter: answer.retryAfterSeconds });
      if ((perKey.get(id) ?? 0) < Math.ceil(limits.connections * SHARE_OF_KEY)) return;
      throw new RefusedError({ ...TOO_MANY, retryAfter: 10 + Math.floor(20 * random()) });
    },
    open(key, sink, bookmark) {
      const now = clock.monotonic();
      const set = flagSets.current(key.environment);
      if (set === null) throw new Error('a stream of an environment that is not served');
      const stream: Stream = {
        key,
        audience: audienceOf(key),
        sink,
        notifyAt: null,
        renewAt: now + TIMES.renewMs + random() * TIMES.spreadMs,
        // The first one comes after a part of the interval: then those of a storm are spread.
        beatAt: now + random() * TIMES.heartbeatMs,
      };
      const listeners = environments.get(key.environment) ?? { set, streams: new Set() };
      environments.set(key.environment, listeners);
      listeners.streams.add(stream);
      perKey.set(key.id, (perKey.get(key.id) ?? 0) + 1);
      sink.write(`retry: ${Math.round(TIMES.retryMs.min + random() * TIMES.retryMs.spread)}\n: welcome\n\n`);
      if (bookmark !== null && bookmark !== stateOf(listeners.set)) notify(stream, false);
      else schedule(stream, now);
      return { closed: () => drop(stream) };
    },
    moved({ environment, urgent }) {
      const listeners = environments.get(environment);
      if (listeners === undefined) return;
      const set = flagSets.current(environment);
      const { set: earlier, streams } = listeners;
      if (set === null) {
        for (const stream of streams) end(stream);
        return;
      }
      listeners.set = set;
      const audiences = [...new Set(Array.from(streams, ({ audience }) => audience))];
      const concerned = new Set(audiences.filter((audience) => set.affectedSince(earlier, audience).length > 0));
      for (const stream of streams) if (concerned.has(stream.audience)) notify(stream, urgent);
    },
    revoke(keyIds) {
      const revoked = new Set(keyIds);
      for (const { streams } of environments.values())
        for (const stream of streams) if (revoked.has(stream.key.id)) end(stream);
    },
    close() {
      isClosed = true;
      timer?.cancel();
      for (const { streams } of environments.values()) for (const stream of streams) end(stream);
    },
  };
}

/** Names the state of an environment: what a stream's `id` and the `since` of its URL hold. */
export function stateOf({ snapshot }: FlagSet): string {
  return `${snapshot.epoch}.${snapshot.version}`;
}

export function audienceOf({ kind }: SdkKey): Audience {
  return kind === 'server-key' ? 'everything' : 'client-side';
}

/** Visitors of one site come with one key: what holds for the whole process is limit enough for their rate. */
function admissionOf(limits: StreamLimits, random: Random): Admission {
  return createAdmission({ ...limits, handshakesPerSecondOfKey: limits.handshakesPerSecond }, random);
}

const STOPPING: Refusal = {
  code: 'unavailable',
  detail: 'This server is about to stop. Connect again: another one answers.',
};
const FULL: Refusal = {
  code: 'unavailable',
  detail: 'This server has as many event streams as it may. Wait as long as Retry-After says, or add a replica.',
};
const TOO_MANY: Refusal = {
  code: 'too-many-requests',
  detail: 'This key has as many event streams as one key may. Wait as long as Retry-After says.',
};
