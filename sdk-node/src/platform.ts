import { createHash, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Re2 } from '@glidepath/core';
import type { Logger } from '@glidepath/core/sdk';
import { type Ambient, createAmbient } from './ambient.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { seal, sign } from './node-crypto.ts';
import { nodeNetwork } from './node-network.ts';

declare const __RE2_CHUNK__: string | undefined;
declare const __SDK_VERSION__: string | undefined;

/** Everything that the SDK takes from the outside, so that tests can bring their own time and chance. */
export interface Platform extends Network {
  readonly sdk: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Milliseconds that never go backwards. */
  monotonic(): number;
  /** Milliseconds since epoch, only to be shown. */
  now(): number;
  random(): number;
  uuid(): string;
  /** The first 16 bytes of SHA-256, hexadecimal. */
  hash(text: string): string;
  /** `keepsAlive`: whether the process may not end before it; everything but a pending `wait…` says no. */
  setTimer(callback: () => void, delayMs: number, keepsAlive: boolean): () => void;
  /** Calls back whenever nothing is left for this process to do; answers how to stop that. */
  beforeExit(listener: () => void): () => void;
  createAmbient<T>(): Ambient<T>;
  /** HMAC-SHA256 in hexadecimal, by the key that is derived from the secret for this use. */
  sign(secret: string, use: string, text: string): string;
  /** AES-256-GCM by the key that is derived from the secret for this use; the header is authenticated too. */
  seal(secret: string, use: string, header: string, text: string): Promise<string>;
  /** The RE2 engine, loaded on first use. */
  loadRe2(): Re2;
  /** Null where there are no files. */
  readonly disk: Disk | null;
}

export interface Network {
  openSocket(asked: NetworkRequest, events: SocketEvents): Socket;
  /** Answers how to give up. */
  getPayload(asked: NetworkRequest, done: (answer: HttpAnswer) => void): () => void;
  postReport(asked: ReportRequest, done: (answer: HttpAnswer) => void): () => void;
}

/** How the service is reached, where that is not the way that the system has. */
export interface Reach {
  readonly agent?: unknown;
  readonly ca?: string;
  readonly proxy?: string | false;
}

export interface NetworkRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly reach: Reach;
}

export interface ReportRequest extends NetworkRequest {
  /** JSON. */
  readonly text: string;
  readonly isGzipped: boolean;
}

export interface SocketEvents {
  opened(): void;
  /** Bytes have come; told once a second while a long frame is on its way. */
  heard(): void;
  frame(text: string): void;
  closed(how: {
    readonly code?: number;
    readonly status?: number;
    readonly retryAfter?: string;
    /** What stood between here and the service. */
    readonly problem?: string;
  }): void;
}

export interface Socket {
  send(text: string): void;
  terminate(): void;
}

export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly text: string;
      readonly retryAfter?: string;
      /** The service says that values which are fixed in this process may act. */
      readonly areOverridesAllowed?: boolean;
    }
  | { readonly kind: 'none'; readonly problem?: string };

/** Node's, as it is now: who puts other timers and clocks in place later (tests do) leaves this one's alone. */
export function nodePlatform(): Platform {
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  const { random } = Math;
  const { now } = Date;
  const monotonic = performance.now.bind(performance);
  const environment = process.env;
  const setTimer: Platform['setTimer'] = (callback, delayMs, keepsAlive) => {
    const timer = start(callback, Math.max(0, delayMs));
    // Timers of tests may be numbers.
    if (!keepsAlive) timer.unref?.();
    return () => stop(timer);
  };
  return {
    sdk: `node/${typeof __SDK_VERSION__ === 'string' ? __SDK_VERSION__ : '0.0.0'}`,
    logger: console,
    environment,
    monotonic,
    now: () => now(),
    random: () => random(),
    uuid: () => randomUUID(),
    hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 32),
    setTimer,
    ...nodeNetwork({ monotonic, setTimer, environment }),
    beforeExit,
    createAmbient,
    sign,
    seal,
    loadRe2,
    disk: nodeDisk,
  };
}

function loadRe2(): Re2 {
  // Synchronous, because evaluation is: CommonJS is the only format that Node can load so on every version we support.
  const load = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
  const chunk = typeof __RE2_CHUNK__ === 'string' ? __RE2_CHUNK__ : 're2js';
  return (load(chunk) as { RE2JS: Re2 }).RE2JS;
}

const exitListeners = new Set<() => void>();

function callExitListeners(): void {
  for (const listener of [...exitListeners]) listener();
}

/** One listener of the process for all clients, and none without a client. */
function beforeExit(listener: () => void): () => void {
  if (exitListeners.size === 0) process.on('beforeExit', callExitListeners);
  exitListeners.add(listener);
  return () => {
    exitListeners.delete(listener);
    if (exitListeners.size === 0) process.off('beforeExit', callExitListeners);
  };
}
