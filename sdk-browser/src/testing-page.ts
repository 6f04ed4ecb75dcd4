import type { BrowserFrame, FlagValue, Values, ValuesFrame } from '@glidepath/core/protocol';
import type { Page } from './page.ts';
import type { SyncStorage } from './types.ts';

/** What was asked for, and how to answer it. */
export interface Request {
  readonly url: string;
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
  answer(status: number, body?: unknown): void;
}

/** The service's end of one socket. */
export interface ServerSocket {
  readonly url: string;
  readonly frames: readonly BrowserFrame[];
  readonly isOpen: boolean;
  /** Lets the page's end open, and reads its `hello`. */
  accept(): void;
  tell(frame: ValuesFrame | string): void;
  close(code?: number): void;
}

/** A page whose time, chance, network and storage belong to the test. */
export interface TestPage {
  readonly page: Page;
  readonly sockets: readonly ServerSocket[];
  /** The newest. */
  readonly socket: ServerSocket;
  readonly requests: readonly Request[];
  readonly beacons: readonly Record<string, unknown>[];
  /** Where each beacon went. */
  readonly beaconUrls: readonly string[];
  readonly lines: readonly string[];
  readonly stored: Map<string, string>;
  /** Until a whole turn of promises has run. */
  settled(): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Time goes by while something runs: no timer is due before it has ended. */
  elapse(ms: number): void;
  /** The page is seen or not. */
  show(isVisible: boolean): void;
  fire(type: string, more?: object): void;
  /** Sockets cannot even be made. */
  forbidsSockets: boolean;
  readonly timers: number;
  /** How many listen to the page. */
  listeners(type: string): number;
  /** The cookie that was set last, with all that was said of it. */
  readonly cookieLine: string;
}

export interface TestPageOptions {
  readonly stored?: Map<string, string>;
  readonly storage?: SyncStorage;
  readonly elements?: Readonly<Record<string, string>>;
  readonly random?: () => number;
  /** Default `https:`. */
  readonly protocol?: 'http:' | 'https:';
}

export function testPage(options: TestPageOptions = {}): TestPage {
  const { stored = new Map<string, string>(), elements = {}, random = () => 0.5, protocol = 'https:' } = options;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  const sockets: ServerSocket[] = [];
  const requests: Request[] = [];
  const beacons: Record<string, unknown>[] = [];
  const beaconUrls: string[] = [];
  const lines: string[] = [];
  const listeners = new Set<readonly [string, (event: { type: string }) => void]>();
  let now = 0;
  let next = 0;
  let uuids = 0;
  let hidden = false;
  let cookies = '';
  let cookieLine = '';

  const storage: SyncStorage = options.storage ?? {
    getItem: (name) => stored.get(name) ?? null,
    setItem: (name, value) => stored.set(name, value),
    removeItem: (name) => stored.delete(name),
  };

  class FakeSocket {
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
    readonly frames: BrowserFrame[] = [];
    readonly url: string;
    isOpen = false;
    constructor(url: string) {
      if (world.forbidsSockets) throw new Error('forbidden by the policy of the page');
      this.url = url;
      sockets.push(this);
    }
    send(text: string): void {
      this.frames.push(JSON.parse(text));
    }
    accept(): void {
      this.isOpen = true;
      this.onopen?.();
    }
    tell(frame: ValuesFrame | string): void {
      this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
    }
    close(code?: number): void {
      this.isOpen = false;
      if (code !== undefined) this.onclose?.({ code });
    }
  }

  const line = (text: string): void => {
    lines.push(text);
  };
  const page = {
    Math: { random },
    WebSocket: FakeSocket,
    console: { debug: line, info: line, warn: line, error: line },
    crypto: {
      getRandomValues(bytes: Uint8Array) {
        uuids += 1;
        return bytes.fill((uuids * 37) % 256);
      },
    },
    performance: { timeOrigin: 1_795_000_000_000, now: () => now },
    location: { origin: `${protocol}//shop.example.com`, protocol },
    localStorage: storage,
    navigator: {
      sendBeacon(url: string, text: string) {
        beaconUrls.push(url);
        beacons.push(JSON.parse(text));
        return true;
      },
    },
    document: {
      get hidden() {
        return hidden;
      },
      get cookie() {
        return cookies;
      },
      set cookie(text) {
        cookieLine = text;
        cookies = text.includes('max-age=0') ? '' : (text.split(';')[0] ?? '');
      },
      querySelector: (selector: string) =>
        elements[selector] === undefined ? null : { textContent: elements[selector] },
    },
    setTimeout(run: (...given: unknown[]) => void, delayMs: number, ...given: unknown[]) {
      next += 1;
      timers.set(next, { at: now + delayMs, run: () => run(...given) });
      return next;
    },
    clearTimeout: (id: number) => timers.delete(id),
    addEventListener(type: string, run: (event: { type: string }) => void, { signal }: { signal?: AbortSignal } = {}) {
      const entry = [type, run] as const;
      listeners.add(entry);
      signal?.addEventListener('abort', () => listeners.delete(entry));
    },
    fetch: (url: string, { body, headers = {} }: { body: string; headers?: Record<string, string> }) =>
      new Promise((resolve, reject) => {
        requests.push({
          url,
          body: JSON.parse(body),
          headers,
          answer: (status, answer = {}) =>
            status === 0
              ? reject(new Error('no network'))
              : resolve({ status, text: async () => JSON.stringify(answer) }),
        });
      }),
  } as unknown as Page;

  const settled = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  const fire = (type: string, more: object = {}): void => {
    for (const [name, run] of [...listeners]) if (name === type) run({ type, ...more });
  };

  const world: TestPage = {
    page,
    sockets,
    requests,
    beacons,
    beaconUrls,
    lines,
    stored,
    forbidsSockets: false,
    get socket() {
      const newest = sockets.at(-1);
      if (newest === undefined) throw new Error('no socket was opened');
      return newest;
    },
    get cookieLine() {
      return cookieLine;
    },
    get timers() {
      return timers.size;
    },
    listeners: (type) => [...listeners].filter(([name]) => name === type).length,
    settled,
    fire,
    elapse(ms) {
      now += ms;
    },
    async advance(ms) {
      const until = now + ms;
      await settled();
      for (;;) {
        const [first] = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
        if (first === undefined) break;
        const [id, { at, run }] = first;
        timers.delete(id);
        now = Math.max(now, at);
        run();
        await settled();
      }
      now = until;
    },
    show(isVisible) {
      hidden = !isVisible;
      fire('visibilitychange');
    },
  };
  return world;
}

export const WELCOME = { t: 'welcome', conn: 'c1', epoch: 'e1', head: 1, hb: 25_000, overrides: true } as const;

/** All values, for the context that was asked for last but for its first. */
export function allValues(values: Readonly<Record<string, FlagValue['value']>>, more: Partial<Values> = {}): Values {
  const put = Object.entries(values).map(([key, value]) => ({ key, value, variation: `v-${String(value)}`, rev: 1 }));
  return { t: 'values', n: 0, epoch: 'e1', v: 1, full: true, put, del: [], count: put.length, ...more };
}
