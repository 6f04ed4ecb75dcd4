import { LIMITS, SCHEMA } from '@glidepath/core';
import { type Basis, type ClientFrame, decodeClientFrame, encode, PROTOCOL_VERSION } from '@glidepath/core/protocol';
import type { WebSocket } from 'ws';
import type { Clock, Random } from '../clock.ts';
import type { Channel } from './channel.ts';
import { CLOSES, Connection } from './connection.ts';
import type { ConnectionView } from './delivery.ts';
import type { Counted } from './delivery-count.ts';
import type { Encoder } from './encoder.ts';
import { keepAlive } from './keep-alive.ts';
import { type Lifetime, openLifetime } from './lifetime.ts';
import type { StreamLimits } from './limits.ts';
import { type Cause, type Dispatcher, type Greeting, heartbeatOf, type Outgoing } from './outgoing.ts';
import type { ServerKey } from './server-key.ts';
import type { Turns } from './turns.ts';

type Hello = Extract<ClientFrame, { t: 'hello' }>;
type Ack = Extract<ClientFrame, { t: 'ack' }>;
type Answer = Extract<Greeting, { kind: 'answer' }>;

/** What all sessions of a process share. */
export interface SessionHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: StreamLimits;
  readonly dispatcher: Dispatcher;
  readonly encode: Encoder;
  /** Whose full transfer may run. */
  readonly transfers: Turns<Session>;
  channel(environment: string): Channel | null;
  /** Reads the database now; false when it cannot be reached in time. */
  readPrimary(): Promise<boolean>;
  /** Whether full transfers may start. */
  isOverloaded(): boolean;
  /** Whether SDKs of an environment may let values act that are fixed in their own process. */
  allowsOverrides(environment: string): boolean;
  ended(session: Session): void;
}

/** An SDK waits at least five seconds between resyncs; one that does not is broken. */
const RESYNC_MIN_MS = 1_000;

/** Reports of one connection that are told in the log: whoever holds a key must not be able to fill the disk. */
const REPORTS_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

/**
 * One SDK: says hello, gets what it misses, acknowledges and is heard.
 * What it is sent is the dispatcher's decision, when something is due is the lifetime's.
 */
export class Session implements Counted {
  countedTo = 0;
  readonly id: string;
  readonly key: ServerKey;
  readonly connection: Connection;
  readonly #host: SessionHost;
  readonly #lifetime: Lifetime;
  readonly #connectedAt: number;
  #hello: Hello | null = null;
  #channel: Channel | null = null;
  #outgoing: Outgoing | null = null;
  #applied: number | null = null;
  #unsupported: readonly string[] = [];
  #resyncAt = Number.NEGATIVE_INFINITY;
  /** What the welcome said; null before it. */
  #areOverridesAllowed: boolean | null = null;
  #reports = { since: Number.NEGATIVE_INFINITY, told: 0 };

  constructor(id: string, socket: WebSocket, key: ServerKey, host: SessionHost) {
    this.id = id;
    this.key = key;
    this.#host = host;
    this.#connectedAt = host.clock.now();
    this.#lifetime = openLifetime(host.clock.monotonic(), host.limits, host.random);
    this.connection = new Connection(socket, {
      received: (content, isBinary) => this.#receive(content, isBinary),
      closed: () => this.#closed(),
    });
  }

