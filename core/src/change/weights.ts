import { BUCKETS } from '../model/keys.ts';
import type { Flag, Weights } from '../model/model.ts';
import type { ChangeProblem } from './problem.ts';
import { code, grouped, oneOf } from './words.ts';

/** Keys of a flag's variations, in their order. */
export function variationKeys(flag: Flag): readonly string[] {
  return flag.variations.map((variation) => variation.key);
}

export function problemsOfVariation(flag: Flag, variation: string, pointer: string): readonly ChangeProblem[] {
  const known = variationKeys(flag);
  if (known.includes(variation)) return [];
  const detail = `Flag ${code(flag.key)} has no variation ${code(variation)}. Use ${oneOf(known)}.`;
  return [{ code: 'unknown-variation', pointer, detail }];
}

/** Weights must name the flag's variations, be whole numbers from 0, and sum to 100,000. */
export function problemsOfWeights(flag: Flag, weights: Weights, pointer: string): readonly ChangeProblem[] {
  const entries = Object.entries(weights);
  const unknown = entries.flatMap(([variation]) => problemsOfVariation(flag, variation, pointer));
  if (unknown.length > 0) return unknown;
  const broken = entries.find(([, weight]) => !Number.isInteger(weight) || weight < 0);
  if (broken !== undefined) {
    const detail = `The weight of ${code(broken[0])} is ${broken[1]}. Give a whole number of thousandths of a percent, from 0 to 100,000.`;
    return [{ code: 'weights', pointer, detail }];
  }
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  if (sum === BUCKETS) return [];
  const detail = `The weights sum to ${grouped(sum)}. Make them sum to 100,000 (thousandths of a percent).`;
  return [{ code: 'weights', pointer, detail }];
}
