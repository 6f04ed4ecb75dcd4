import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

function totalOf(prices: readonly number[]): number {
  if (!flags.variation('new-checkout', ann, false)) return prices.length;
  let sum = 0;
  for (const price of prices) sum += price;
  return sum;
}

export const scenario = (): number => log('total', totalOf([1, 2, 3]));
