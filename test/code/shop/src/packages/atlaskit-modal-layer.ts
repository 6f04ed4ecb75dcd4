import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

function modal(content: string): readonly string[] {
  const dialog = [`<dialog>${content}</dialog>`];
  if (flags.variation('new-checkout', ann, false)) {
    return dialog;
  }
  const portal = ['<portal>', ...dialog, '</portal>'];
  return portal;
}

export const scenario = (): void => void log('modal', modal('text'));
