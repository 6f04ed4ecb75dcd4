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
