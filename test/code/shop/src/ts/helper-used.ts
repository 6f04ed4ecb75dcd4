import { log } from '../trace.ts';
import { usesNewCheckout } from './helper-exported.ts';

export const scenario = (): void => void log('used', usesNewCheckout() ? 1 : 2);
