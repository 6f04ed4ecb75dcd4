import { cart, payV1, payV2 } from '../checkout.ts';
import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

async function pay(): Promise<string> {
  return await flags.guard('new-checkout', ann, false, async (fresh) => {
    log('guarded');
    if (!fresh) return payV1(cart);
    await Promise.resolve();
    return payV2(cart);
  });
}

export const scenario = async (): Promise<string> => log('paid', await pay());
