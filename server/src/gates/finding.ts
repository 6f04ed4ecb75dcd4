import type { Figures, GateBase, Verdict } from './gate.ts';
import type { Measured } from './measured.ts';
import type { Interval } from './statistics.ts';

/** What a gate finds; who asked it, and when, is added by the judge. */
export type Finding = { readonly figures: Figures } & (
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail' | 'inconclusive' | 'no-data' | 'provider-error'; readonly reason: string }
);

export const NO_FIGURES: Figures = { value: null, limit: null, control: null, interval: null, samples: null };

/** Reports come every ten seconds; where none has come for so long, nobody knows how it is doing now. */
const FRESH_MS = 120_000;

export function verdictOf(gate: string, at: number, finding: Finding): Verdict {
  return { gate, at, ...finding };
}

/** Bounds that are none are not told: JSON knows no infinity. */
export function boundsOf(interval: Interval | null): Figures['interval'] {
  if (interval === null) return null;
  const { lower, upper } = interval;
  return Number.isFinite(lower) && Number.isFinite(upper) ? [lower, upper] : null;
}

export function samplesOf({ treatment, control }: Measured): Figures['samples'] {
  return { released: treatment.n, control: control?.n ?? null };
}

/** Why nothing can be said of what was measured; null where something can. */
export function silenceOf({ treatment, control, heardAt }: Measured, now: number): string | null {
  if (treatment.n === 0) return 'nothing was measured of the released variation';
  if (control?.n === 0) return 'nothing was measured of the control';
  return heardAt === null || now - heardAt > FRESH_MS ? 'no application has reported for two minutes' : null;
}

/** Why what was measured is too little to let a rollout go on; null where it is enough. */
export function tooLittleOf(
  { treatment, control }: Measured,
  { minSamples }: Pick<GateBase, 'minSamples'>,
  what: string,
): string | null {
  const least = Math.min(treatment.n, control?.n ?? treatment.n);
  return least < minSamples ? `${least} of ${minSamples} ${what} in an arm` : null;
}
