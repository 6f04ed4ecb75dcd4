import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const AREA = 'checkout';

export function scenario(): void {
  const isOn: boolean = flags.variation(`new-${AREA}`, ann, false);
  if (!isOn) log('off');
  log('end');
}
