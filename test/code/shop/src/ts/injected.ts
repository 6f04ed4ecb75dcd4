import type { FlagsClient } from '@glidepath/sdk-node';
import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

class Payments {
  private readonly flags: FlagsClient;

  constructor(client: FlagsClient) {
    this.flags = client;
  }

  pay(amount: number): number {
    if (this.flags.variation('new-checkout', ann, false)) {
      return log('express', amount);
    }
    return log('slow', amount + 1);
  }

  isBeta(): boolean {
    return this.flags.variation('beta', ann, false);
  }
}

export function scenario(): void {
  const payments = new Payments(flags);
  log('paid', [payments.pay(7), payments.isBeta()]);
}
