import { LIMITS, SCHEMA } from '@glidepath/core';
import {
  type Basis,
  CLOSE,
  type ClientFrame,
  decodeClientFrame,
  encode,
  type GoodbyeReason,
  PROTOCOL_VERSION,
} from '@glidepath/core/protocol';
import type { WebSocket } from 'ws';
import type { Clock, Random } from '../clock.ts';
import type { StreamMetrics } from '../metrics/metrics.ts';
import type { Channel } from './channel.ts';
import type { ConnectionView } from './delivery.ts';
import type { Counted } from './delivery-count.ts';
import type { Encoder } from './encoder.ts';
import { beaten, dueOf, type Lifetime, nextVisitMs, openLifetime } from './lifetime.ts';
import type { StreamLimits } from './limits.ts';
import { type Cause, type Dispatcher, type Greeting, heartbeatOf, type Outgoing } from './outgoing.ts';
import type { ServerKey } from './server-key.ts';
import type { Turns } from './turns.ts';

type Hello = Extract<ClientFrame, { t: 'hello' }>;
type Ack = Extract<ClientFrame, { t: 'ack' }>;
type Answer = Extract<Greeting, { kind: 'answer' }>;

/** Why a connection ended; a label of the figures. */
export type EndReason = 'peer' | 'hello' | 'silent' | 'slow' | 'revoked' | 'protocol' | 'unavailable' | 'restart';

/** What all sessions of a process share. */
export interface SessionHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: StreamLimits;
  readonly metrics: StreamMetrics;
  readonly dispatcher: Dispatcher;
  readonly encode: Encoder;
  /** Whose full transfer may run. */
  readonly transfers: Turns<Session>;
  channel(environment: string): Channel | null;
  /** Reads the database now; false when it cannot be reached in time. */
  readPrimary(): Promise<boolean>;
  /** Whether full transfers may start. */
  isOverloaded(): boolean;
  ended(session: Session): void;
}

/** Close codes of RFC 6455 that have no name of their own in the protocol. */
const CLOSE_PLAIN = { binary: 1003, malformed: 1007, later: 1013 } as const;

/** An SDK waits at least five seconds between resyncs; one that does not is broken. */
const RESYNC_MIN_MS = 1_000;

/** One connection: says hello, gets what it misses, acknowledges, is heard and ends. What it gets is the dispatcher's decision. */
export class Session implements Counted {
  countedTo = 0;
  readonly id: string;
  readonly key: ServerKey;
  readonly #host: SessionHost;
  readonly #socket: WebSocket;
  readonly #lifetime: Lifetime;
  readonly #connectedAt: number;
  #hello: Hello | null = null;
  #channel: Channel | null = null;
  #outgoing: Outgoing | null = null;
  #applied: number | null = null;
  #unsupported: readonly string[] = [];
  #resyncAt = Number.NEGATIVE_INFINITY;
  #endReason: EndReason = 'peer';

