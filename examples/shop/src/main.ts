import { createClient } from '@glidepath/sdk-node';
import { buildShop } from './app.ts';
import { expressCheckouts, isRelease } from './express.ts';
import { openReservations } from './reservations.ts';

const version = process.env['SHOP_VERSION'] ?? '2.0.1';
if (!isRelease(version)) throw new Error(`there is no release ${version}: ${Object.keys(expressCheckouts).join(', ')}`);

// GLIDEPATH_URL and GLIDEPATH_SDK_KEY come from the environment.
const flags = createClient({
  application: { name: 'shop', version },
  // Five times as often as usual, for those who watch.
  events: { flushIntervalMs: 2_000 },
});
const started = await flags.waitForInitialization({ timeoutSeconds: 2 });
if (started.status !== 'ready')
  console.log(`the flag service has not answered (${started.status}): fallbacks until it does`);

const reservations = openReservations({ places: 40, holdMs: 2_000, now: () => performance.now() });
const shop = buildShop(flags, expressCheckouts[version](reservations));
const address = await shop.listen({ port: Number(process.env['SHOP_PORT'] ?? 4001), host: '127.0.0.1' });
console.log(`shop ${version} ready at ${address}`);

async function stop(): Promise<void> {
  await shop.close();
  await flags.close();
  // To whoever runs it as one of several instances.
  process.disconnect?.();
}
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    void stop();
  });
}
