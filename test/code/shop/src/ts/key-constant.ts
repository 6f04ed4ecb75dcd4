import { flags } from '../client.ts';
import { THEME_KEY as KEY } from '../keys.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export const scenario = (): string => log('theme', flags.variation(KEY, ann, 'light').toUpperCase());
