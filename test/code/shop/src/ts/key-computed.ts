import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const isOn = (area: string): boolean => flags.variation(`new-${area}`, ann, false);

export const scenario = (): void => void ['checkout', 'search'].map((area) => log(area, isOn(area)));
