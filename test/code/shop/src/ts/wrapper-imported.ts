import { log } from '../trace.ts';
import { isEnabled as isOn } from './wrapper.ts';

export function scenario(): void {
  const steps = ['cart', ...(isOn('new-checkout', true) ? ['express'] : ['address', 'payment'])];
  log('steps', steps);
}
