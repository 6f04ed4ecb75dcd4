import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const flag = ({ key, otherwise }: { readonly key: string; readonly otherwise: boolean }) => async (): Promise<boolean> =>
  flags.variation(key, ann, otherwise);

export const showBanner = flag({
  key: 'new-checkout',
  otherwise: false,
});

export async function scenario(): Promise<void> {
  log('banner', (await showBanner()) ? 'shown' : 'hidden');
}
