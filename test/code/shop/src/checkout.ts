import { log } from './trace.ts';

export interface Cart {
  readonly items: readonly string[];
  readonly total: number;
}

export const cart: Cart = { items: ['book', 'pen'], total: 12 };

export const payV1 = (what: Cart): string => log('v1', `paid ${what.total}`);
export const payV2 = (what: Cart): string => log('v2', `paid ${what.total} at once`);
