import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const isPro = (): boolean => log('asked', ann.plan === 'pro');

export function scenario(): void {
  if (isPro() && flags.variation('new-checkout', ann, false)) log('both');
  if (flags.variation('new-checkout', ann, false) && isPro()) log('both, turned');
  if (isPro() || flags.variation('new-checkout', ann, false)) log('either');
  if (flags.variation('new-checkout', ann, false) || isPro()) log('either, turned');
}
