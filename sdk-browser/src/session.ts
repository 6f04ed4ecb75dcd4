import type { Context } from '@glidepath/core';
import {
  type BrowserFrame,
  FAILURES_UNTIL_POLLING,
  GOOD_AFTER_MS,
  type Values,
  type Who,
} from '@glidepath/core/protocol';
import type { ClientState, DataSource, InitResult, SdkError } from '@glidepath/core/sdk';
import { readBootstrap } from './bootstrap.ts';
import { fingerprintOf, isObject, type Subject, without } from './context.ts';
import * as limits from './limits.ts';
import { post } from './page.ts';
import { NOTHING, type Serving } from './reading.ts';
import type { Connection, Session, SessionParts, Source, Told, Trouble, WaitOptions } from './session-types.ts';
import type { IdentifyResult } from './types.ts';
import { applied, changedKeys, type Flags, type Held } from './values.ts';

export function createSession(...parts: SessionParts): Session {
  const [page, now, root, options, sender, isConfigured, log, emit, anonymousKey, recall, remember, tools] = parts;
  const { mode, bootstrap, localAttributes = [] } = options;
  const { random } = page.Math;
  const bornAt = now();
  const isStream = mode !== 'poll' && mode !== 'once';
  const timers: ReturnType<typeof setTimeout>[] = [];
  const waiters = new Set<() => void>();

  let reconnects = 0;
  let connection: Connection = 'none';
  let lastUpdateAt: number | null = null;
  let told: string | undefined;
  let trouble: Trouble = '';
  let lastContactAt: number | null = null;
  let lastError: SdkError | null = null;
  let isPolling = !isStream;
  let who: Who;
  /** Of whom values are asked for; 0: they are not remembered. */
  let fingerprint = 0;
  let pending: ((result: IdentifyResult) => void) | undefined;
  /** Why nothing will come until somebody mends it. */
  let stuck: SdkError | null = null;
  /** Counts up with everybody who is asked for: answers for somebody before are dropped. */
  let n = -1;
  /** What the service is told that we have. */
  let held: Held | null;
  let socket: WebSocket | null = null;
  /** 0: it is not. */
  let openedAt = 0;
  let isRunning = false;
  let serving = NOTHING;
  /** In a row: of the stream, or of polls where they take its place. */
  let failures = 0;

  const stateNow = (): ClientState => trouble || (serving.flags ? (serving.stale ? 'stale' : 'ready') : 'initializing');
  const status = () => {
    const { source, environmentVersion } = serving;
    const state = stateNow();
    return { state, connection, source, environmentVersion, lastUpdateAt, lastContactAt, reconnects, lastError };
  };

  const isEnough = (need?: WaitOptions['need']): boolean | null =>
    trouble === 'offline' || (serving.flags && (need !== 'fresh' || /stream|poll/.test(serving.source)));
  const wait = ({ timeoutSeconds = 5, need }: WaitOptions = {}, askedAt = now()): Promise<InitResult> =>
    new Promise((resolve) => {
      const waiter = (late?: 'timeout') => {
        const { source } = serving;
        const outcome = stuck ? 'failed' : isEnough(need) ? 'ready' : late;
        if (!outcome) return;
        waiters.delete(waiter);
        resolve({ status: outcome, source, elapsedMs: now() - askedAt, error: stuck } as InitResult);
      };
      waiters.add(waiter);
      waiter();
      if (waiters.has(waiter)) page.setTimeout(waiter, Math.min(60, timeoutSeconds) * 1_000, 'timeout');
    });

  const tellWaiters = (): void => {
    for (const waiter of waiters) waiter();
  };

  const serve = (change: Partial<Serving>, keys: readonly string[] = []): void => {
    const fromVersion = serving.environmentVersion;
    serving = { ...serving, ...change };
    const news = { keys, fromVersion, toVersion: serving.environmentVersion ?? 0, source: serving.source };
    if (keys.length) emit('change', news);
    for (const key of keys) emit(`change:${key}`, { ...news, key });
  };
  const turn = (change?: Partial<Serving>): void => serve(change as Partial<Serving>, [...tools.used.keys()]);
  tools.turn = turn;

  const swap = (flags: Flags, environmentVersion: number | null, source: DataSource): void => {
    const isFirst = !serving.flags;
    lastUpdateAt = now();
    stuck = null;
    serve({ flags, environmentVersion, source }, changedKeys(serving.flags, flags));
    tellWaiters();
    // Later, so that a listener added right after `createClient` hears of a bootstrap too.
    if (isFirst) void wait({}, bornAt).then((result) => emit('ready', result));
  };

  /** Nobody waits for what waiting does not mend. */
  const giveUp = (error: SdkError): void => {
    stuck = error;
    tellWaiters();
    pending?.({ status: 'failed', error });
  };

  const fail = (code: string, message: string = stateNow()): void => {
    lastError = log(code, message);
    emit('error', lastError);
    if (!lastError.retryable) giveUp(lastError);
  };

  /** Tells those who listen if the status is another one than last time. */
  const is = (next: Connection, why: Trouble = '', stale = serving.stale): void => {
    connection = next;
    trouble = why;
    if (stale !== serving.stale) serve({ stale });
    const shown = status();
    const { state } = shown;
    const name = state + connection;
    if (told === name) return;
    told = name;
    emit('status', shown);
    if (state === 'stale') emit(state, shown);
  };

  const clear = (...moments: readonly number[]): void => {
    for (const moment of moments) page.clearTimeout(timers[moment]);
  };
  const set = (moment: number, inMs: number, run: () => unknown): void => {
    clear(moment);
    timers[moment] = page.setTimeout(run, inMs);
  };
  /** So long, give or take this share. */
  const about = (ms: number, share: number): number => ms * (1 + share * (2 * random() - 1));

  /** Values that nobody renews grow stale; polls come at a pace of their own. */
  const awaitNews = (): void =>
    set(limits.SILENCE, limits.SILENCE_MS, () => {
      if (openedAt) failed('GP1103');
      if (connection !== 'polling') is(connection, trouble, true);
    });
  const awaitData = (): void => set(limits.DATA, limits.DATA_MS, () => failed('GP1103', true));

  const send = (frame: BrowserFrame): void => {
    if (!openedAt) return;
    const text = JSON.stringify(frame);
    socket?.send(text);
    emit('out', text);
  };

  /** Of what is held the service reads the epoch and the version; to JSON the flags are nothing. */
  const asked = () => ({ ...who, basis: held });

  const request = (): void => {
    n += 1;
    if (!openedAt) return;
    send({ t: 'identify', n, ...who });
    awaitData();
  };

  const unlink = (): void => {
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    socket = null;
    openedAt = 0;
    clear(limits.DATA, limits.ACK);
  };

  const retry = (): void => {
    const waitMs = failures > 1 ? 2 ** failures * limits.HALF_RETRY_MS : 0;
    if (isStream)
      set(limits.RETRY, isPolling ? about(limits.SLOW_MS, 0.2) : waitMs + limits.FIRST_SPREAD_MS * random(), connect);
  };
  const begin = (): void => {
    if (isPolling) {
      void poll();
      retry();
    } else connect();
  };

  const failed = (code: string, isHopeless = false): void => {
    if (openedAt && now() - openedAt >= GOOD_AFTER_MS) failures = 0;
    unlink();
    if (!isPolling) {
      is('disconnected');
      failures += 1;
      isPolling = isHopeless || failures >= FAILURES_UNTIL_POLLING;
      if (isPolling) {
        failures = 0;
        void poll();
      }
    }
    retry();
    fail(code);
  };

  /** The key, the origin or the context: streams are closed with a code of their own, polls answered with 401 and 403. */
  const isRefusal = (closed: number): boolean => {
    const code = closed === limits.UNAUTHORIZED ? 'GP1401' : closed === limits.FORBIDDEN ? 'GP1410' : '';
    if (!code) return false;
    unlink();
    clear(limits.POLL);
    set(limits.RETRY, about(limits.SLOW_MS, 0.5), begin);
    is('disconnected', 'unauthorized');
    fail(code);
    return true;
  };

  const misfit = (v: number): void => {
    const isSecond = trouble === 'degraded';
    held = null;
    is('disconnected', 'degraded');
    fail('GP1104');
    send({ t: 'nack', v, code: 'GP1104' });
    if (isSecond) failed('GP1102');
    else request();
  };

  const arrived = (next: Held, source: Source): void => {
    held = next;
    awaitNews();
    if (source === 'stream') {
      clear(limits.DATA, limits.POLL);
      isPolling = false;
    }
    lastContactAt = now();
    if (next.flags !== serving.flags || next.v !== serving.environmentVersion) {
      swap(next.flags, next.v, source);
      if (fingerprint) remember(fingerprint, next);
    }
    pending?.({ status: 'applied' });
    is(openedAt ? 'streaming' : 'polling', '', false);
  };

  const replace = (frame: Values, source: Source): void => {
    const startedAt = now();
    const next = applied(held, frame);
    if (!next) {
      misfit(frame.v);
      return;
    }
    arrived(next, source);
    const swappedAt = now();
    const acknowledge = (): void =>
      send({ t: 'ack', v: frame.v, applyUs: (swappedAt - startedAt) * 1_000, heldMs: now() - swappedAt });
    // The last one covers those before it.
    set(limits.ACK, random() * limits.ACK_SPREAD_MS, acknowledge);
    if (!frame.urgent) return;
    clear(limits.ACK);
    acknowledge();
  };

  const read = (frame: Told, source: Source = 'stream'): void => {
    const { t, v, spread } = frame as Omit<Values, 't'> & Told;
    tools.overrides = frame.overrides ?? tools.overrides;
    if (frame.n === n) replace(frame as Values, source);
    if ((spread as number) >= 0)
      set(limits.RETRY, random() * (spread as number), () => {
        unlink();
        connect();
      });
    if (t !== 'hb') return;
    send(frame as BrowserFrame);
    if (!held) return;
    if (v < held.v) misfit(v);
    else arrived({ ...held, v }, source);
  };

  const connect = (): void => {
    if (socket) return;
    awaitData();
    try {
      socket = new page.WebSocket(`${root.replace('http', 'ws')}/client/v1/stream`);
    } catch {
      failed('GP1102');
      return;
    }
    socket.onopen = () => {
      openedAt = now();
      if (lastContactAt) reconnects += 1;
      send({ t: 'hello', proto: 1, ...sender, n, ...asked() });
    };
    socket.onmessage = ({ data }) => {
      emit('in', data);
      try {
        read(JSON.parse(data));
      } catch {
        misfit(0);
      }
    };
    socket.onclose = ({ code }) => {
      if (!isRefusal(code)) failed('GP1102');
    };
  };

  const poll = async (): Promise<void> => {
    clear(limits.POLL);
    const asking = n;
    const [answered, text] = await post(page, `${root}/client/v1/evaluate`, JSON.stringify({ ...sender, ...asked() }));
    if (asking !== n || !isRunning || !isPolling || isRefusal(4_000 + answered)) return;
    failures += 1;
    try {
      read({ ...JSON.parse(answered < 300 ? text : ''), n }, 'poll');
      // Where it did not fit, the next one is asked for as a whole.
      if (held) failures = 0;
    } catch {
      // as no answer
    }
    if (!failures && mode === 'once') return;
    if (failures) is('disconnected');
    const intervalMs = Math.max(limits.MIN_POLL_MS, options.poll?.intervalMs ?? limits.POLL_MS);
    set(limits.POLL, about(Math.max(intervalMs, Math.min(limits.SLOW_MS, intervalMs * 2 ** failures)), 0.2), poll);
  };

  /** What is signed goes as it was signed, and the service adds nothing to it. */
  const whoOf = ({ context, sealedContext: sealed, secureHash: hash }: Subject): Who => {
    if (sealed) return { sealed };
    const given = without(context, localAttributes) as Context;
    return { context: given, ...(hash ? { hash } : { anon: anonymousKey() }) };
  };

  /** Those of somebody who is asked for again are not: the live values are served already. */
  const serveRemembered = (before: number): void => {
    held = recall(fingerprint);
    if (!held || (serving.flags && !pending)) return;
    if (fingerprint !== before) swap(held.flags, held.v, 'cache');
    pending?.({ status: 'cached' });
  };

  /** Asks for the values of somebody; those remembered are served at once, unless the page brought some. */
  const ask = (next: Subject): void => {
    const { context } = next;
    const over = isObject(context ?? {}) ? null : 'INVALID_CONTEXT';
    const before = fingerprint;
    stuck = null;
    (over === serving.over ? serve : turn)({ context, over });
    who = whoOf(next);
    fingerprint = who.sealed ? 0 : fingerprintOf(JSON.stringify(who));
    serveRemembered(before);
    awaitNews();
    request();
    if (isRunning && !openedAt) begin();
  };

  const pause = (): void => {
    isRunning = false;
    unlink();
    clear(limits.RETRY, limits.POLL, limits.SILENCE);
    is('disconnected');
  };

  try {
    if (bootstrap) swap(...readBootstrap(bootstrap, page), 'bootstrap');
  } catch (error) {
    fail('GP1107', `${error}`);
  }
  if (mode === 'offline') is('none', mode);
  else if (isConfigured) {
    isRunning = true;
    is('disconnected');
    ask(options);
  } else {
    if (!serving.flags) serve({ over: 'CONFIG' });
    is('none', 'failed');
    fail('GP1001', 'url or clientKey');
  }

  return [
    () => serving,
    status,
    wait,
    (context, how = {}) =>
      new Promise((resolve) => {
        pending?.({ status: 'superseded' });
        pending = resolve;
        page.setTimeout(resolve, (how.timeoutSeconds ?? 5) * 1_000, { status: 'timeout' });
        if (connection === 'none') fail('GP1003');
        else ask({ ...how, context });
      }),
    pause,
    () => {
      if (isRunning && (socket || trouble || connection === 'polling')) return;
      isRunning = true;
      is('disconnected');
      awaitNews();
      begin();
    },
    () => {
      pause();
      serve({ over: 'CLIENT_CLOSED' });
      is('none', 'closed');
      giveUp(log('GP1002', 'closed'));
    },
  ];
}
