import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

function columns(count = flags.variation('new-checkout', ann, false) ? 4 : 2): number {
  return count;
}

export const scenario = (): void => void log('columns', [columns(), columns(9)]);
