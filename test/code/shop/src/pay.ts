import type { FlagsClient } from '@glidepath/sdk-node';
import { ann } from './user.ts';

const slowly = (total: number): string => `${total} slowly`;

/** What the tests of this package try. */
export function pay(flags: FlagsClient, total: number): string {
  if (total === 0) return 'nothing';
  const isBeta = flags.variation('beta', ann, false);
  if (flags.variation('new-checkout', ann, false)) {
    return `${total} at once${isBeta ? ', as a beta' : ''}`;
  }
  return slowly(total);
}
