import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

const stores = new Map<string, string>([['a', 'cached']]);

async function useCache(ask: () => Promise<string>, options: { readonly enable: boolean; readonly key: string }) {
  const cached = stores.get(options.key);
  if (!options.enable ||
    !flags.variation('new-checkout', ann, false) ||
    !cached) {
    return await ask();
  }
  let key;
  if (typeof options.key === 'string') {
    key = options.key;
  }
  return `${key}: ${cached}`;
}

export async function scenario(): Promise<void> {
  for (const key of ['a', 'b']) log(key, await useCache(async () => log('asked', 'fresh'), { enable: true, key }));
}
