import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const isOn = (isOld: boolean): boolean => flags.variation(isOld ? 'beta' : 'new-checkout', ann, false);

export const scenario = (): void => void log('both', [isOn(true), isOn(false)]);
