import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const manager = (isImmediate: boolean) => ({
  hide(delay: number): void {
    const isCancelled = delay === 0 && flags.variation('new-checkout', ann, false);
    if (isImmediate && flags.variation('new-checkout', ann, false)) {
      log('now');
      return;
    }
    log(isCancelled ? 'cancelled' : 'later', delay);
  },
});

export function scenario(): void {
  manager(true).hide(0);
  manager(false).hide(0);
  manager(false).hide(5);
}
