import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const missingOf = (now: readonly string[], before: readonly string[]): ReadonlySet<string> =>
  new Set(before.filter((key) => !now.includes(key)));

export function scenario(): void {
  const [now, before] = [['a'], ['a', 'b']];
  const isPending = (flags.variation('new-checkout', ann, false) || flags.variation('labels', ann, false)) && missingOf(now, before).size > 0;
  log('pending', isPending);
  const shown = before.map(key => {
    const isExiting = missingOf(now, before).has(key);
    // What stays keeps who it is.
    if ((flags.variation('labels', ann, false) || flags.variation('new-checkout', ann, false)) && !isExiting) {
      return `${key} stays`;
    }
    return `${key} ${isExiting ? 'goes' : 'is wrapped'}`;
  });
  log('shown', shown);
}
