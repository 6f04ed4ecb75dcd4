import { cpuUsage } from 'node:process';

/** A busy machine spoils several measurements in a row; what is true shows in one of a few. */
const ATTEMPTS = 12;
const ROUNDS = 5;

/**
 * Milliseconds that it takes, by the clock or of CPU, whichever is less: by the clock what else the machine does counts
 * too, and of CPU what the collector and the compiler do beside it.
 */
export function costMs(run: () => void): number {
  const [startedAt, before] = [performance.now(), cpuUsage()];
  run();
  const { user, system } = cpuUsage(before);
  return Math.min(performance.now() - startedAt, (user + system) / 1_000);
}

/**
 * How many times as much as another one takes: each the least of some rounds in turns; the least of a few attempts, the
 * first below the limit being enough.
 */
export function leastRatio(over: () => void, under: () => void, limit: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least >= limit; attempt += 1) {
    const [above, below] = [[], []] as [number[], number[]];
    for (let round = 0; round < ROUNDS; round += 1) {
      below.push(costMs(under));
      above.push(costMs(over));
    }
    least = Math.min(least, Math.min(...above) / Math.min(...below));
  }
  return least;
}
