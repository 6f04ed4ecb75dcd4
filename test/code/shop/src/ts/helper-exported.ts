import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function usesNewCheckout(): boolean {
  return flags.variation('new-checkout', ann, false);
}

export const scenario = (): void => void log('helper', usesNewCheckout() ? 'new' : 'old');
