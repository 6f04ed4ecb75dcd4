import type { Interval } from './sequential.ts';

/** How many people were counted for the first time, by shard. */
export interface PeopleSeen {
  readonly treatment: readonly number[];
  readonly control: readonly number[];
}

/** Pauses at most so many healthy stages, however often somebody looks. */
const ALPHA = 0.001;

/**
 * Losses that are looked for, and how much of the evidence each may ask for. What is promised is a tenth of 5,000 people:
 * the sum is largest for it a little below that.
 */
const LOSSES = [
  { weight: 0.9, loss: 0.08 },
  { weight: 0.05, loss: 0.025 },
  { weight: 0.05, loss: 0.4 },
] as const;

/** Of the ratio, with the loss in the one arm and in the other. */
const ALTERNATIVES = LOSSES.flatMap(({ weight, loss }) =>
  [1 - loss, 1 / (1 - loss)].map((factor) => ({ weight: weight / 2, factor })),
);

/** Beyond this factor, or this part, no ratio is looked for. */
const FAR = 1e6;
/** Leaves less than a ten-thousandth. */
const HALVINGS = 18;

/**
 * How many people of the treatment were seen for each of the control, between bounds that hold at every look: the ratios
 * that a mixture of likelihood ratios, a martingale while both are equally likely to come next, does not refute.
 * Null while nobody was counted.
 */
export function peopleRatioOf(seen: PeopleSeen): Interval | null {
  const [t, c] = [total(seen.treatment), total(seen.control)];
  if (t + c === 0) return null;
  const dispersion = dispersionOf(seen);
  const [treatment, control] = [t / dispersion, c / dispersion];
  const value = t / c;
  const isRefuted = (ratio: number): boolean => evidenceAgainst(ratio, treatment, control) >= Math.log(1 / ALPHA);
  const from = (t + 0.5) / (c + 0.5);
  return { value, lower: boundOf(from, 1 / FAR, isRefuted) ?? 0, upper: boundOf(from, FAR, isRefuted) ?? Infinity };
}

/** The logarithm of the mixture: what is more likely by as much, with a loss of either arm, than with this ratio. */
function evidenceAgainst(ratio: number, treatment: number, control: number): number {
  const n = treatment + control;
  const likelier = (factor: number): number =>
    treatment * Math.log(factor) - n * Math.log((1 + ratio * factor) / (1 + ratio));
  const terms = ALTERNATIVES.map(({ weight, factor }) => Math.log(weight) + likelier(factor));
  const most = Math.max(...terms);
  return most + Math.log(total(terms.map((term) => Math.exp(term - most))));
}

/** Where ratios begin to be refuted on the way from the one observed; null where they never are. */
function boundOf(from: number, factor: number, isRefuted: (ratio: number) => boolean): number | null {
  let [held, refuted] = [Math.log(from), Math.log(from * factor)];
  if (!isRefuted(Math.exp(refuted))) return null;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (held + refuted) / 2;
    if (isRefuted(Math.exp(middle))) refuted = middle;
    else held = middle;
  }
  return Math.exp(held);
}

/**
 * By how much more the shards of an arm differ than by chance: whoever is seen by several processes is counted by each,
 * so that a count is worth less than a person.
 */
function dispersionOf({ treatment, control }: PeopleSeen): number {
  const scatter = [treatment, control].map(scatterOf);
  const freedom = treatment.length + control.length - 2;
  return Math.max(1, total(scatter) / freedom);
}

function scatterOf(counts: readonly number[]): number {
  const mean = total(counts) / counts.length;
  return mean === 0 ? 0 : total(counts.map((count) => (count - mean) ** 2)) / mean;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
