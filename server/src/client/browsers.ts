import { BROWSER_CLOSE } from '@glidepath/core/protocol';
import type { WebSocket } from 'ws';
import type { Directory } from '../auth/directory.ts';
import type { ClientKey } from '../auth/principal.ts';
import type { Clock, Random } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { RateLimit } from '../http/limits.ts';
import type { Logger } from '../log.ts';
import { currentSet, type FlagSets } from '../served/flag-sets.ts';
import { mayUse } from '../served/origins.ts';
import type { Admitted } from '../stream/admission.ts';
import { CLOSES } from '../stream/connection.ts';
import { openDoor } from '../stream/door.ts';
import { createEncoder } from '../stream/encoder.ts';
import type { Moved } from '../stream/environments.ts';
import type { Hub } from '../stream/hub.ts';
import { createWaiters } from '../stream/waiters.ts';
import { Audience, epochFor } from './audience.ts';
import type { ClaimedBasis } from './browser-frames.ts';
import { type BrowserHost, BrowserSession, type Welcome } from './browser-session.ts';
import { createCounts } from './counts.ts';
import { type IdentityDeps, identify, mayAsk } from './identity.ts';
import type { BrowserLimits } from './limits.ts';
import type { BrowserMetrics } from './metrics.ts';
import { openSchedule } from './schedule.ts';

/** Keeps the values of every page at the newest version of its environment. */
export interface Browsers {
  readonly size: number;
  /** Whether another stream may be opened; to be asked before anything else is touched. */
  admit(): Admitted;
  /** Takes over a socket whose upgrade was admitted. */
  accept(socket: WebSocket, from: { readonly origin: string | undefined; readonly network: string }): void;
  /** What a key may ask for; at least as new as the basis. */
  audience(key: ClientKey, basis: ClaimedBasis): Promise<Audience>;
  /** Asks all pages to connect elsewhere, and resolves once they left or were closed. */
  drain(): Promise<void>;
  close(): void;
}

export interface BrowsersDeps extends IdentityDeps {
  readonly hub: Hub;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly random: Random;
  readonly flagSets: FlagSets;
  readonly limits: BrowserLimits;
  readonly isOverloaded: () => boolean;
  /** Evaluations of one key and network. */
  readonly evaluations: RateLimit;
  readonly metrics: BrowserMetrics;
  readonly logger: Pick<Logger, 'error'>;
  /** Names this process among its replicas. */
  readonly replica: string;
}

/** What is longer is hardly sent to two pages. */
const SHARED_CHARACTERS = 4_096;
const TICK_MS = 250;
/** A wheel of one minute: nothing but the age of a connection is further away. */
const WHEEL_SLOTS = 240;
/** Changes are gathered for tenths of a second. */
const REFRESH = { slotMs: 25, slots: 128 } as const;

