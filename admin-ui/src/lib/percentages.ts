import { BUCKETS } from '@glidepath/core';

const PERCENTAGE = /^(\d{1,3})(?:[.,](\d{1,3}))?$/;
const PER_PERCENT = BUCKETS / 100;

/** Buckets of a typed percentage with up to three decimals, exactly; null when it is none. */
export function parsePercentage(text: string): number | null {
  const match = PERCENTAGE.exec(text.trim());
  if (!match) return null;
  const thousandths = (match[2] ?? '').padEnd(3, '0');
  const weight = Number(match[1]) * PER_PERCENT + Number(thousandths);
  return weight <= BUCKETS ? weight : null;
}

/** A weight as a percentage without its sign: 12345 → `12.345`, 25000 → `25`. */
export function formatPercentage(weight: number): string {
  const whole = Math.trunc(weight / PER_PERCENT);
  const thousandths = String(weight - whole * PER_PERCENT).padStart(3, '0');
  return thousandths === '000' ? String(whole) : `${whole}.${thousandths.replace(/0+$/, '')}`;
}

/** Equal weights that sum to exactly 100 %; the first ones get what cannot be divided. */
export function equalWeights(variations: readonly string[]): Record<string, number> {
  const share = Math.floor(BUCKETS / variations.length);
  const rest = BUCKETS - share * variations.length;
  return Object.fromEntries(variations.map((variation, index) => [variation, share + (index < rest ? 1 : 0)]));
}

/** Makes the weights sum to 100 % by giving to or taking from the largest one that is not `keep`; null if it cannot. */
export function balancedWeights(
  weights: Readonly<Record<string, number>>,
  keep: string,
): Record<string, number> | null {
  const missing = BUCKETS - sumOfWeights(weights);
  const others = Object.entries(weights).filter(([variation]) => variation !== keep);
  const largest = others.toSorted(([, a], [, b]) => b - a)[0];
  if (!largest || largest[1] + missing < 0) return null;
  return { ...weights, [largest[0]]: largest[1] + missing };
}

export function sumOfWeights(weights: Readonly<Record<string, number>>): number {
  return Object.values(weights).reduce((sum, weight) => sum + weight, 0);
}
