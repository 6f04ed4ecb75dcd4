import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export function scenario(): void {
  outer: for (const row of [1, 2, 3]) {
    log('row', row);
    for (const column of [1, 2, 3]) {
      log('column', column);
      if (flags.variation('new-checkout', ann, false)) continue outer;
      if (column === 2) break outer;
      log('cell', [row, column]);
    }
  }
  do {
    log('body');
  } while (!flags.variation('new-checkout', ann, false) && log('asked', false));
}
