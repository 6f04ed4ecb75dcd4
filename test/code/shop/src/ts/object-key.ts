import { flags } from '../client.ts';
import { KEYS } from '../keys.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export const scenario = (): string =>
  log(
    'mode',
    flags.variation(KEYS['newCheckout'], ann, false)
      ? 'fast'
      : flags.variation(KEYS.beta, ann, false)
        ? 'beta'
        : 'slow',
  );
