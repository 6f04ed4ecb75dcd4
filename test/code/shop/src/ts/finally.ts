import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

function attempt(): string {
  try {
    if (flags.variation('new-checkout', ann, false)) throw new Error('new');
    return log('returned', 'old');
  } catch (error) {
    return log('caught', (error as Error).message);
  } finally {
    log('finally');
  }
}

export const scenario = (): string => attempt();
