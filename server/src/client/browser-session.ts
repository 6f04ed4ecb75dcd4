import { BROWSER_CLOSE } from '@glidepath/core/protocol';
import type { WebSocket } from 'ws';
import type { ClientKey } from '../auth/principal.ts';
import type { Clock, Random } from '../clock.ts';
import { CLOSES, Connection } from '../stream/connection.ts';
import { keepAlive } from '../stream/keep-alive.ts';
import { caughtUp, fellBehind, isHopeless, KEEPS_UP } from '../stream/lagging.ts';
import { type Lifetime, openLifetime } from '../stream/lifetime.ts';
import { type Allowance, allowanceOf, take } from './allowance.ts';
import type { At, Audience } from './audience.ts';
import { type Asked, type ClaimedBasis, type Hello, type Identify, readFrame } from './browser-frames.ts';
import type { Identified, Identity } from './identity.ts';
import type { BrowserLimits } from './limits.ts';
import { type Difference, NOTHING_TOLD, type Told, textOfValues } from './values.ts';

/** Why values are looked at; a label of the figures. */
export type EvaluationCause = 'hello' | 'identify' | 'change' | 'urgent';

/** What all browsers of a process share. */
export interface BrowserHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: BrowserLimits;
  /** The key that a hello names, where this browser may use it and another connection may be opened; else ends it. */
  welcome(session: BrowserSession, id: string, basis: ClaimedBasis): Promise<Welcome | null>;
  /** Whether this key and network may have another context evaluated. */
  mayEvaluate(session: BrowserSession): boolean;
  identify(asked: Asked, key: ClientKey): Identified;
  /** Asks for a `refresh` after so long, unless it waits for one already. */
  refreshIn(session: BrowserSession, delayMs: number): void;
  /** Asks for a `visit` after so long, in place of the one that it waits for. */
  visitIn(session: BrowserSession, delayMs: number): void;
  encode(text: string): Buffer;
  /** Values that were sent because of the versions after `from`, up to `to`. */
  sent(session: BrowserSession, from: number, to: number): void;
  applied(session: BrowserSession, from: number, to: number): void;
  evaluated(cause: EvaluationCause): void;
  framed(frame: string): void;
  /** Something broke on our side. */
  failed(session: BrowserSession, error: unknown): void;
  ended(session: BrowserSession): void;
}

export interface Welcome {
  readonly key: ClientKey;
  readonly audience: Audience;
  readonly overrides: boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A policy violation, of RFC 6455. */
const POLICY = 1008;
/** What was sent and is not acknowledged: whoever never does is not counted on. */
const MOST_SPANS = 32;

/** One page: says who it is for, gets values, and then what differs. Keeps its context and no value. */
export class BrowserSession {
  readonly id: string;
  readonly connection: Connection;
  readonly origin: string | undefined;
  /** Of its address. */
  readonly network: string;
  readonly #host: BrowserHost;
  readonly #lifetime: Lifetime;
  readonly #frames: Allowance;
  readonly #identifies: Allowance;
  #state: 'silent' | 'greeting' | 'open' = 'silent';
  #key: ClientKey | null = null;
  #audience: Audience | null = null;
  #identity: Identity | null = null;
  /** As it was told; null where it has to come again to be told. */
  #areOverridesAllowed: boolean | null = null;
  #n = 0;
  /** The newest context that was asked for, while it has to wait. */
  #waiting: Identify | null = null;
  #at: At | null = null;
  #told: Told = NOTHING_TOLD.told;
  #count = NOTHING_TOLD.count;
  /** What it was told of is not all: its socket does not take more. */
  #lag = KEEPS_UP;
  #evaluatedAt = Number.NEGATIVE_INFINITY;
  #spans: readonly Span[] = [];

  constructor(
    id: string,
    socket: WebSocket,
    from: { readonly origin: string | undefined; readonly network: string },
    host: BrowserHost,
  ) {
    this.id = id;
    this.origin = from.origin;
    this.network = from.network;
    this.#host = host;
    const now = host.clock.monotonic();
    this.#lifetime = openLifetime(now, host.limits, host.random);
    this.#frames = allowanceOf(host.limits.frames, now);
    this.#identifies = allowanceOf(host.limits.identifies, now);
    this.connection = new Connection(socket, {
      received: (content, isBinary) => this.#receive(content, isBinary),
      closed: () => host.ended(this),
      pinged: () => this.#maySend(),
    });
  }

  /** Null until it said hello. */
  get key(): ClientKey | null {
    return this.#key;
  }

  get audience(): Audience | null {
    return this.#audience;
  }

