import { cart, payV1, payV2 } from '../checkout.ts';
import { flags } from '../client.ts';
import { ann } from '../user.ts';

export function scenario(): string {
  if (flags.variation('new-checkout', ann, false)) {
    return payV2(cart);
  } else {
    return payV1(cart);
  }
}
