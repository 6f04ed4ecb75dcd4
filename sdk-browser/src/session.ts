import {
  type BROWSER_CLOSE,
  type BrowserFrame,
  FAILURES_UNTIL_POLLING,
  GOOD_AFTER_MS,
  type Values,
  type ValuesFrame,
  type Who,
} from '@glidepath/core/protocol';
import type { DataSource } from '@glidepath/core/sdk';
import {
  ACK,
  ACK_SPREAD_MS,
  DATA,
  DATA_MS,
  FIRST_SPREAD_MS,
  MIN_POLL_MS,
  POLL,
  POLL_MS,
  RETRY,
  RETRY_MS,
  SILENCE,
  SILENCE_MS,
  SLOW_MS,
} from './limits.ts';
import { type Page, post } from './page.ts';
import type { FrameWay } from './tools.ts';
import { applied, type Held } from './values.ts';

/** Codes that a stream is closed with where the key is refused, or else the origin or the context; polls say 401 and 403. */
const REFUSALS: Readonly<Record<number, string>> = { 4401: 'GP1401', 4403: 'GP1410' } satisfies Record<
  typeof BROWSER_CLOSE.unauthorized | typeof BROWSER_CLOSE.forbidden,
  string
>;

export type Connection = 'streaming' | 'polling' | 'disconnected' | 'unauthorized' | 'degraded';

/** What every `hello` says. */
type Sender = Pick<Extract<BrowserFrame, { t: 'hello' }>, 'sdk' | 'inst' | 'app' | 'id'>;

/** How values come: over the stream, or by asking from time to time where there is none. */
export type Session = readonly [
  /** Asks for the values of somebody; `held` are those remembered of them. */
  identify: (who: Who, held: Held | null) => void,
  /** The page is out of sight: nothing is open until `resume`. */
  pause: () => void,
  /** Also when the network is back: no waiting for the next attempt. */
  resume: () => void,
];

/**
 * `base`: where the service answers browsers, with a slash at its end. Many plain arguments, because names of members are
 * what cannot be made shorter in what browsers load.
 */
