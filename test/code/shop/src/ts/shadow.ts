import { cart, payV1, payV2 } from '../checkout.ts';
import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

export const scenario = async (): Promise<string> =>
  log(
    'priced',
    await flags.shadow('new-checkout', ann, { control: () => payV1(cart), candidate: () => payV2(cart) }),
  );
