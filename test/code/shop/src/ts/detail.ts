import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const detail = flags.variationDetail('new-checkout', ann, false);
  if (detail.value) log('new');
  else log('old');
}
