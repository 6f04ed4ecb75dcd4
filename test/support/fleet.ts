// A process full of SDK clients, driven over IPC by `startFleet` (fleet-control.ts).
import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import type { FleetAnswer, FleetRequest } from './fleet-control.ts';

const clients: FlagsClient[] = [];

async function answer(request: FleetRequest): Promise<FleetAnswer> {
  switch (request.do) {
    case 'connect': {
      const { count, url, sdkKey } = request;
      for (let i = 0; i < count; i += 1)
        clients.push(
          createClient({ url, sdkKey, application: { name: 'fleet', instance: `client-${i}` }, logger: false }),
        );
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
    case 'versions':
      return { versions: clients.map((client) => client.status.environmentVersion) };
    case 'states':
      return { states: clients.map((client) => client.status.state) };
    case 'close':
      await Promise.all(clients.map((client) => client.close()));
      return { closed: clients.length };
  }
}

process.on('message', async (message: { readonly id: number; readonly request: FleetRequest }) => {
  process.send?.({ id: message.id, answer: await answer(message.request) });
  if (message.request.do === 'close') process.disconnect();
});
