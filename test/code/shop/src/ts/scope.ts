import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

function render(title: string): string {
  const scope = flags.forContext(ann);
  const isNew = scope.variation('new-checkout', false);
  return isNew ? title.toUpperCase() : title;
}

export const scenario = (): string => log('page', render('Shop'));
