// An instance of an application with its people, driven over IPC by `startShoppers` (shoppers-control.ts).
import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import type { ShoppersAnswer, ShoppersRequest } from './shoppers-control.ts';

const NOTHING: ShoppersAnswer = { released: 0, failed: 0 };
const WAIT_MS = 20_000;

let client: FlagsClient | null = null;
/** So that not the same executions fail each time. */
let round = 0;

async function deploy({ url, sdkKey, version, instance }: Extract<ShoppersRequest, { do: 'deploy' }>): Promise<void> {
  await client?.close();
  client = createClient({
    url,
    sdkKey,
    instance: `${url} ${version}`,
    application: { name: 'shop', version, instance },
    // A server that was killed is back within a second, and nobody reports but when asked.
    reconnect: { minMs: 50, maxMs: 200 },
    events: { flushIntervalMs: 600_000 },
    logger: false,
  });
  await client.waitForInitialization({ timeoutSeconds: WAIT_MS / 1_000 });
}

/** The client, once it has the environment as it was at this version. */
async function clientAt(version: number): Promise<FlagsClient> {
  if (client === null) throw new Error('nothing is deployed');
  const until = performance.now() + WAIT_MS;
  while ((client.status.environmentVersion ?? 0) < version || client.status.connection !== 'streaming') {
    if (performance.now() > until) throw new Error(`no version ${version}: ${JSON.stringify(client.status)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return client;
}

async function shop(request: Extract<ShoppersRequest, { do: 'shop' }>): Promise<ShoppersAnswer> {
  const { flag, people, version, failsForOneIn } = request;
  const flags = await clientAt(version);
  round += 1;
  let released = 0;
  let failed = 0;
  for (let i = 0; i < people; i += 1) {
    const checkOut = (isNew: boolean): void => {
      if (!isNew) return;
      released += 1;
      if ((released + round) % failsForOneIn !== 0) return;
      failed += 1;
      throw new Error('the new way is broken');
    };
    try {
      flags.guard(flag, { key: `person-${i}` }, false, checkOut, { operation: 'POST /orders' });
    } catch {
      // Somebody sees an error page.
    }
  }
  return { released, failed };
}

async function answer(request: ShoppersRequest): Promise<ShoppersAnswer> {
  switch (request.do) {
    case 'deploy':
      await deploy(request);
      return NOTHING;
    case 'shop':
      return shop(request);
    case 'report': {
      const flushed = await client?.flush();
      if (!flushed?.ok) throw new Error(`what was measured did not reach the service: ${JSON.stringify(flushed)}`);
      return NOTHING;
    }
    case 'count': {
      const flags = await clientAt(request.version);
      const keys = Array.from({ length: request.people }, (_, i) => `person-${i}`);
      return { ...NOTHING, released: keys.filter((key) => flags.variation(request.flag, { key }, false)).length };
    }
    case 'close':
      await client?.close();
      return NOTHING;
  }
}

process.on('message', async (message: { readonly id: number; readonly request: ShoppersRequest }) => {
  process.send?.({ id: message.id, answer: await answer(message.request) });
  if (message.request.do === 'close') process.disconnect();
});
