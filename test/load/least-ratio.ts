import { type Case, measureRounds, ratioOf } from './rounds.ts';

const EFFORT = { rounds: 9, ms: 25, warmMs: 400 };
/** A busy machine spoils several measurements in a row; what is true shows in one of a few. */
const ATTEMPTS = 8;

/** How many times the CPU of one case another takes: the least of a few attempts, the first below the limit being enough. */
export async function leastRatio(over: Case, under: Case, limit: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least > limit; attempt += 1) {
    const rounds = await measureRounds([over, under], EFFORT);
    least = Math.min(least, ratioOf(rounds, over, under).median);
  }
  return least;
}
