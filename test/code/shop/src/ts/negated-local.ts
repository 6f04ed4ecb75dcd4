import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const isOld = !flags.variation('new-checkout', ann, false);
  if (isOld) log('old');
  for (const step of ['a', 'b']) {
    if (isOld && step === 'b') continue;
    log('step', step);
  }
}
