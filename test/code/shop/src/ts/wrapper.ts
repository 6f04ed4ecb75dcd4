import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function isEnabled(key: string, otherwise = false): boolean {
  return flags.variation(key, ann, otherwise);
}

export function scenario(): void {
  if (isEnabled('new-checkout')) log('new');
  if (isEnabled('beta', true)) log('beta');
}
