import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const most = flags.variation('retries', ann, 1) * 2;
  for (let attempt = 0; attempt < most; attempt += 1) log('attempt', attempt);
  if (flags.variation('retries', ann, 1) === 3) log('three');
}
