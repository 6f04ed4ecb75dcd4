import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  if (flags.variation('beta', ann, false)) {
    if (flags.variation('new-checkout', ann, false)) {
      log('both');
    } else if (flags.variation('theme', ann, 'light') === 'dark') {
      log('dark beta');
    } else {
      log('beta');
    }
  } else if (flags.variation('new-checkout', ann, false)) log('new');
}
