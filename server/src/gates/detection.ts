import { type Estimate, intervalOf, type Precision } from './sequential.ts';

/** By how much requests of the same people vary more than independent ones: Kish's design effect, as docs/statistics.md measures it. */
export const DESIGN_EFFECT = 3;
/** How often a harm of that size is found by then: 80 of 100. */
const POWER_Z = 0.842;
const DOUBLINGS = 40;

/** A difference that is looked for, in the unit of the estimate, and what its variance is with one execution in each arm. */
interface Sought {
  readonly difference: number;
  readonly variance: number;
  readonly freedom: number;
}

/**
 * Executions that each arm needs until the bounds of its comparison leave out zero, four times in five; null where no
 * number of them does.
 */
function executionsFor({ difference, variance, freedom }: Sought, precision: Precision): number | null {
  const isFound = (n: number): boolean => {
    const estimate: Estimate = { value: difference, variance: (DESIGN_EFFECT * variance) / n, freedom, n };
    const { lower } = intervalOf(estimate, precision);
    return lower > POWER_Z * Math.sqrt(estimate.variance);
  };
  let most = 1;
  for (let i = 0; i < DOUBLINGS && !isFound(most); i += 1) most *= 2;
  if (!isFound(most)) return null;
  let least = most / 2;
  while (most - least > most / 100) {
    const middle = (least + most) / 2;
    if (isFound(middle)) most = middle;
    else least = middle;
  }
  return most;
}

/** Until so many more errors per execution are found. */
export function executionsForErrors(rate: number, more: number, precision: Precision): number | null {
  const worse = Math.min(1, rate + more);
  const variance = rate * (1 - rate) + worse * (1 - worse);
  return executionsFor({ difference: more, variance, freedom: 62 }, precision);
}

/**
 * Until a quantile is found to be so many times as long, of durations that are log-normal between their median and their
 * 95th percentile; the variance of a quantile is Mosteller's.
 */
export function executionsForLatency(
  { p50, p95 }: { readonly p50: number; readonly p95: number },
  { quantile, times }: { readonly quantile: number; readonly times: number },
  precision: Precision,
): number | null {
  const sigma = Math.log(p95 / p50) / Z95;
  const z = zOf(quantile);
  const density = Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const variance = 2 * ((sigma / density) ** 2 * quantile * (1 - quantile));
  return executionsFor({ difference: Math.log(times), variance, freedom: 14 }, precision);
}

const Z95 = 1.645;

/** The standard normal quantile, to three digits (Abramowitz and Stegun 26.2.23). */
function zOf(quantile: number): number {
  const tail = Math.min(quantile, 1 - quantile);
  const t = Math.sqrt(-2 * Math.log(tail));
  const z =
    t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
  return quantile < 0.5 ? -z : z;
}
