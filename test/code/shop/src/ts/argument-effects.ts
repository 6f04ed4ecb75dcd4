import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const userOf = (request: string) => log('asked for', { ...ann, request });

export function scenario(): void {
  if (flags.variation('new-checkout', userOf('r1'), false)) log('new');
  else log('old');
}
