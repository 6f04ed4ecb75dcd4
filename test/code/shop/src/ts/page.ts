import { page } from '../page.ts';
import { log } from '../trace.ts';

const isNew = page.variation('new-checkout', false);

export function scenario(): void {
  log(isNew ? 'new' : 'old');
  if (page.peek('new-checkout', false) && log('asked', true)) log('peeked');
}
