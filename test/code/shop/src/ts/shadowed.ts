import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const paint = { variation: (name: string, _user: object, otherwise: boolean) => log(name, otherwise) };

function other(flags: typeof paint): boolean {
  return flags.variation('new-checkout', ann, false);
}

export function scenario(): void {
  other(paint);
  const isNew = flags.variation('new-checkout', ann, false);
  const show = (isNew: string): string => log('inner', isNew);
  if (isNew) show('new');
  else show('old');
}
