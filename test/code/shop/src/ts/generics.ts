import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const first = <T,>(all: readonly T[], otherwise: T): T => all[0] ?? otherwise;

export function scenario(): void {
  const isNew = flags.variation('new-checkout', ann, false) as boolean;
  const modes = (isNew ? ['express'] : ['slow', 'safe']) satisfies readonly string[];
  log('mode', first<string>(modes, 'none'));
  log('again', (<boolean>flags.variation('new-checkout', ann, false)) ? 1 : 2);
}
