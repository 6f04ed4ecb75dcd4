import type { LogLevel } from '@glidepath/core/sdk';
import { LEVELS, SEAL } from '@glidepath/core/sdk';
import type { Reach } from './platform.ts';
import { readProxy } from './proxy.ts';
import type { ClientOptions, EventOptions, NetworkOptions } from './types.ts';

const SERVER_KEY_PREFIX = 'gp_srv_';
const CLIENT_KEY_PREFIX = 'gp_cli_';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

const MODES = ['stream', 'poll', 'once', 'offline'] as const;

/** Options with every default filled in. */
export interface Settings {
  readonly streamUrl: string;
  readonly payloadUrl: string;
  readonly eventsUrl: string;
  readonly sdkKey: string;
  readonly mode: 'stream' | 'poll' | 'once';
  /** What goes with every request and with the stream's handshake. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly reach: Reach;
  readonly connectMs: number;
  readonly idleMs: number;
  readonly pollIntervalMs: number;
  readonly reconnect: { readonly minMs: number; readonly maxMs: number };
  readonly events: { readonly intervalMs: number; readonly isGzipped: boolean };
}

export type SettingsResult =
  | { readonly kind: 'ok'; readonly settings: Settings }
  | { readonly kind: 'wrong'; readonly error: Problem };

/** What cannot be gone on with, by its code. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** Default, least, most; what a caller gets wrong is brought into the range rather than refused. */
const RANGES = {
  connectMs: [10_000, 100, 120_000],
  idleMs: [60_000, 1_000, 600_000],
  pollIntervalMs: [30_000, 1_000, 3_600_000],
  reconnectMinMs: [1_000, 10, 600_000],
  reconnectMaxMs: [30_000, 10, 3_600_000],
  staleAfterMs: [60_000, 100, 86_400_000],
  closeMs: [3_000, 0, 60_000],
  maxPinMs: [30_000, 0, 86_400_000],
  sealTtlSeconds: [3_600, 1, SEAL.maxTtlSeconds],
  flushIntervalMs: [10_000, 100, 3_600_000],
  maxSeries: [10_000, 1, 10_000],
  maxBytes: [1_048_576, 16_384, 1_048_576],
  sideTimeoutMs: [2_000, 1, 600_000],
  maxInFlight: [32, 1, 10_000],
} as const;

export function numberOf(name: keyof typeof RANGES, given: unknown): number {
  const [byDefault, least, most] = RANGES[name];
  if (typeof given !== 'number' || !Number.isFinite(given)) return byDefault;
  return Math.min(most, Math.max(least, given));
}

export function logLevelOf(given: unknown): LogLevel {
  return LEVELS.find((level) => level === given) ?? 'warn';
}

/** Checks what the client cannot work without; `environment` is where `GLIDEPATH_URL` and `GLIDEPATH_SDK_KEY` are looked up. */
export function readSettings(
  options: ClientOptions,
  environment: Readonly<Record<string, string | undefined>>,
): SettingsResult {
  const url = options.url ?? environment['GLIDEPATH_URL'];
  const sdkKey = options.sdkKey ?? environment['GLIDEPATH_SDK_KEY'];
  if (!url) return wrong('no URL: pass `url` or set GLIDEPATH_URL');
  if (!sdkKey) return wrong('no SDK key: pass `sdkKey` or set GLIDEPATH_SDK_KEY');
  if (typeof sdkKey !== 'string' || sdkKey.startsWith(CLIENT_KEY_PREFIX))
    return wrong(`this is a browser's key: take a server key (${SERVER_KEY_PREFIX}…) of the environment`);
  if (!sdkKey.startsWith(SERVER_KEY_PREFIX) || /[^\x21-\x7e]/.test(sdkKey))
    return wrong(`the SDK key is no server key: it must begin with ${SERVER_KEY_PREFIX}`);
  const base = parseBase(url);
  if (typeof base === 'string') return wrong(base);
  if (!isProxy(options.network?.proxy))
    return wrong('`network.proxy` cannot be read: it must look like http://proxy:3128');
  const payload = new URL('sdk/v1/payload', base);
  const stream = new URL('sdk/v1/stream', base);
  stream.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    kind: 'ok',
    settings: {
      streamUrl: stream.href,
      payloadUrl: payload.href,
      eventsUrl: new URL('sdk/v1/events', base).href,
      sdkKey,
      mode: options.mode === 'poll' || options.mode === 'once' ? options.mode : 'stream',
      headers: headersOf(options.network?.headers, sdkKey),
      reach: reachOf(options.network),
      connectMs: numberOf('connectMs', options.timeouts?.connectMs),
      idleMs: numberOf('idleMs', options.timeouts?.idleMs),
      pollIntervalMs: numberOf('pollIntervalMs', options.poll?.intervalMs),
      reconnect: {
        minMs: numberOf('reconnectMinMs', options.reconnect?.minMs),
        maxMs: numberOf('reconnectMaxMs', options.reconnect?.maxMs),
      },
      events: {
        intervalMs: numberOf('flushIntervalMs', eventsOf(options)?.flushIntervalMs),
        isGzipped: eventsOf(options)?.gzip !== false,
      },
    },
  };
}

