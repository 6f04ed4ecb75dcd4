import {
  type BROWSER_CLOSE,
  type BrowserFrame,
  FAILURES_UNTIL_POLLING,
  GOOD_AFTER_MS,
  pollDelayMs,
  slowDelayMs,
  streamRetryDelayMs,
  type Values,
  type ValuesFrame,
  type Who,
} from '@glidepath/core/protocol';
import type { DataSource } from '@glidepath/core/sdk';
import { clockOf, type Page, post } from './page.ts';
import { applied, type Held } from './values.ts';

/** A stream that brings no values within this time is given up for polling. */
const DATA_MS = 10_000;
const UNAUTHORIZED: typeof BROWSER_CLOSE.unauthorized = 4401;
const FORBIDDEN: typeof BROWSER_CLOSE.forbidden = 4403;
const MIN_POLL_MS = 1_000;
const POLL_MS = 30_000;
const SILENCE_MS = 60_000;
const ACK_SPREAD_MS = 500;
const FIRST_SPREAD_MS = 5_000;

export type Connection = 'streaming' | 'polling' | 'disconnected' | 'unauthorized' | 'degraded';

/** The things that a session waits for, at most once each. */
type Moment = 'data' | 'idle' | 'good' | 'ack' | 'leave' | 'retry' | 'poll' | 'stale';

/** What every `hello` says. */
type Sender = Pick<Extract<BrowserFrame, { t: 'hello' }>, 'sdk' | 'inst' | 'app' | 'id'>;

/** How values come: over the stream, or by asking from time to time where there is none. */
export interface Session {
  /** Asks for the values of somebody; `held` are those remembered of them. */
  identify(who: Who, held: Held | null): void;
  /** The page is out of sight: nothing is open until `resume`. */
  pause(): void;
  /** Also when the network is back: no waiting for the next attempt. */
  resume(): void;
}

/**
 * `base`: where the service answers browsers, with a slash at its end. Many plain arguments, because names of members are
 * what cannot be made shorter in what browsers load.
 */
