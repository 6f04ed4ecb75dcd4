import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  const theme = flags.variation('theme', ann, 'light');
  if (theme === 'dark') log('dark');
  else if (theme === 'light') log('light');
  else log('other', theme);
  log('class', ['page', theme].join('-'));
}