/** What a caller in plain JavaScript has misspelt; null where nothing is. */
export function problemOfMode({ mode }: ClientOptions): string | null {
  if (mode === undefined || MODES.includes(mode)) return null;
  const shown = typeof mode === 'string' ? ` '${String(mode).slice(0, 32)}'` : '';
  return `the mode${shown} is unknown, and \`stream\` is taken: it is one of ${MODES.join(', ')}`;
}

export function isOffline({ mode, offline }: ClientOptions): boolean {
  return mode === 'offline' || offline === true;
}

/** How to count; null = not at all. */
export function eventsOf(options: ClientOptions): EventOptions | null {
  if (isOffline(options) || options.events === false) return null;
  return options.events ?? {};
}

/** The key cannot be replaced by a header of the application's. */
function headersOf(given: NetworkOptions['headers'], sdkKey: string): Settings['headers'] {
  const own = { authorization: `Bearer ${sdkKey}` };
  if (typeof given !== 'function') return () => own;
  return () => {
    const others = Object.entries(given()).filter(([name]) => name.toLowerCase() !== 'authorization');
    return { ...Object.fromEntries(others), ...own };
  };
}

function reachOf(given: NetworkOptions | undefined): Reach {
  const { agent, ca, proxy } = given ?? {};
  return {
    ...(agent !== undefined && { agent }),
    ...(ca !== undefined && { ca }),
    ...(proxy !== undefined && { proxy }),
  };
}

/** What is wrong in a variable of the environment is another's; what the application says must hold. */
function isProxy(given: unknown): boolean {
  return given === undefined || given === false || (typeof given === 'string' && readProxy(given) !== null);
}

/** The URL of the service with a slash at its end, or what is wrong with it. */
export function parseBase(url: unknown): URL | string {
  let base: URL;
  try {
    base = new URL(String(url).endsWith('/') ? String(url) : `${String(url)}/`);
  } catch {
    return 'the URL cannot be read: it must look like https://flags.example.com';
  }
  if (base.protocol !== 'https:' && base.protocol !== 'http:')
    return `the URL must begin with https://, not ${base.protocol}//`;
  // The key travels in a header of every request.
  if (base.protocol === 'http:' && !LOOPBACK.has(base.hostname))
    return 'the URL must begin with https:// unless it names this machine';
  if (base.username || base.password) return 'the URL must not hold a user name or password';
  return base;
}

function wrong(what: string): SettingsResult {
  return { kind: 'wrong', error: { code: 'GP1001', message: `createClient(): ${what}`, retryable: false } };
}
