import { log } from '../trace.ts';
import { isEnabled } from '../ts/wrapper.ts';

const shop = { ee: { features: { isEnabled } } };

export function scenario(): void {
  const register = (name: string) => log('registered', name);
  if (shop.ee.features.isEnabled('new-checkout')) {
    register('history');
  }
  const hasPreview = shop.ee.features.isEnabled('new-checkout');
  log('actions', [hasPreview && 'preview', 'publish'].filter(Boolean));
}
