import { OpenFeature } from '@openfeature/web-sdk';
import { log } from '../trace.ts';

export function scenario(): void {
  const client = OpenFeature.getClient('shop');
  const title = client.getBooleanDetails('new-checkout', false).value ? 'New shop' : 'Shop';
  log('title', title);
}
