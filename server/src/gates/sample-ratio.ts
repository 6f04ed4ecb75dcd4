import { meanOf } from './estimates.ts';
import { type PeopleSeen, peopleRatioOf } from './people-ratio.ts';
import { differenceOf, type Estimate, type Interval, intervalOf, type Precision } from './sequential.ts';

/** Of the ratio of executions. Both bounds together pause at most one healthy stage in a thousand, as that of people. */
const PRECISION: Precision = { alpha: 0.0005, smallSample: 500 };

/** How often the treatment was seen for each time that the control was, and whether that can be so. */
interface SampleRatio {
  readonly ratio: Interval;
  readonly isMismatch: boolean;
}

interface Counts {
  /** Executions, by shard. */
  readonly treatment: readonly number[];
  readonly control: readonly number[];
  /** Absent where no application counts people. */
  readonly people?: PeopleSeen;
}

/**
 * Whether arms of equal size, as those of a rollout always are, have been seen equally often, from what each shard of
 * them has counted; may be asked continuously. Null while nobody can know.
 *
 * Of people where they are counted. Executions show large losses only: a few people make most of them.
 */
export function sampleRatioOf({ treatment, control, people }: Counts): SampleRatio | null {
  const ratio = (people && peopleRatioOf(people)) ?? executionRatioOf(treatment, control);
  return ratio && { ratio, isMismatch: ratio.lower > 1 || ratio.upper < 1 };
}

/** Of means of logarithms, not of sums: one busy person then weighs no more than one shard. */
function executionRatioOf(treatment: readonly number[], control: readonly number[]): Interval | null {
  const [a, b] = [logCountOf(treatment), logCountOf(control)];
  const n = total(treatment) + total(control);
  if (a === null || b === null || n === 0) return null;
  const { value, lower, upper } = intervalOf({ ...differenceOf(a, b), n: n / 2 }, PRECISION);
  return { value: Math.exp(value), lower: Math.exp(lower), upper: Math.exp(upper) };
}

/** Of a shard; half an execution keeps an empty one countable. */
function logCountOf(counts: readonly number[]): Estimate | null {
  return meanOf({ n: counts.map(() => 1), sum: counts.map((count) => Math.log(count + 0.5)) });
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
