import type { FlagsClient } from '@glidepath/sdk-node';
import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

class Toggles {
  readonly #client: FlagsClient;

  constructor(client: FlagsClient) {
    this.#client = client;
  }

  isOn(key: string): boolean {
    return this.#client.variation(key, ann, false);
  }
}

export function scenario(): void {
  const toggles = new Toggles(flags);
  log('fee', toggles.isOn('new-checkout') ? 0 : 3);
  log('beta', toggles.isOn('beta'));
}
