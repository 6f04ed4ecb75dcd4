import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const keysOf = (limits: object): string[] => Object.keys(limits).toSorted();

export function scenario(): void {
  const limits = flags.variation('limits', ann, { burst: 1, soft: false });
  log('keys', keysOf(limits));
  log('keys', keysOf({ ...limits, more: 1 }));
}
