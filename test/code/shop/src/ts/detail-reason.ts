import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const { value, reason } = flags.variationDetail('new-checkout', ann, false);
  log('why', [value, reason.kind]);
}