  /** How far its context is believed; null until it is known. */
  get trust(): Identity['trust'] | null {
    return this.#identity?.trust ?? null;
  }

  /** Does what is due; returns the milliseconds until something can be due again, null when it has ended. */
  visit(): number | null {
    if (this.#validMs() <= 0) this.#end(BROWSER_CLOSE.forbidden);
    const { ageSpreadMs } = this.#host.limits;
    const [lifetime, connection, lateCode] = [this.#lifetime, this.connection, BROWSER_CLOSE.late];
    const living = { lifetime, connection, lateCode, ageSpreadMs, beat: () => this.#beat() };
    const nextMs = keepAlive(living, this.#host);
    return nextMs === null || !connection.isOpen ? nextMs : Math.min(nextMs, this.#validMs());
  }

  /** Milliseconds for which what vouches for its context is valid. */
  #validMs(): number {
    const { trust } = this;
    const until = trust?.kind === 'signed' ? trust.until : null;
    return until === null ? Number.POSITIVE_INFINITY : until - this.#host.clock.now();
  }

  /** A welcome is said once: whoever was told something else has to come again. */
  rulesChanged(areOverridesAllowed: boolean): void {
    if (this.#areOverridesAllowed === null || this.#areOverridesAllowed === areOverridesAllowed) return;
    this.#areOverridesAllowed = null;
    this.connection.goodbye('age', this.#host.limits.ageSpreadMs);
  }

  /** The environment has moved: an urgent change is told at once, others are gathered for a moment. */
  moved(isUrgent: boolean): void {
    if (this.#at === null) return;
    if (isUrgent) this.#advance('urgent');
    else this.#host.refreshIn(this, this.#restMs());
  }

  /** Its moment has come: a context that waits, or what has changed meanwhile. */
  refresh(): void {
    if (this.#waiting !== null) this.#identifyNow(this.#waiting);
    else this.#advance('change');
  }

  /** Milliseconds until values may be looked at again. */
  #restMs(): number {
    const { clock, limits, random } = this.#host;
    const { min, max } = limits.batchMs;
    const rested = this.#evaluatedAt + limits.restMs - clock.monotonic();
    return Math.max(min + (max - min) * random(), rested);
  }

  #receive(content: Buffer, isBinary: boolean): void {
    if (!this.connection.isOpen) return;
    const { clock, limits } = this.#host;
    this.#lifetime.heardAt = clock.monotonic();
    if (!this.#maySend()) return;
    if (isBinary) this.connection.end(CLOSES.binary, 'protocol');
    else if (content.length > limits.helloBytes) this.connection.end(CLOSES.tooBig, 'protocol');
    else this.#read(content.toString());
  }

  /** Whoever floods is cut off. */
  #maySend(): boolean {
    const { clock, limits } = this.#host;
    if (take(this.#frames, limits.frames, clock.monotonic())) return true;
    this.connection.end(POLICY, 'protocol');
    return false;
  }

  #read(text: string): void {
    const received = readFrame(text);
    if (received.kind === 'malformed') this.#end(BROWSER_CLOSE.malformed);
    if (received.kind !== 'frame') return;
    const { frame } = received;
    const isOutOfOrder = (frame.t === 'hello') !== (this.#state === 'silent');
    if (isOutOfOrder) this.#end(BROWSER_CLOSE.malformed);
    else if (frame.t === 'hello') this.#greet(frame).catch((error: unknown) => this.#host.failed(this, error));
    else if (frame.t === 'identify') this.#asked(frame);
    else if (frame.t === 'ack') this.#acknowledged(frame.v);
  }

  async #greet(hello: Hello): Promise<void> {
    this.#state = 'greeting';
    this.#lifetime.helloAt = this.#host.clock.monotonic();
    this.#n = hello.n;
    const welcome = await this.#host.welcome(this, hello.id, hello.basis);
    if (welcome === null || !this.connection.isOpen) return;
    this.#key = welcome.key;
    this.#audience = welcome.audience;
    this.#state = 'open';
    if (!this.#believe(hello)) return;
    const { epoch, version } = welcome.audience.at;
    const { heartbeatMs } = this.#host.limits;
    const { overrides } = welcome;
    this.#areOverridesAllowed = overrides;
    this.#send(
      'welcome',
      JSON.stringify({ t: 'welcome', conn: this.id, epoch, head: version, hb: heartbeatMs, overrides }),
    );
    this.#tellAll('hello', hello.basis);
    // It may have asked for somebody else while it waited.
    if (this.#waiting !== null) this.#asked(this.#waiting);
  }

  /** A page that goes through users faster than this gets the last one, a little later. */
  #asked(frame: Identify): void {
    const { clock, limits } = this.#host;
    this.#waiting = frame;
    if (this.#state !== 'open') return;
    if (take(this.#identifies, limits.identifies, clock.monotonic())) this.#identifyNow(frame);
    else this.#host.refreshIn(this, 1_000 / limits.identifies.perSecond);
  }

  #identifyNow(frame: Identify): void {
    this.#waiting = frame;
    if (!this.#hasRoom()) return;
    this.#waiting = null;
    this.#n = frame.n;
    if (this.#believe(frame)) this.#tellAll('identify', null);
  }

  /** Whether somebody may be answered; ends the connection where not. */
  #believe(asked: Asked): boolean {
    if (this.#key === null) return false;
    if (!this.#host.mayEvaluate(this)) return this.#end(BROWSER_CLOSE.busy);
    const identified = this.#host.identify(asked, this.#key);
    if (identified.kind === 'unreadable') return this.#end(BROWSER_CLOSE.malformed);
    if (identified.kind === 'forbidden') return this.#end(BROWSER_CLOSE.forbidden);
    this.#identity = identified.identity;
    // What it waits for may be later than the end of that.
    if (Number.isFinite(this.#validMs())) this.#host.visitIn(this, 0);
    return true;
  }

  #end(code: number): false {
    this.connection.end(code, 'protocol');
    return false;
  }

  #tellAll(cause: 'hello' | 'identify', basis: ClaimedBasis): void {
    const [audience, identity] = [this.#audience, this.#identity];
    if (audience === null || identity === null) return;
    const all = audience.all(identity.context);
    const news = basis && audience.missingAfter({ epoch: basis.epoch, version: basis.v }, identity.context, all);
    this.#host.evaluated(cause);
    this.#take(all, audience.at);
    this.#tell(news ?? all, { full: news === null, isUrgent: false });
  }

  #advance(cause: 'change' | 'urgent'): void {
    const [audience, identity, at] = [this.#audience, this.#identity, this.#at];
    if (audience === null || identity === null || at === null || !this.connection.isOpen || !this.#hasRoom()) return;
    const { context } = identity;
    if (audience.isAffectedAfter(at)) {
      this.#evaluatedAt = this.#host.clock.monotonic();
      this.#host.evaluated(cause);
    }
    const news = audience.after(at, context, { told: this.#told, count: this.#count });
    const told = news ?? audience.all(context);
    this.#take(told, audience.at);
    if (news?.put.length === 0 && news.del.length === 0) return;
    this.#tell(told, { full: news === null, isUrgent: cause === 'urgent' });
    if (at.epoch === audience.at.epoch) this.#sentSince(at.version, audience.at.version);
  }

  /** Whoever does not read gets nothing more until it has read, and then all at once. */
  #hasRoom(): boolean {
    const { clock, limits } = this.#host;
    const now = clock.monotonic();
    if (this.connection.bufferedBytes <= limits.bufferBytes) {
      this.#lag = caughtUp(this.#lag);
      return true;
    }
    this.#lag = fellBehind(this.#lag, now);
    if (isHopeless(this.#lag, now)) this.connection.terminate('slow');
    else this.#host.refreshIn(this, limits.batchMs.max);
    return false;
  }

  #take({ told, count }: Difference, at: At): void {
    this.#told = told;
    this.#count = count;
    this.#at = at;
  }

  #tell(news: Difference, { full, isUrgent }: { readonly full: boolean; readonly isUrgent: boolean }): void {
    if (this.#at === null) return;
    const { epoch, version } = this.#at;
    const head = { t: 'values', n: this.#n, epoch, v: version, full, ...(isUrgent && { urgent: true }) };
    this.#send('values', textOfValues(head, news));
  }

  #send(frame: string, text: string): void {
    this.#host.framed(frame);
    this.connection.send(this.#host.encode(text));
  }

  #beat(): void {
    // What it holds is right at its version; it may be told of a later one soon.
    if (this.#at === null || this.connection.bufferedBytes > 0) return;
    const text = JSON.stringify({ t: 'hb', v: this.#at.version });
    this.#send('hb', text);
  }

  #sentSince(from: number, to: number): void {
    this.#host.sent(this, from, to);
    this.#spans = [...this.#spans.slice(1 - MOST_SPANS), { from, to }];
  }

  #acknowledged(v: number): void {
    for (const { from, to } of this.#spans) if (to <= v) this.#host.applied(this, from, to);
    this.#spans = this.#spans.filter(({ to }) => to > v);
  }
}
