import { meanOf } from './estimates.ts';
import { differenceOf, type Estimate, type Interval, intervalOf, type Precision } from './sequential.ts';

/** Both bounds together pause at most five healthy rollouts in a thousand, however often somebody asks. */
const PRECISION: Precision = { alpha: 0.0025, smallSample: 500 };

/** How often the treatment was seen for each time that the control was, and whether that can be so. */
interface SampleRatio {
  readonly ratio: Interval;
  readonly isMismatch: boolean;
}

interface Counts {
  readonly treatment: readonly number[];
  readonly control: readonly number[];
}

/**
 * Whether arms of equal size, as those of a rollout always are, have been seen equally often, from what each shard of
 * them has counted; may be asked continuously. Null while nobody can know.
 *
 * Of means of logarithms, not of sums: one busy person then weighs no more than one shard.
 */
export function sampleRatioOf({ treatment, control }: Counts): SampleRatio | null {
  const [a, b] = [logCountOf(treatment), logCountOf(control)];
  const n = total(treatment) + total(control);
  if (a === null || b === null || n === 0) return null;
  const { value, lower, upper } = intervalOf({ ...differenceOf(a, b), n: n / 2 }, PRECISION);
  return {
    ratio: { value: Math.exp(value), lower: Math.exp(lower), upper: Math.exp(upper) },
    isMismatch: lower > 0 || upper < 0,
  };
}

/** Of a shard; half an execution keeps an empty one countable. */
function logCountOf(counts: readonly number[]): Estimate | null {
  return meanOf({ n: counts.map(() => 1), sum: counts.map((count) => Math.log(count + 0.5)) });
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
