import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export const scenario = (): string =>
  log('title', `Your ${flags.variation('new-checkout', ann, false) ? 'new' : 'old'} checkout`);
