import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  let isNew = flags.variation('new-checkout', ann, false);
  if (ann.plan === 'free') isNew = false;
  log('new', isNew ? 'yes' : 'no');
}
