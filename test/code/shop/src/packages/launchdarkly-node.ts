import { OpenFeature } from '@openfeature/server-sdk';
import { log } from '../trace.ts';

const client = OpenFeature.getClient();

export const scenario = (): Promise<void> =>
  client.getBooleanValue('new-checkout', false).then((isShown) => {
    if (isShown) log('feature');
    else log('no feature');
  });
