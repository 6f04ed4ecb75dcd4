import { flags } from '../client.ts';
import { log } from '../trace.ts';

const FeatureFlags = {
  enabled(name) {
    return flags.variation(name, { key: 'ann' }, false);
  },
};

const prefix = FeatureFlags.enabled('new-checkout') ? 'cds' : 'bx';

export const scenario = () => log('class', `${prefix}--button`);