export function createSession(
  page: Page,
  base: string,
  mode: string | undefined,
  pollMs: number | undefined,
  hello: Sender,
  onValues: (held: Held, source: DataSource) => void,
  onContact: () => void,
  onConnection: (connection: Connection, isStale: boolean) => void,
  /** Whether overrides of the page's tools may act. */
  onAllowed: (areAllowed: boolean) => void,
  onProblem: (code: string, message: string) => void,
): Session {
  const { random } = page.Math;
  const now = clockOf(page);
  const timers: Partial<Record<Moment, ReturnType<typeof setTimeout>>> = {};
  let who: Who = {};
  let n = -1;
  let held: Held | null = null;
  let socket: WebSocket | null = null;
  let isOpen = false;
  let isRunning = true;
  const isStream = mode !== 'poll' && mode !== 'once';
  let isPolling = !isStream;
  let connection: Connection = 'disconnected';
  let isStale = false;
  let failures = 0;
  let misfits = 0;
  let pollFailures = 0;
  let unacknowledged: (() => void) | null = null;

  const clear = (...moments: readonly Moment[]): void => {
    for (const moment of moments) page.clearTimeout(timers[moment]);
  };
  const set = (moment: Moment, inMs: number, run: () => void): void => {
    clear(moment);
    timers[moment] = page.setTimeout(run, inMs);
  };
  const send = (frame: BrowserFrame): void => {
    if (isOpen) socket?.send(JSON.stringify(frame));
  };

  const is = (next: Connection, stale = isStale): void => {
    connection = next;
    isStale = stale;
    onConnection(next, stale);
  };
  const heard = (): void => {
    onContact();
    awaitNews();
  };
  /** Values that nobody renews grow stale; polls come at a pace of their own. */
  const awaitNews = (): void =>
    set('stale', SILENCE_MS, () => {
      if (connection !== 'polling') is(connection, true);
    });

  const asked = () => ({ ...who, ...(held && { basis: { epoch: held.epoch, v: held.v } }) });

  const unlink = (): void => {
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    socket = unacknowledged = null;
    isOpen = false;
    clear('data', 'idle', 'good', 'ack', 'leave');
  };

  const begin = (): void => {
    if (isPolling) {
      void poll();
      retry();
    } else connect();
  };

  const retry = (): void => {
    if (isStream) set('retry', streamRetryDelayMs(random), connect);
  };

  const failed = (code: string, message: string, isHopeless = false): void => {
    onProblem(code, message);
    unlink();
    if (isPolling) retry();
    else {
      is('disconnected');
      // The first time all browsers are spread: what they hold is valid meanwhile.
      const delayMs = failures ? 2 ** failures * 500 * (1 + random()) : FIRST_SPREAD_MS * random();
      failures += 1;
      isPolling = isHopeless || failures >= FAILURES_UNTIL_POLLING;
      if (isPolling) begin();
      else set('retry', delayMs, connect);
    }
  };

  const awaitData = (): void => set('data', DATA_MS, () => failed('GP1103', 'no values came', true));

  const refused = (code: number): void => {
    unlink();
    clear('poll');
    set('retry', slowDelayMs(random), begin);
    is('unauthorized');
    if (code === FORBIDDEN) onProblem('GP1410', 'origin or context refused');
    else onProblem('GP1401', 'client key refused');
  };

  const misfit = (v: number): void => {
    held = null;
    misfits += 1;
    is('degraded');
    onProblem('GP1104', 'update does not fit');
    send({ t: 'nack', v, code: 'GP1104' });
    if (misfits > 1) failed('GP1102', 'stream lost');
    else identify();
  };

  const identify = (): void => {
    n += 1;
    if (!isOpen) return;
    send({ t: 'identify', n, ...who });
    awaitData();
  };

  const arrived = (next: Held, source: 'stream' | 'poll'): void => {
    held = next;
    misfits = 0;
    if (source === 'stream') {
      clear('data', 'poll');
      isPolling = false;
    }
    onValues(next, source);
    is(isOpen ? 'streaming' : 'polling', false);
  };

  const swap = (frame: Values): void => {
    const startedAt = now();
    const next = applied(held, frame);
    if (!next) {
      misfit(frame.v);
      return;
    }
    arrived(next, 'stream');
    const swappedAt = now();
    if (!unacknowledged) set('ack', random() * ACK_SPREAD_MS, () => unacknowledged?.());
    unacknowledged = () => {
      const applyUs = Math.round((swappedAt - startedAt) * 1_000);
      send({ t: 'ack', v: frame.v, applyUs, heldMs: now() - swappedAt });
      unacknowledged = null;
    };
    if (frame.urgent) unacknowledged();
  };

  const beat = (frame: Extract<ValuesFrame, { t: 'hb' }>): void => {
    send(frame);
    if (held && frame.v < held.v) misfit(frame.v);
    else if (held) arrived({ ...held, v: frame.v }, 'stream');
  };

  const read = (frame: ValuesFrame): void => {
    if (frame.t === 'welcome') onAllowed(frame.overrides);
    if (frame.t === 'values' && frame.n === n) swap(frame);
    if (frame.t === 'hb') beat(frame);
    if (frame.t === 'goodbye' && frame.spread !== undefined)
      set('leave', random() * frame.spread, () => {
        unlink();
        connect();
      });
  };

  const listen = (): void => {
    heard();
    set('idle', SILENCE_MS, () => failed('GP1103', 'stream silent'));
  };

  const connect = (): void => {
    if (socket) return;
    awaitData();
    try {
      socket = new page.WebSocket(`${base.replace('http', 'ws')}stream`);
    } catch {
      failed('GP1102', 'stream forbidden');
      return;
    }
    socket.onopen = () => {
      isOpen = true;
      listen();
      set('good', GOOD_AFTER_MS, () => {
        failures = 0;
      });
      send({ t: 'hello', proto: 1, ...hello, n, ...asked() });
    };
    socket.onmessage = ({ data }) => {
      listen();
      try {
        read(JSON.parse(data));
      } catch {
        misfit(0);
      }
    };
    socket.onclose = ({ code }) => {
      if (code === UNAUTHORIZED || code === FORBIDDEN) refused(code);
      else failed('GP1102', 'stream lost');
    };
  };

  const poll = async (): Promise<void> => {
    clear('poll');
    const asking = n;
    const body = JSON.stringify({ id: hello.id, ...asked() });
    const { status, text } = await post(page, `${base}evaluate`, body, 'application/json');
    if (asking !== n || !isRunning || !isPolling) return;
    if (status === 401 || status === 403) refused(4_000 + status);
    else answered(text);
  };

  const answered = (text: string): void => {
    pollFailures += 1;
    try {
      const answer = JSON.parse(text);
      onAllowed(answer.overrides);
      // Where it does not fit, the next one is asked for as a whole.
      held = applied(held, answer);
      if (held) {
        heard();
        pollFailures = 0;
        arrived(held, 'poll');
      }
    } catch {
      // as no answer
    }
    if (pollFailures) is('disconnected');
    if (pollFailures || mode !== 'once')
      set('poll', pollDelayMs(Math.max(MIN_POLL_MS, pollMs ?? POLL_MS), pollFailures, random), () => void poll());
  };

  return {
    identify(next, remembered) {
      who = next;
      held = remembered;
      misfits = 0;
      awaitNews();
      identify();
      if (isRunning && !isOpen) begin();
    },
    pause() {
      isRunning = false;
      unacknowledged?.();
      unlink();
      clear('retry', 'poll', 'stale');
      is('disconnected');
    },
    resume() {
      if (isRunning && (socket || connection !== 'disconnected')) return;
      isRunning = true;
      is('disconnected');
      awaitNews();
      begin();
    },
  };
}
