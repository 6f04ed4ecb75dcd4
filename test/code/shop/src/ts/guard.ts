import { cart, payV1, payV2 } from '../checkout.ts';
import { flags } from '../client.ts';
import { ann } from '../user.ts';

const pay = (): string => flags.guard('new-checkout', ann, false, (fresh) => (fresh ? payV2(cart) : payV1(cart)));

export const scenario = (): string => pay();
