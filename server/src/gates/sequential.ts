/** A figure estimated from a sample, and how far to trust it. */
export interface Estimate {
  readonly value: number;
  /** Of the figure itself: the square of its standard error. */
  readonly variance: number;
  /** Degrees of freedom behind the variance. */
  readonly freedom: number;
  /** How many executions it comes from. */
  readonly n: number;
}

/** Where the truth lies. Each of the bounds holds at every look with probability `1 - alpha`. */
export interface Interval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Precision {
  /** How often each bound may ever be wrong, however often somebody looks; below 0.5. */
  readonly alpha: number;
  /** Executions that count as a small sample: intervals are narrowest from about ten times as many on. */
  readonly smallSample: number;
}

/** Below this share of a value, a difference is what is left of adding up numbers in another order. */
const ROUNDING = 1e-12;

/**
 * The interval of an estimate that may be looked at continuously: stopping at the moment when it leaves out a value is no
 * more often wrong than `alpha`. Without bounds while the sample can prove nothing.
 * Source: docs/statistics.md
 */
export function intervalOf({ value, variance, freedom, n }: Estimate, precision: Precision): Interval {
  const reach = reachOf(freedom, 1 + n / precision.smallSample, precision.alpha);
  const half = reach === Number.POSITIVE_INFINITY ? reach : reach * Math.sqrt(variance);
  return { value, lower: value - half, upper: value + half };
}

/** Of two independent estimates. */
export function differenceOf(a: Estimate, b: Estimate): Estimate {
  return {
    value: a.value - b.value,
    variance: a.variance + b.variance,
    freedom: freedomOf(a, b),
    n: 2 / (1 / a.n + 1 / b.n),
  };
}

/** Degrees of freedom behind the sum of two independent variances (Welch and Satterthwaite). */
function freedomOf(a: Estimate, b: Estimate): number {
  const spread = a.variance ** 2 / a.freedom + b.variance ** 2 / b.freedom;
  return spread > 0 ? (a.variance + b.variance) ** 2 / spread : Math.min(a.freedom, b.freedom);
}

/** The variance that a value of this size has at least, because sums are rounded. */
export function roundingOf(value: number): number {
  return (ROUNDING * value) ** 2;
}

/**
 * Standard errors on either side: where the Bayes factor of the t-statistic, its effect mixed over a normal prior,
 * reaches `1 / alpha`. `growth` is the factor by which the sample has narrowed that prior.
 */
function reachOf(freedom: number, growth: number, alpha: number): number {
  const evidence = (Math.sqrt(growth) / (2 * alpha)) ** (2 / (freedom + 1));
  if (evidence >= growth) return Number.POSITIVE_INFINITY;
  return Math.sqrt((freedom * (evidence - 1)) / (1 - evidence / growth));
}
