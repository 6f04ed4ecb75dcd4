import { log } from '../trace.ts';

export async function scenario() {
  const { createClient } = await import('@glidepath/sdk-node');
  const flags = createClient();
  const isNew = flags.variation('new-checkout', { key: 'ann' }, false);
  log('later', isNew ? 'new' : 'old');
}
