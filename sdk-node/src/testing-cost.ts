import { cpuUsage } from 'node:process';

/** A busy machine spoils several measurements in a row; what is true shows in one of a few. */
const ATTEMPTS = 12;
const ROUNDS = 5;

/** Milliseconds of CPU that this process spends on it: what else the machine does is not counted. */
export function cpuMs(run: () => void): number {
  const before = cpuUsage();
  run();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * How many times the CPU of one another takes: each the least of some rounds in turns; the least of a few attempts, the
 * first below the limit being enough.
 */
export function leastRatio(over: () => void, under: () => void, limit: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least >= limit; attempt += 1) {
    const [above, below] = [[], []] as [number[], number[]];
    for (let round = 0; round < ROUNDS; round += 1) {
      below.push(cpuMs(under));
      above.push(cpuMs(over));
    }
    least = Math.min(least, Math.min(...above) / Math.min(...below));
  }
  return least;
}
