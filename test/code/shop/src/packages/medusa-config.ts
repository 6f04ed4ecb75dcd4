import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

class FeatureFlag {
  static isFeatureEnabled(key: string): boolean {
    return flags.variation(key, ann, false);
  }
}

export function scenario(): void {
  log('modules', [
    { resolve: 'order' },
    {
      resolve: 'translation',
      disable: !FeatureFlag.isFeatureEnabled('new-checkout'),
    },
    {
      resolve: 'rbac',
      disable: !FeatureFlag.isFeatureEnabled('beta'),
    },
  ]);
}
