import { OpenFeature } from '@openfeature/server-sdk';
import { log } from '../trace.ts';

const client = OpenFeature.getClient();

export async function scenario(): Promise<void> {
  if (await client.getBooleanValue('new-checkout', false)) log('new');
  else log('old');
  const [isNew, isBeta] = await Promise.all([
    client.getBooleanValue('new-checkout', false),
    client.getBooleanValue('beta', false),
  ]);
  log('both', [isNew, isBeta]);
}
