import { flags } from '../client.ts';
import { beta, newCheckout } from '../declared.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  log('beta', flags.variation(beta, ann));
  log('path', flags.variation(newCheckout, ann) ? '/checkout/v2' : '/checkout');
}
