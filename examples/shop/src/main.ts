import { createClient } from '@glidepath/sdk-node';
import { buildShop } from './app.ts';

// GLIDEPATH_URL and GLIDEPATH_SDK_KEY come from the environment.
const flags = createClient({ application: { name: 'shop', version: process.env['SHOP_VERSION'] ?? '1.0.0' } });
flags.on('change', ({ keys, toVersion }) => console.log(`flags v${toVersion}: ${keys.join(', ')} changed`));

const started = await flags.waitForInitialization({ timeoutSeconds: 2 });
if (started.status !== 'ready')
  console.log(`the flag service has not answered (${started.status}): fallbacks until it does`);

const shop = buildShop(flags);
const address = await shop.listen({ port: Number(process.env['SHOP_PORT'] ?? 4001), host: '127.0.0.1' });
console.log(`shop ready at ${address}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await shop.close();
    await flags.close();
  });
}
