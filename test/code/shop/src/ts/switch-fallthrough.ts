import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  switch (flags.variation('theme', ann, 'light')) {
    case 'dark':
      log('dim');
    // falls through
    case 'sepia':
      log('warm');
      break;
    case 'light':
      log('bright');
  }
  log('end');
}
