/** Time and chance come in here and nowhere else. */
export interface Clock {
  /** Milliseconds since epoch by the database's clock; never goes backwards. */
  now(): number;
  /** Milliseconds on this process's own monotonic clock; for durations only. */
  monotonic(): number;
  /** Calls back after `delayMs` of this clock. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

export interface Timer {
  cancel(): void;
}

/** A number in [0, 1). */
export type Random = () => number;

/** A clock that can be set by the database's. */
export interface ServiceClock extends Clock {
  /**
   * Measures the database's clock now and every ten seconds: processes that share a database then agree on the time,
   * whatever their own machines say. A failed measurement leaves the last one in force.
   */
  follow(databaseTime: () => Promise<number>): Promise<void>;
  close(): void;
}

const MEASURE_EVERY_MS = 10_000;

/** What a clock is made of; the machine's own by default. */
export interface TimeSource {
  monotonic(): number;
  /** Milliseconds since epoch at `monotonic() = 0`, as this machine believes it. */
  readonly origin: number;
}

const MACHINE: TimeSource = { monotonic: () => performance.now(), origin: performance.timeOrigin };

/** Until it follows a database it shows the machine's time. */
export function openClock(source: TimeSource = MACHINE): ServiceClock {
  let offset = source.origin;
  let shown = 0;
  let timer: Timer | null = null;
  let closed = false;

  function now(): number {
    // Where the database's clock turns out to be behind, time stands still until that has caught up.
    shown = Math.max(shown, Math.round(source.monotonic() + offset));
    return shown;
  }

  function setTimer(callback: () => void, delayMs: number): Timer {
    const handle = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(handle) };
  }

  async function follow(databaseTime: () => Promise<number>): Promise<void> {
    await measure(databaseTime).catch(() => undefined);
    if (!closed) timer = setTimer(() => void follow(databaseTime), MEASURE_EVERY_MS);
  }

  async function measure(databaseTime: () => Promise<number>): Promise<void> {
    const asked = source.monotonic();
    const time = await databaseTime();
    // The answer was true at some moment of the way there and back: its middle errs by half at most.
    offset = time - (asked + source.monotonic()) / 2;
  }

  return {
    now,
    monotonic: source.monotonic,
    setTimer,
    follow,
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
