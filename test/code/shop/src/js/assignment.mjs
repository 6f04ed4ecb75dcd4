import { flags } from '../client.ts';
import { log } from '../trace.ts';

export function scenario() {
  const page = {};
  page.title = flags.variation('new-checkout', { key: 'ann' }, false) ? 'New' : 'Old';
  page.isOpen ||= flags.variation('new-checkout', { key: 'ann' }, false);
  Object.assign(page, flags.variation('new-checkout', { key: 'ann' }, false) && { express: true });
  log('page', page);
}