export function createSession(
  page: Page,
  now: () => number,
  base: string,
  mode: string | undefined,
  pollMs: number | undefined,
  hello: Sender,
  onValues: (held: Held, source: DataSource) => void,
  /** Without `isStale` the values are as stale as they were. */
  onConnection: (connection: Connection, isStale?: boolean) => void,
  /** Whether overrides of the page's tools may act. */
  onAllowed: (areAllowed: boolean) => void,
  /** Told after the connection that it makes. */
  onProblem: (code: string) => void,
  /** For the page's tools. */
  onFrame: (way: FrameWay, text: string) => void,
): Session {
  const { random } = page.Math;
  const intervalMs = Math.max(MIN_POLL_MS, pollMs ?? POLL_MS);
  const timers: ReturnType<typeof setTimeout>[] = [];
  let who: Who = {};
  let n = -1;
  let held: Held | null = null;
  let socket: WebSocket | null = null;
  /** 0: it is not. */
  let openedAt = 0;
  let isRunning = true;
  const isStream = mode !== 'poll' && mode !== 'once';
  let isPolling = !isStream;
  let connection: Connection = 'disconnected';
  /** In a row: of the stream, or of polls where they take its place. */
  let failures = 0;

  const clear = (...moments: readonly number[]): void => {
    for (const moment of moments) page.clearTimeout(timers[moment]);
  };
  const set = (moment: number, inMs: number, run: () => void): void => {
    clear(moment);
    timers[moment] = page.setTimeout(run, inMs);
  };
  /** So long, give or take this share. */
  const about = (ms: number, share: number): number => ms * (1 + share * (2 * random() - 1));
  const send = (frame: BrowserFrame): void => {
    if (!openedAt) return;
    const text = JSON.stringify(frame);
    socket?.send(text);
    onFrame('out', text);
  };

  const is = (next: Connection, isStale?: boolean): void => {
    connection = next;
    onConnection(next, isStale);
  };
  /** Values that nobody renews grow stale; polls come at a pace of their own. */
  const awaitNews = (): void =>
    set(SILENCE, SILENCE_MS, () => {
      if (openedAt) failed('GP1103');
      if (connection !== 'polling') is(connection, true);
    });

  const asked = () => ({ ...who, ...(held && { basis: { epoch: held.epoch, v: held.v } }) });

  const unlink = (): void => {
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    socket = null;
    openedAt = 0;
    clear(DATA, ACK);
  };

  const begin = (): void => {
    if (isPolling) {
      void poll();
      retry();
    } else connect();
  };

  const retry = (): void => {
    if (isStream) set(RETRY, about(SLOW_MS, 0.2), connect);
  };

  const failed = (code: string, isHopeless = false): void => {
    if (openedAt && now() - openedAt >= GOOD_AFTER_MS) failures = 0;
    unlink();
    if (isPolling) retry();
    else {
      is('disconnected');
      const delayMs = failures ? 2 ** failures * RETRY_MS * (1 + random()) : FIRST_SPREAD_MS * random();
      failures += 1;
      isPolling = isHopeless || failures >= FAILURES_UNTIL_POLLING;
      if (isPolling) {
        failures = 0;
        begin();
      } else set(RETRY, delayMs, connect);
    }
    onProblem(code);
  };

  const awaitData = (): void => set(DATA, DATA_MS, () => failed('GP1103', true));

  const isRefusal = (status: number): boolean => {
    const code = REFUSALS[status];
    if (!code) return false;
    unlink();
    clear(POLL);
    set(RETRY, about(SLOW_MS, 0.5), begin);
    is('unauthorized');
    onProblem(code);
    return true;
  };

  const misfit = (v: number): void => {
    const isSecond = connection === 'degraded';
    held = null;
    is('degraded');
    onProblem('GP1104');
    send({ t: 'nack', v, code: 'GP1104' });
    if (isSecond) failed('GP1102');
    else identify();
  };

  const identify = (): void => {
    n += 1;
    if (!openedAt) return;
    send({ t: 'identify', n, ...who });
    awaitData();
  };

  const arrived = (next: Held, source: 'stream' | 'poll'): void => {
    held = next;
    if (source === 'stream') {
      clear(DATA, POLL);
      isPolling = false;
    }
    onValues(next, source);
    is(openedAt ? 'streaming' : 'polling', false);
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
    const applyUs = Math.round((swappedAt - startedAt) * 1_000);
    const acknowledge = (): void => send({ t: 'ack', v: frame.v, applyUs, heldMs: now() - swappedAt });
    // The last one covers those before it.
    set(ACK, random() * ACK_SPREAD_MS, acknowledge);
    if (!frame.urgent) return;
    clear(ACK);
    acknowledge();
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
      set(RETRY, random() * frame.spread, () => {
        unlink();
        connect();
      });
  };

  const connect = (): void => {
    if (socket) return;
    awaitData();
    try {
      socket = new page.WebSocket(`${base.replace('http', 'ws')}stream`);
    } catch {
      failed('GP1102');
      return;
    }
    socket.onopen = () => {
      openedAt = now();
      awaitNews();
      send({ t: 'hello', proto: 1, ...hello, n, ...asked() });
    };
    socket.onmessage = ({ data }) => {
      awaitNews();
      onFrame('in', data);
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
    clear(POLL);
    const asking = n;
    const body = JSON.stringify({ id: hello.id, ...asked() });
    const { status, text } = await post(page, `${base}evaluate`, body, 'application/json');
    if (asking !== n || !isRunning || !isPolling || isRefusal(4_000 + status)) return;
    failures += 1;
    try {
      const answer = JSON.parse(text);
      // Where it does not fit, the next one is asked for as a whole.
      held = applied(held, answer);
      if (held) {
        failures = 0;
        awaitNews();
        onAllowed(answer.overrides);
        arrived(held, 'poll');
      }
    } catch {
      // as no answer
    }
    if (failures) is('disconnected');
    if (failures || mode !== 'once')
      set(POLL, about(Math.max(intervalMs, Math.min(SLOW_MS, intervalMs * 2 ** failures)), 0.2), () => void poll());
  };

  return [
    (next, remembered) => {
      who = next;
      held = remembered;
      awaitNews();
      identify();
      if (isRunning && !openedAt) begin();
    },
    () => {
      isRunning = false;
      unlink();
      clear(RETRY, POLL, SILENCE);
      is('disconnected');
    },
    () => {
      if (isRunning && (socket || connection !== 'disconnected')) return;
      isRunning = true;
      is('disconnected');
      awaitNews();
      begin();
    },
  ];
}
