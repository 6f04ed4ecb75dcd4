import { flags } from '../client.ts';
import { log } from '../trace.ts';

const KEYS = ['new-checkout', 'beta'];

export function scenario() {
  for (const key of KEYS) log(key, flags.variation(key, { key: 'ann' }, false));
}
