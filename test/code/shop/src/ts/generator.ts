import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

function* steps(): Generator<string> {
  yield 'cart';
  if (flags.variation('new-checkout', ann, false)) {
    yield 'express';
    return;
  }
  yield* ['address', 'payment'];
}

async function* slowly(): AsyncGenerator<string> {
  for (const step of steps()) yield flags.variation('new-checkout', ann, false) ? step.toUpperCase() : step;
}

export async function scenario(): Promise<void> {
  for await (const step of slowly()) log('step', step);
}