  constructor(id: string, socket: WebSocket, key: ServerKey, host: SessionHost) {
    this.id = id;
    this.key = key;
    this.#host = host;
    this.#socket = socket;
    this.#connectedAt = host.clock.now();
    this.#lifetime = openLifetime(host.clock.monotonic(), host.limits, host.random);
    socket.on('message', (content: Buffer, isBinary: boolean) => this.#receive(content, isBinary));
    socket.on('close', () => this.#closed());
    // The socket closes itself after an error; without a listener the error would end the process.
    socket.on('error', () => {});
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Whether it still has to be sent something, and is not just waiting for its turn. */
  get isBehind(): boolean {
    const snapshot = this.#channel?.snapshot;
    if (snapshot === undefined || this.#outgoing === null || this.#host.transfers.awaits(this)) return false;
    const { handed, transfer, lag } = this.#outgoing;
    return (
      transfer !== null || lag.since !== null || handed?.version !== snapshot.version || handed.epoch !== snapshot.epoch
    );
  }

  /** Sends what the dispatcher finds right to send now. */
  advance(cause: Cause): void {
    const snapshot = this.#channel?.snapshot;
    if (snapshot === undefined || this.#outgoing === null || !this.#isOpen()) return;
    const { dispatcher, clock, transfers } = this.#host;
    const step = dispatcher.next(this.#outgoing, {
      snapshot,
      cause,
      buffered: this.#socket.bufferedAmount,
      now: clock.monotonic(),
      mayTransfer: transfers.has(this),
    });
    this.#outgoing = step.outgoing;
    this.#sendShared(step.frames);
    if (step.next === 'terminate') this.terminate('slow');
    else if (step.next === 'needs-transfer' && !this.#host.isOverloaded())
      transfers.ask(this, () => this.advance('tick'));
  }

  /** Does what is due; returns the milliseconds until something can be due again, null when it has ended. */
  visit(): number | null {
    const now = this.#host.clock.monotonic();
    const { limits, random } = this.#host;
    switch (dueOf(this.#lifetime, now, limits)) {
      case 'hello-timeout':
        this.end(CLOSE.helloTimeout, 'hello');
        return null;
      case 'silent':
        this.terminate('silent');
        return null;
      case 'age':
        this.#lifetime.ageAt = null;
        this.goodbye('age');
        break;
      case 'heartbeat':
        beaten(this.#lifetime, now, limits, random);
        this.#beat();
        break;
      case 'nothing':
        break;
    }
    return nextVisitMs(this.#lifetime, now, limits);
  }

  /** Asks the SDK to leave, at a random moment within `spreadMs`. */
  goodbye(reason: GoodbyeReason, spreadMs?: number): void {
    this.#send(encode({ t: 'goodbye', reason, ...(spreadMs !== undefined && { spread: spreadMs }) }));
  }

  /** Closes with a code, after saying why where the protocol has a word for it. */
  end(code: number, reason: EndReason): void {
    if (!this.#isOpen()) return;
    this.#endReason = reason;
    if (reason === 'revoked' || reason === 'hello' || reason === 'protocol') this.goodbye(reason);
    this.#socket.close(code);
  }

  /** Cuts the connection without a farewell: the other side does not read. */
  terminate(reason: EndReason): void {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    this.#endReason = reason;
    this.#socket.terminate();
  }

  view(): ConnectionView | null {
    if (this.#hello === null) return null;
    return {
      id: this.id,
      sdk: this.#hello.sdk,
      application: this.#hello.app,
      connectedAt: this.#connectedAt,
      version: this.#applied,
      lastSeenMs: Math.round(this.#host.clock.monotonic() - this.#lifetime.heardAt),
      unsupported: this.#unsupported,
    };
  }

  get endReason(): EndReason {
    return this.#endReason;
  }

  #receive(content: Buffer, isBinary: boolean): void {
    if (!this.#isOpen()) return;
    this.#lifetime.heardAt = this.#host.clock.monotonic();
    const isLong = this.#hello === null && content.length > this.#host.limits.helloBytes;
    if (isBinary) this.end(CLOSE_PLAIN.binary, 'protocol');
    else if (isLong) this.end(CLOSE.tooBig, 'protocol');
    else this.#decode(content.toString());
  }

  #decode(text: string): void {
    const decoded = decodeClientFrame(text);
    if (decoded.kind === 'malformed') this.end(CLOSE_PLAIN.malformed, 'protocol');
    if (decoded.kind !== 'frame') return;
    const { frame } = decoded;
    const isOutOfOrder = (frame.t === 'hello') !== (this.#hello === null);
    if (isOutOfOrder) this.end(CLOSE.again, 'protocol');
    else if (frame.t === 'hello') this.#greeted(frame);
    else if (this.#channel !== null) this.#handle(frame, this.#channel);
  }

  #handle(frame: Exclude<ClientFrame, Hello>, channel: Channel): void {
    switch (frame.t) {
      case 'ack':
        this.#acknowledged(frame, channel);
        break;
      case 'nack':
        channel.refused(frame.v, frame.code);
        break;
      case 'resync':
        this.#resync(frame.basis, channel);
        break;
      case 'report':
        channel.breakerOpened(frame.flag, frame.variation);
        break;
      case 'hb':
        break;
    }
  }

  #greeted(hello: Hello): void {
    if (hello.proto !== PROTOCOL_VERSION) {
      this.end(CLOSE.again, 'protocol');
      return;
    }
    this.#hello = hello;
    this.#lifetime.helloAt = this.#host.clock.monotonic();
    const channel = this.#host.channel(this.key.environment);
    const greeting = channel && this.#host.dispatcher.greet(hello.basis, channel.snapshot, false);
    if (channel === null || greeting?.kind !== 'answer') {
      this.#askPrimary(hello.basis, (fresh, answer) => this.#welcome(fresh, answer));
    } else this.#welcome(channel, greeting);
  }

  /** The SDK knows more than this process, or an environment that this process has not seen. */
  #askPrimary(basis: Basis | null, answered: (channel: Channel, greeting: Answer) => void): void {
    void this.#host.readPrimary().then((isRead) => {
      if (!this.#isOpen()) return;
      const channel = isRead ? this.#host.channel(this.key.environment) : null;
      const greeting = channel && this.#host.dispatcher.greet(basis, channel.snapshot, true);
      if (channel === null || greeting?.kind !== 'answer') this.end(CLOSE_PLAIN.later, 'unavailable');
      else answered(channel, greeting);
    });
  }

  #welcome(channel: Channel, greeting: Answer): void {
    const { epoch, version, digest } = channel.snapshot;
    const { frameBytes: frame, payloadItems: items, payloadBytes: bytes } = LIMITS;
    const { intent, reason, rebase } = greeting;
    this.#channel = channel;
    this.#applied = greeting.outgoing.handed?.version ?? null;
    channel.join(this);
    this.#send(
      encode({
        t: 'welcome',
        conn: this.id,
        epoch,
        head: version,
        digest,
        intent,
        reason,
        rebase,
        hb: this.#host.limits.heartbeatMs,
        schema: SCHEMA,
        limits: { frame, items, bytes },
      }),
    );
    this.#continueFrom(channel, greeting);
  }

  #continueFrom(channel: Channel, { intent, reason, outgoing }: Answer): void {
    channel.answered(intent, reason);
    this.#outgoing = outgoing;
    this.advance('tick');
  }

  #resync(basis: Basis | null, channel: Channel): void {
    const now = this.#host.clock.monotonic();
    if (now - this.#resyncAt < RESYNC_MIN_MS) {
      this.end(CLOSE.again, 'protocol');
      return;
    }
    this.#resyncAt = now;
    const greeting = this.#host.dispatcher.greet(basis, channel.snapshot, false);
    if (greeting.kind === 'read-primary') this.#askPrimary(basis, (fresh, answer) => this.#resynced(fresh, answer));
    else this.#resynced(channel, greeting);
  }

  #resynced(channel: Channel, greeting: Answer): void {
    this.#continueFrom(channel, greeting);
    // Nothing to send is an answer too.
    if (greeting.intent === 'none') this.#beat();
  }

  #acknowledged({ v, d8, heldMs, unsupported = [] }: Ack, channel: Channel): void {
    if (!channel.hasState(v, d8)) return;
    this.#applied = v;
    this.#unsupported = unsupported;
    channel.acknowledged(this, v, heldMs);
  }

  #beat(): void {
    this.advance('tick');
    const snapshot = this.#channel?.snapshot;
    // A heartbeat behind what the socket has not taken yet would say nothing.
    if (snapshot === undefined || this.#outgoing === null || this.bufferedBytes > 0) return;
    this.#send(encode({ t: 'hb', ...heartbeatOf(this.#outgoing, snapshot) }));
  }

  /** All that was handed to the socket has reached the system. */
  #flushed(): void {
    if (this.#outgoing?.transfer) this.advance('tick');
    else this.#host.transfers.leave(this);
  }

  #sendShared(texts: readonly string[]): void {
    const holdsTurn = this.#host.transfers.has(this);
    if (holdsTurn && texts.length === 0 && this.#outgoing?.transfer === null) this.#host.transfers.leave(this);
    for (const [index, text] of texts.entries()) {
      const isLast = index === texts.length - 1;
      this.#send(this.#host.encode(text), holdsTurn && isLast ? () => this.#flushed() : undefined);
    }
  }

  #send(frame: string | Buffer, flushed?: () => void): void {
    // What is sent to a closing socket stays in its buffer.
    if (!this.#isOpen()) return;
    // A failure to send is seen as the close that follows it.
    this.#socket.send(frame, { binary: false }, (error) => {
      if (!error) flushed?.();
    });
  }

  #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #closed(): void {
    this.#host.transfers.leave(this);
    this.#channel?.leave(this);
    this.#host.ended(this);
  }
}
