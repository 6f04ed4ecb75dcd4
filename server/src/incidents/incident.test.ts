import { expect, test } from 'vitest';
import { openWorld } from '../flags/world.contract.ts';
import type { Reads } from '../store/store.ts';
import { type IncidentInput, openIncident, openIncidentsOf } from './incident.ts';

const FIRE: IncidentInput = {
  title: 'carts are empty',
  severity: 'SEV2',
  environment: 'production',
  flags: [],
  services: [],
  deploys: [],
  rollout: null,
  startedAt: 1,
  detectedAt: 1,
  openedBy: 'system',
  lead: null,
};

test('whoever asks what is open reads nothing of what is over, however much that has become', async () => {
  await using world = await openWorld({ environments: ['production'] });
  const { store, project } = world;
  await store.write([], async (tx) => {
    for (let i = 0; i < 50; i += 1) {
      const { key, body, revision } = await openIncident(tx, project.id, FIRE);
      const notes = [{ id: 'n', at: 1, by: 'system', text: '"resolvedAt":null, said somebody' }] as const;
      await tx.put({ kind: 'incident', parent: project.id, key }, { ...body, notes, resolvedAt: 2 }, revision);
    }
    await openIncident(tx, project.id, FIRE);
  });
  let read = 0;
  const documents: Reads['documents'] = async <B>(...asked: Parameters<Reads['documents']>) => {
    const found = await store.documents<B>(...asked);
    read += found.length;
    return found;
  };
  const open = await openIncidentsOf({ ...store, documents }, project.id, { environment: 'production', flag: 'cart' });
  expect([open.map(({ key }) => key), read]).toEqual([['INC-51'], 1]);
});
