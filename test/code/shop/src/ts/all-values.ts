import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const { values } = flags.allFlagsState(ann);
  log('new', values['new-checkout'] === true);
  log('beta', values['beta'] === true);
}
