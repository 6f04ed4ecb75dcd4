import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

class Page {
  static readonly title = flags.variation('new-checkout', ann, false) ? 'New' : 'Old';
  readonly columns = flags.variation('new-checkout', ann, false) ? 3 : 2;

  get isNew(): boolean {
    return flags.variation('new-checkout', ann, false);
  }
}

export function scenario(): void {
  const shown = new Page();
  log(Page.title, [shown.columns, shown.isNew]);
}
