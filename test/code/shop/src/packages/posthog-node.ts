import type { FlagsClient } from '@glidepath/sdk-node';
import { flags } from '../client.ts';
import { log } from '../trace.ts';

class Client {
  readonly flags: FlagsClient = flags;

  async isFeatureEnabled(key: string, distinctId: string): Promise<boolean> {
    return this.flags.variation(key, { key: distinctId }, false);
  }
}

export async function scenario(): Promise<void> {
  const client = new Client();
  const isMyFlagEnabled = await client.isFeatureEnabled('new-checkout', 'ann');

  if (isMyFlagEnabled) {
    log('differently');
  }
}
