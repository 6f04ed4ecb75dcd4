import type { BreakerOptions } from './health.ts';

/** Serves the fallback of a flag in this process once a variation of it fails too often. */
export interface Breakers {
  /** Until when the fallback is served, in milliseconds of the monotonic clock; null where the flag is served. */
  heldUntil(flag: string): number | null;
  /**
   * Whether a call may run: `closed` as always, `probe` as the one that finds out whether it works again, `open` only
   * with the fallback.
   */
  admit(flag: string): 'closed' | 'probe' | 'open';
  /** A call of this variation ended. */
  ended(call: GuardedCall, hasFailed: boolean): void;
  /** The probe said nothing: another may try. */
  released(flag: string): void;
}

export interface GuardedCall {
  readonly flag: string;
  readonly variation: string;
  readonly isProbe: boolean;
  readonly options: BreakerOptions;
}

export interface BreakersParts {
  readonly monotonic: () => number;
  /** A breaker has opened, for so long. */
  readonly onOpen: (flag: string, variation: string, holdMs: number) => void;
}

/** Default, least, most; what a caller gets wrong is brought into the range rather than refused. */
const RANGES = {
  errorRate: [0.5, 0.01, 1],
  minCalls: [20, 1, 10_000],
  windowMs: [10_000, 100, 600_000],
  holdMs: [30_000, 100, 3_600_000],
} as const satisfies Record<keyof BreakerOptions, readonly [byDefault: number, least: number, most: number]>;

/** The window moves in slices, so that it costs the same however many calls there are. */
const SLICES = 10;
/** Keys are the application's, but whoever guards made-up ones must not fill the memory. */
const MOST_VARIATIONS = 1_000;

interface Held {
  readonly until: number;
  /** A probe that never ends must not hold the flag for ever. */
  probeBy: number | null;
  readonly holdMs: number;
}

export function createBreakers({ monotonic, onOpen }: BreakersParts): Breakers {
  const held = new Map<string, Held>();
  const windows = new Map<string, Window>();

  const windowOf = ({ flag, variation }: GuardedCall): Window | null => {
    const name = `${flag}\t${variation}`;
    const known = windows.get(name);
    if (known !== undefined || windows.size >= MOST_VARIATIONS) return known ?? null;
    const fresh = new Window();
    windows.set(name, fresh);
    return fresh;
  };

  const open = ({ flag, variation, options }: GuardedCall, now: number): void => {
    const holdMs = numberOf('holdMs', options.holdMs);
    held.set(flag, { until: now + holdMs, probeBy: null, holdMs });
    windows.delete(`${flag}\t${variation}`);
    onOpen(flag, variation, holdMs);
  };

  return {
    heldUntil(flag) {
      const until = held.get(flag)?.until;
      return until !== undefined && monotonic() < until ? until : null;
    },
    admit(flag) {
      const hold = held.get(flag);
      if (hold === undefined) return 'closed';
      const now = monotonic();
      if (now < hold.until || (hold.probeBy !== null && now < hold.probeBy)) return 'open';
      hold.probeBy = now + hold.holdMs;
      return 'probe';
    },
    ended(call, hasFailed) {
      const now = monotonic();
      if (call.isProbe) {
        if (hasFailed) open(call, now);
        else held.delete(call.flag);
        return;
      }
      // What began before it opened says nothing about what is served now.
      if (held.has(call.flag)) return;
      const window = windowOf(call);
      if (window === null) return;
      window.add(now, numberOf('windowMs', call.options.windowMs), hasFailed);
      const isEnough = window.calls >= numberOf('minCalls', call.options.minCalls);
      if (hasFailed && isEnough && window.errors / window.calls >= numberOf('errorRate', call.options.errorRate))
        open(call, now);
    },
    released(flag) {
      const hold = held.get(flag);
      if (hold) hold.probeBy = null;
    },
  };
}

function numberOf(name: keyof typeof RANGES, given: unknown): number {
  const [byDefault, least, most] = RANGES[name];
  if (typeof given !== 'number' || !Number.isFinite(given)) return byDefault;
  return Math.min(most, Math.max(least, given));
}

/** Calls and errors of the last while. */
class Window {
  calls = 0;
  errors = 0;
  readonly #calls = new Uint32Array(SLICES);
  readonly #errors = new Uint32Array(SLICES);
  #slice = 0;

  add(now: number, windowMs: number, hasFailed: boolean): void {
    this.#moveTo(Math.floor((now * SLICES) / windowMs));
    const at = this.#slice % SLICES;
    this.calls += 1;
    this.#calls[at] = (this.#calls[at] ?? 0) + 1;
    if (!hasFailed) return;
    this.errors += 1;
    this.#errors[at] = (this.#errors[at] ?? 0) + 1;
  }

  #moveTo(slice: number): void {
    const steps = Math.min(SLICES, slice - this.#slice);
    for (let step = 1; step <= steps; step += 1) {
      const at = (slice - steps + step) % SLICES;
      this.calls -= this.#calls[at] ?? 0;
      this.errors -= this.#errors[at] ?? 0;
      this.#calls[at] = 0;
      this.#errors[at] = 0;
    }
    this.#slice = slice;
  }
}
