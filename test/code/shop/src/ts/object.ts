import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const { burst, soft } = flags.variation('limits', ann, { burst: 1, soft: false });
  log('burst', burst + 1);
  if (soft) log('soft');
  const limits = flags.variation('limits', ann, { burst: 1, soft: false });
  log('again', limits.burst);
}
