import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const stop = flags.watch('new-checkout', ann, false, (change) => log('now', change.value));
  stop();
}
