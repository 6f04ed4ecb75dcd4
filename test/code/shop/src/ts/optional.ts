import type { FlagsClient } from '@glidepath/sdk-node';
import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const isNew = (client?: FlagsClient): boolean => client?.variation('new-checkout', ann, false) ?? false;

export const scenario = (): void => void log('new', [isNew(flags), isNew()]);
