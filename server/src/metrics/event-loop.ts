import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../clock.ts';
import type { StreamMetrics } from './metrics.ts';

/** How late the event loop is. */
export interface EventLoopMonitor {
  /** Late for so long that nobody new should be let in. */
  overloaded(): boolean;
  close(): void;
}

const WINDOW_MS = 5_000;
const RESOLUTION_MS = 20;

/** Overloaded means: the 99th percentile above 200 ms in every window of the last 30 s. */
export const OVERLOAD = { p99Ms: 200, windows: 30_000 / WINDOW_MS } as const;

/** Counts on: the windows in a row that were too late. */
export function lateWindows(before: number, p99Ms: number): number {
  return p99Ms > OVERLOAD.p99Ms ? before + 1 : 0;
}

export function openEventLoopMonitor(clock: Clock, gauge: StreamMetrics['eventLoopDelay']): EventLoopMonitor {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let late = 0;
  let timer = clock.setTimer(look, WINDOW_MS);

  function look(): void {
    // The histogram holds distances between its own ticks, so its resolution is part of every value.
    const delayMs = (percentile: number) => Math.max(0, histogram.percentile(percentile) / 1e6 - RESOLUTION_MS);
    for (const quantile of [0.5, 0.99]) gauge.set({ quantile }, delayMs(quantile * 100) / 1_000);
    late = lateWindows(late, delayMs(99));
    histogram.reset();
    timer = clock.setTimer(look, WINDOW_MS);
  }

  return {
    overloaded: () => late >= OVERLOAD.windows,
    close() {
      timer.cancel();
      histogram.disable();
    },
  };
}
