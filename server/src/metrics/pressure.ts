import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../clock.ts';
import type { StreamMetrics } from './metrics.ts';

/** Signs that this process has too much to do; what it has promised already goes on. */
export interface PressureGauge {
  /** The event loop is late, or memory is short: nobody new, and nothing large. */
  isOverloaded(): boolean;
  isMemoryShort(): boolean;
  close(): void;
}

export interface PressureOptions {
  readonly clock: Clock;
  readonly gauge: StreamMetrics['eventLoopDelay'];
  /** Bytes in use, and how many the process may have. */
  readonly residentBytes: () => number;
  readonly memoryBytes: number;
}

const WINDOW_MS = 5_000;
const RESOLUTION_MS = 20;
const MEMORY_SHARE = 0.8;

/** Overloaded means: the 99th percentile above 200 ms in every window of the last 30 s. */
export const OVERLOAD = { p99Ms: 200, windows: 30_000 / WINDOW_MS } as const;

/** Counts on: the windows in a row that were too late. */
export function lateWindows(before: number, p99Ms: number): number {
  return p99Ms > OVERLOAD.p99Ms ? before + 1 : 0;
}

export function openPressureGauge({ clock, gauge, residentBytes, memoryBytes }: PressureOptions): PressureGauge {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let late = 0;
  let isMemoryShort = false;
  let timer = clock.setTimer(look, WINDOW_MS);

  function look(): void {
    // The histogram holds distances between its own ticks, so its resolution is part of every value.
    const delayMs = (percentile: number) => Math.max(0, histogram.percentile(percentile) / 1e6 - RESOLUTION_MS);
    for (const quantile of [0.5, 0.99]) gauge.set({ quantile }, delayMs(quantile * 100) / 1_000);
    late = lateWindows(late, delayMs(99));
    histogram.reset();
    isMemoryShort = residentBytes() > MEMORY_SHARE * memoryBytes;
    timer = clock.setTimer(look, WINDOW_MS);
  }

  return {
    isOverloaded: () => late >= OVERLOAD.windows || isMemoryShort,
    isMemoryShort: () => isMemoryShort,
    close() {
      timer.cancel();
      histogram.disable();
    },
  };
}