export function openBrowsers(deps: BrowsersDeps): Browsers {
  const { hub, directory, clock, random, flagSets, limits, metrics } = deps;
  const sessions = new Set<BrowserSession>();
  const audiences = new Map<string, Audience>();
  const perKey = createCounts();
  const perNetwork = createCounts();
  const waiters = createWaiters(clock);
  const beats = openSchedule<BrowserSession>(clock, { slotMs: TICK_MS, slots: WHEEL_SLOTS, due: visit });
  const refreshes = openSchedule<BrowserSession>(clock, {
    slotMs: REFRESH.slotMs,
    slots: REFRESH.slots,
    due: (session) => session.refresh(),
  });
  const door = openDoor(sessions, {
    clock,
    random,
    // Whose page it is stands in its hello only.
    limits: { ...limits, handshakesPerSecondOfKey: limits.handshakesPerSecond },
    waiters,
    isOverloaded: deps.isOverloaded,
    answered: (result) => metrics.handshakes.inc({ result }),
  });
  const encoded = createEncoder(limits.encodedBytes);
  let opened = 0;

  function visit(session: BrowserSession): void {
    const delayMs = session.visit();
    if (delayMs !== null) beats.put(session, delayMs);
  }

  const tellsReasons = (environment: string) => directory.environment(environment)?.reasonsInBrowsers === true;

  async function audience(key: ClientKey, basis: ClaimedBasis): Promise<Audience> {
    let set = await currentSet({ flagSets, hub }, key);
    const { epoch, version } = set.snapshot;
    const isSame = basis?.epoch === epochFor(epoch, tellsReasons(key.environment));
    // Another replica has told it of more than this one has seen.
    if (basis !== null && isSame && basis.v > version && (await hub.readPrimary())) {
      set = await currentSet({ flagSets, hub }, key);
    }
    const isTelling = tellsReasons(key.environment);
    const known = audiences.get(key.environment) ?? new Audience(set, isTelling);
    known.moveTo(set, isTelling);
    audiences.set(key.environment, known);
    return known;
  }

  /** The key of a hello; null where it is none that this page may use. */
  function keyFor(session: BrowserSession, secret: string): ClientKey | null {
    const holder = directory.holderOf(secret);
    if (holder?.kind !== 'client-key') return refuse(session, BROWSER_CLOSE.unauthorized);
    if (!mayUse(holder, session.origin)) return refuse(session, BROWSER_CLOSE.forbidden);
    if (perKey.of(holder.id) >= limits.connectionsOfKey) return refuse(session, BROWSER_CLOSE.busy);
    return holder;
  }

  function refuse(session: BrowserSession, code: number): null {
    session.connection.end(code, code === BROWSER_CLOSE.unauthorized ? 'revoked' : 'protocol');
    return null;
  }

  async function welcome(session: BrowserSession, secret: string, basis: ClaimedBasis): Promise<Welcome | null> {
    const key = keyFor(session, secret);
    if (key === null) return null;
    const found = await audience(key, basis).catch(unlessRefused);
    if (found === null) session.connection.end(CLOSES.later, 'unavailable');
    if (found === null || !session.connection.isOpen) return null;
    // Whoever waits for the database may lose the key meanwhile; nobody would tell of it again.
    if (directory.sdkKey(key.id) === null) return refuse(session, BROWSER_CLOSE.unauthorized);
    // Others may have come in meanwhile.
    if (perKey.of(key.id) >= limits.connectionsOfKey) return refuse(session, BROWSER_CLOSE.busy);
    perKey.add(key.id);
    metrics.connections.inc({ environment: hub.labelOf(key.environment), kind: 'browser' });
    return { key, audience: found, overrides: directory.environment(key.environment)?.critical === false };
  }

  const host: BrowserHost = {
    clock,
    random,
    limits,
    welcome,
    encode: (text) => (text.length <= SHARED_CHARACTERS ? encoded(text) : Buffer.from(text)),
    mayEvaluate(session) {
      try {
        deps.evaluations.take(`${session.key?.id} ${session.network}`);
        return true;
      } catch (error) {
        if (error instanceof RefusedError) return false;
        throw error;
      }
    },
    identify(asked, { environment }) {
      const secureMode = directory.environment(environment)?.secureMode ?? 'required';
      return identify(asked, { environment, secureMode, now: clock.now() }, deps);
    },
    refreshIn: (session, delayMs) => refreshes.putNew(session, delayMs),
    visitIn: (session, delayMs) => beats.put(session, delayMs),
    sent: ({ key }, from, to) => key && hub.browserSent(key.environment, from, to),
    applied: ({ key }, from, to) => key && hub.browserApplied(key.environment, from, to),
    evaluated: (cause) => metrics.evaluations.inc({ cause }),
    framed: (frame) => metrics.frames.inc({ frame }),
    failed(session, error) {
      deps.logger.error({ err: error }, 'a page could not be greeted');
      session.connection.end(CLOSES.later, 'unavailable');
    },
    ended(session) {
      if (!sessions.delete(session)) return;
      beats.remove(session);
      refreshes.remove(session);
      perNetwork.remove(session.network);
      metrics.ended.inc({ reason: session.connection.endReason });
      if (session.key !== null) {
        perKey.remove(session.key.id);
        metrics.connections.dec({ environment: hub.labelOf(session.key.environment), kind: 'browser' });
      }
      waiters.look();
    },
  };

  function moved({ environment, urgent }: Pick<Moved, 'environment' | 'urgent'>): void {
    const known = audiences.get(environment);
    if (known === undefined) return;
    const set = flagSets.current(environment);
    if (set !== null) known.moveTo(set, tellsReasons(environment));
    else audiences.delete(environment);
    for (const session of sessions) {
      if (session.audience !== known) continue;
      // An environment that is gone took its keys with it.
      if (set === null) refuse(session, BROWSER_CLOSE.unauthorized);
      else session.moved(urgent);
    }
  }

  function revoke(keyIds: readonly string[]): void {
    const revoked = new Set(keyIds);
    for (const session of sessions) {
      const { key, trust } = session;
      if (key !== null && revoked.has(key.id)) refuse(session, BROWSER_CLOSE.unauthorized);
      else if (trust?.kind === 'signed' && revoked.has(trust.signer)) refuse(session, BROWSER_CLOSE.forbidden);
    }
  }

  /** An environment may believe less than before, allow less, or tell other things. */
  function checkRules(): void {
    const retold = [...audiences].filter(([environment, known]) => known.tellsReasons !== tellsReasons(environment));
    for (const [environment] of retold) moved({ environment, urgent: false });
    for (const session of sessions) {
      const rules = session.key && directory.environment(session.key.environment);
      if (!rules || session.trust === null) continue;
      if (mayAsk(session.trust, rules.secureMode)) session.rulesChanged(!rules.critical);
      else refuse(session, BROWSER_CLOSE.forbidden);
    }
  }

  const unsubscribe = [hub.onMoved(moved), directory.onRevoked(revoke), directory.onChanged(checkRules)];

  return {
    get size() {
      return sessions.size;
    },
    audience,
    admit: () => door.admit(''),
    accept(socket, from) {
      opened += 1;
      const session = new BrowserSession(`${deps.replica}-b${opened}`, socket, from, host);
      sessions.add(session);
      perNetwork.add(session.network);
      if (perNetwork.of(session.network) > limits.connectionsOfNetwork) refuse(session, BROWSER_CLOSE.busy);
      visit(session);
    },
    drain: door.drain,
    close() {
      door.close();
      for (const stop of unsubscribe) stop();
      beats.stop();
      refreshes.stop();
    },
  };
}

/** Null where the environment cannot be read now. */
function unlessRefused(error: unknown): null {
  if (error instanceof RefusedError) return null;
  throw error;
}
