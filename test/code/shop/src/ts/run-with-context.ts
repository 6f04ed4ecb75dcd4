import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export const scenario = (): void =>
  flags.runWithContext(ann, (scope) => {
    if (scope.variation('new-checkout', false)) log('new');
    else log('old');
  });