  /** Whether it still has to be sent something, and is not just waiting for its turn. */
  get isBehind(): boolean {
    const snapshot = this.#channel?.snapshot;
    if (snapshot === undefined || this.#outgoing === null || this.#host.transfers.awaits(this)) return false;
    const { handed, transfer, lag } = this.#outgoing;
    const isThere = handed?.version === snapshot.version && handed.epoch === snapshot.epoch;
    return !isThere || transfer !== null || lag.since !== null;
  }

  /** Sends what the dispatcher finds right to send now. */
  advance(cause: Cause): void {
    const snapshot = this.#channel?.snapshot;
    if (snapshot === undefined || this.#outgoing === null || !this.connection.isOpen) return;
    const { dispatcher, clock, transfers, isOverloaded } = this.#host;
    const step = dispatcher.next(this.#outgoing, {
      snapshot,
      cause,
      buffered: this.connection.bufferedBytes,
      now: clock.monotonic(),
      mayTransfer: transfers.has(this),
    });
    this.#outgoing = step.outgoing;
    this.#sendShared(step.frames);
    if (step.next === 'terminate') this.connection.terminate('slow');
    else if (step.next === 'needs-transfer' && !isOverloaded()) transfers.ask(this, () => this.advance('tick'));
  }

  /** Does what is due; returns the milliseconds until something can be due again, null when it has ended. */
  visit(): number | null {
    const { connection } = this;
    const living = { lifetime: this.#lifetime, connection, lateCode: CLOSES.helloTimeout, beat: () => this.#beat() };
    return keepAlive(living, this.#host);
  }

  /** The rules of environments have changed: a welcome is said once, so who was told something else has to come again. */
  rulesChanged(): void {
    const areAllowed = this.#host.allowsOverrides(this.key.environment);
    if (this.#areOverridesAllowed === null || this.#areOverridesAllowed === areAllowed) return;
    this.#areOverridesAllowed = null;
    this.connection.goodbye('age');
  }

  /** Null until it said hello. */
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

  #receive(content: Buffer, isBinary: boolean): void {
    if (!this.connection.isOpen) return;
    this.#lifetime.heardAt = this.#host.clock.monotonic();
    const isLong = this.#hello === null && content.length > this.#host.limits.helloBytes;
    if (isBinary) this.connection.end(CLOSES.binary, 'protocol');
    else if (isLong) this.connection.end(CLOSES.tooBig, 'protocol');
    else this.#decode(content.toString());
  }

  #decode(text: string): void {
    const decoded = decodeClientFrame(text);
    if (decoded.kind === 'malformed') this.connection.end(CLOSES.malformed, 'protocol');
    if (decoded.kind !== 'frame') return;
    const { frame } = decoded;
    const isOutOfOrder = (frame.t === 'hello') !== (this.#hello === null);
    if (isOutOfOrder) this.connection.end(CLOSES.again, 'protocol');
    else if (frame.t === 'hello') this.#greet(frame);
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
        this.#resync(frame.basis);
        break;
      case 'report':
        if (this.#mayReport()) channel.breakerOpened(frame.flag, frame.variation);
        break;
      case 'hb':
        break;
    }
  }

  #mayReport(): boolean {
    const now = this.#host.clock.monotonic();
    if (now - this.#reports.since >= MINUTE_MS) this.#reports = { since: now, told: 0 };
    this.#reports.told += 1;
    return this.#reports.told <= REPORTS_PER_MINUTE;
  }

  #greet(hello: Hello): void {
    if (hello.proto !== PROTOCOL_VERSION) {
      this.connection.end(CLOSES.again, 'protocol');
      return;
    }
    this.#hello = hello;
    this.#lifetime.helloAt = this.#host.clock.monotonic();
    this.#answerTo(hello.basis, (channel, answer) => this.#welcome(channel, answer));
  }

  #resync(basis: Basis | null): void {
    const now = this.#host.clock.monotonic();
    if (now - this.#resyncAt < RESYNC_MIN_MS) {
      this.connection.end(CLOSES.again, 'protocol');
      return;
    }
    this.#resyncAt = now;
    this.#answerTo(basis, (channel, answer) => {
      this.#continueFrom(channel, answer);
      // Nothing to send is an answer too.
      if (answer.intent === 'none') this.#beat();
    });
  }

  /** Decides from memory, unless the SDK knows more than this process, or an environment that this process has not seen. */
  #answerTo(basis: Basis | null, answered: (channel: Channel, answer: Answer) => void): void {
    const { dispatcher, channel: channelOf, readPrimary } = this.#host;
    const channel = channelOf(this.key.environment);
    const greeting = channel && dispatcher.greet(basis, channel.snapshot, false);
    if (channel !== null && greeting?.kind === 'answer') {
      answered(channel, greeting);
      return;
    }
    void readPrimary().then((isRead) => {
      if (!this.connection.isOpen) return;
      const fresh = isRead ? channelOf(this.key.environment) : null;
      const answer = fresh && dispatcher.greet(basis, fresh.snapshot, true);
      if (fresh !== null && answer?.kind === 'answer') answered(fresh, answer);
      else this.connection.end(CLOSES.later, 'unavailable');
    });
  }

  #welcome(channel: Channel, answer: Answer): void {
    const { epoch, version, digest } = channel.snapshot;
    const { frameBytes: frame, payloadItems: items, payloadBytes: bytes } = LIMITS;
    const { intent, reason, rebase } = answer;
    const areOverridesAllowed = this.#host.allowsOverrides(this.key.environment);
    this.#areOverridesAllowed = areOverridesAllowed;
    this.#channel = channel;
    this.#applied = answer.outgoing.handed?.version ?? null;
    channel.join(this);
    this.connection.send(
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
        ...(areOverridesAllowed && { overrides: true }),
      }),
    );
    this.#continueFrom(channel, answer);
  }

  #continueFrom(channel: Channel, { intent, reason, outgoing }: Answer): void {
    channel.answered(intent, reason);
    this.#outgoing = outgoing;
    this.advance('tick');
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
    if (snapshot === undefined || this.#outgoing === null || this.connection.bufferedBytes > 0) return;
    this.connection.send(encode({ t: 'hb', ...heartbeatOf(this.#outgoing, snapshot) }));
  }

  #sendShared(texts: readonly string[]): void {
    const { transfers, encode: encoded } = this.#host;
    const holdsTurn = transfers.has(this);
    if (holdsTurn && texts.length === 0 && this.#outgoing?.transfer === null) transfers.leave(this);
    for (const [index, text] of texts.entries()) {
      const isLast = index === texts.length - 1;
      this.connection.send(encoded(text), holdsTurn && isLast ? () => this.#flushed() : undefined);
    }
  }

  /** All that was handed to the socket has reached the system. */
  #flushed(): void {
    if (this.#outgoing?.transfer) this.advance('tick');
    else this.#host.transfers.leave(this);
  }

  #closed(): void {
    this.#host.transfers.leave(this);
    this.#channel?.leave(this);
    this.#host.ended(this);
  }
}
