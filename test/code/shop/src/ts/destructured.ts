import { page } from '../page.ts';
import { log } from '../trace.ts';

export function scenario(): void {
  const { variation } = page;
  while (variation('new-checkout', false)) {
    log('once');
    break;
  }
}
