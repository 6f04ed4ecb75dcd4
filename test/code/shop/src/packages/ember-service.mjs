import { flags } from '../client.ts';
import { log } from '../trace.ts';

class FeaturesService {
  isEnabled(feature) {
    return flags.variation(feature, { key: 'ann' }, false);
  }
}

class BillingRoute {
  features = new FeaturesService();

  get plans() {
    if (this.features.isEnabled('new-checkout')) {
      return ['monthly', 'yearly'];
    }
    return ['monthly'];
  }
}

export const scenario = () => log('plans', new BillingRoute().plans);
