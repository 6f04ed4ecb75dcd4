import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const darkColours = (): string => 'black';

export function scenario(): string {
  switch (flags.variation('theme', ann, 'light')) {
    case 'light':
      return log('theme', 'white');
    case 'dark': {
      const colour = darkColours();
      return log('theme', colour);
    }
    default:
      return log('theme', 'none');
  }
}
