// A process full of SDK clients, driven over IPC by `startFleet` (fleet-control.ts).
import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import type { FleetAnswer, FleetRequest, Phase, Sight } from './fleet-control.ts';

const clients: FlagsClient[] = [];
const sights: Sight[][] = [];
const rejections: string[] = [];
process.on('unhandledRejection', (error) => rejections.push(String(error)));

/** What a client serves, as one text. */
function sightOf(client: FlagsClient, flags: readonly string[]): Sight {
  const values = flags.map((flag) => client.variation(flag, { key: 'anybody' }, null as unknown));
  return { version: client.status.environmentVersion ?? 0, values: values.map(String).join(' '), at: Date.now() };
}

function watched(client: FlagsClient, flags: readonly string[]): Sight[] {
  const seen: Sight[] = [];
  client.on('change', () => seen.push(sightOf(client, flags)));
  return seen;
}

/** How many clients come and go at once. */
const CROWD = 50;
const LONGEST_STAY_MS = 5_000;

/** Closes each as soon as it does what is asked for; in turns. */
async function churn({ count, url, sdkKey, closeWhile }: Extract<FleetRequest, { do: 'churn' }>) {
  const closedWhile: Partial<Record<Phase, number>> = {};
  const visit = async (i: number): Promise<void> => {
    const client = createClient({ url, sdkKey, instance: String(i), logger: false });
    const waiting = client.waitForInitialization({ timeoutSeconds: 20 });
    const until = performance.now() + LONGEST_STAY_MS;
    // Whoever streams is past all else.
    const phases: readonly (Phase | undefined)[] = [closeWhile[i % closeWhile.length], 'streaming'];
    while (!phases.includes(phaseOf(client)) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 1));
    const phase = phaseOf(client);
    closedWhile[phase] = (closedWhile[phase] ?? 0) + 1;
    await client.close();
    await waiting;
  };
  for (let from = 0; from < count; from += CROWD)
    await Promise.all(Array.from({ length: CROWD }, (_, i) => visit(from + i)));
  // What has been closed is gone a moment later.
  await new Promise((resolve) => setTimeout(resolve, 500));
  let heapKb = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc?.();
    heapKb = Math.min(heapKb, process.memoryUsage().heapUsed / 1_024);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { closedWhile, heapKb };
}

async function rejoin({ times, url, sdkKey }: Extract<FleetRequest, { do: 'rejoin' }>): Promise<number[]> {
  const waitedMs: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const client = createClient({ url, sdkKey, instance: `rejoins-${i}`, logger: false });
    const { status, elapsedMs } = await client.waitForInitialization({ timeoutSeconds: 20 });
    waitedMs.push(status === 'ready' ? elapsedMs : Number.POSITIVE_INFINITY);
    await client.close();
  }
  return waitedMs;
}

function phaseOf({ status }: FlagsClient): Phase {
  if (status.source !== 'none') return 'streaming';
  if (status.lastContactAt !== null) return 'in a transfer';
  return status.lastError === null ? 'connecting' : 'in back-off';
}

async function answer(request: FleetRequest): Promise<FleetAnswer> {
  switch (request.do) {
    case 'connect': {
      const { count, url, sdkKey, options = {}, watch = [] } = request;
      for (let i = 0; i < count; i += 1) {
        const application = { name: 'fleet', instance: `client-${i}` };
        // A connection of its own for each, though they are of one process.
        const instance = String(clients.length);
        const client = createClient({ ...options, url, sdkKey, application, instance, logger: false });
        clients.push(client);
        sights.push(watched(client, watch));
      }
      const results = await Promise.all(clients.map((client) => client.waitForInitialization({ timeoutSeconds: 20 })));
      return { ready: results.filter((result) => result.status === 'ready').length };
    }
    case 'values':
      return {
        values: clients.map((client) => client.variation(request.flag, { key: 'anybody' }, null as unknown)),
      };
    case 'split': {
      const counts: Record<string, number> = {};
      for (let i = 0; i < request.keys; i += 1) {
        const variation = clients[0]?.variationDetail(request.flag, { key: `user-${i}` }, false).variation ?? 'none';
        counts[variation] = (counts[variation] ?? 0) + 1;
      }
      return { counts };
    }
    case 'evaluate': {
      const counts: Record<string, number> = {};
      for (const client of clients)
        for (let i = 0; i < request.times; i += 1) {
          const value = String(client.variation(request.flag, { key: `user-${i}` }, null as unknown));
          counts[value] = (counts[value] ?? 0) + 1;
        }
      return { counts };
    }
    case 'flush': {
      const { do: _, ...options } = request;
      return { flushed: await Promise.all(clients.map((client) => client.flush(options))) };
    }
    case 'events':
      return { events: clients.map((client) => client.status.events) };
    case 'versions':
      return { versions: clients.map((client) => client.status.environmentVersion) };
    case 'states':
      return {
        states: clients.map((client) => client.status.state),
        connections: clients.map((client) => client.status.connection),
        reconnects: clients.map((client) => client.status.reconnects),
      };
    case 'seen':
      return { seen: sights, rejections };
    case 'churn':
      return { ...(await churn(request)), resources: process.getActiveResourcesInfo(), rejections };
    case 'rejoin':
      return { waitedMs: await rejoin(request) };
    case 'close':
      await Promise.all(clients.map((client) => client.close()));
      return { closed: clients.length };
  }
}

process.on('message', async (message: { readonly id: number; readonly request: FleetRequest }) => {
  process.send?.({ id: message.id, answer: await answer(message.request) });
  if (message.request.do === 'close') process.disconnect();
});
