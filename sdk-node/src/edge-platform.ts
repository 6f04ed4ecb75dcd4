import { RE2JS } from 're2js';
import type { Ambient } from './ambient.ts';
import { sealOnEdge, signOnEdge } from './edge-crypto.ts';
import { edgeNetwork } from './edge-network.ts';
import type { Platform } from './platform.ts';
import { hexOf, sha256 } from './sha256.ts';

declare const __SDK_VERSION__: string | undefined;

/** What some of the places that this runs in have besides the standards of the web. */
interface EdgeGlobals {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly AsyncLocalStorage?: new <T>() => {
    run<R>(value: T, run: () => R): R;
    getStore(): T | undefined;
  };
}

const encoder = new TextEncoder();

/** Workers and edge functions: standards of the web, no files, no `node:` modules and no streams. */
export function edgePlatform(): Platform {
  const globals = globalThis as EdgeGlobals;
  const { random } = Math;
  const { now } = Date;
  const setTimer: Platform['setTimer'] = (callback, delayMs) => {
    const timer = setTimeout(callback, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  };
  return {
    sdk: `edge/${typeof __SDK_VERSION__ === 'string' ? __SDK_VERSION__ : '0.0.0'}`,
    logger: console,
    environment: globals.process?.env ?? {},
    monotonic: () => performance.now(),
    now: () => now(),
    random: () => random(),
    uuid: () => crypto.randomUUID(),
    hash: (text) => hexOf(sha256(encoder.encode(text)).subarray(0, 16)),
    setTimer,
    ...edgeNetwork(setTimer),
    beforeExit: () => () => undefined,
    createAmbient: () => ambientOf(globals),
    sign: signOnEdge,
    seal: sealOnEdge,
    loadRe2: () => RE2JS,
    disk: null,
  };
}

function ambientOf<T>({ AsyncLocalStorage }: EdgeGlobals): Ambient<T> {
  if (AsyncLocalStorage === undefined) return synchronousAmbient();
  const storage = new AsyncLocalStorage<T>();
  return { run: (value, run) => storage.run(value, run), current: () => storage.getStore() };
}

/** Reaches as far as the first await, and says so once. */
function synchronousAmbient<T>(): Ambient<T> {
  let current: T | undefined;
  let isTold = false;
  return {
    run(value, run) {
      if (!isTold)
        console.warn('[glidepath] GP1121 no AsyncLocalStorage here: runWithContext() ends at the first await');
      isTold = true;
      const before = current;
      current = value;
      try {
        return run();
      } finally {
        current = before;
      }
    },
    current: () => current,
  };
}
