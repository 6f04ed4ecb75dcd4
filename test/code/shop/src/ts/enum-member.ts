import { flags } from '../client.ts';
import { Flag } from '../keys.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  if (flags.variation(Flag.NewCheckout, ann, false)) log('new');
  if (flags.variation(Flag.Beta, ann, false)) log('beta');
}
