import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

function leave(isImmediate: boolean, isTouched: boolean): string {
  if (isTouched) {
    return log('touched', 'stay');
  } else if (isImmediate) {
    log('at once');
  } else if (flags.variation('new-checkout', ann, false)) {
    // The layer closes by itself.
    log('layer');
  }
  return 'left';
}

export const scenario = (): void => void log('ends', [leave(true, false), leave(false, true), leave(false, false)]);
