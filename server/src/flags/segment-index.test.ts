import { describe, expect, test } from 'vitest';
import { SegmentIndex } from './segment-index.ts';
import { openWorld, type World } from './world.contract.ts';

const shown = async (index: SegmentIndex, world: World) =>
  (await index.segmentsOf(world.project.id))
    .map(({ segment, definitions }) => ({ key: segment.key, name: segment.body.name, definitions }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));

describe('the index of segments', () => {
  test('says the same as one that reads everything, after every kind of write', async () => {
    await using world = await openWorld({ environments: ['staging', 'production'] });
    const index = new SegmentIndex(world.store);
    const members = { list: 'included', contextKind: 'user', keys: ['u1', 'u2'] } as const;
    const steps = [
      { create: 'segment', segment: { key: 'b' } },
      { create: 'segment', segment: { key: 'a' } },
      { segment: 'a', environment: 'production', instructions: [{ kind: 'add-members', ...members }] },
      { segment: 'b', instructions: [{ kind: 'rename', name: 'Renamed' }] },
      { create: 'flag', flag: { key: 'f', type: 'boolean' } },
      { delete: 'segment', segment: 'b' },
    ] as const;
    for (const step of steps) {
      await world.change(step);
      expect(await shown(index, world)).toEqual(await shown(new SegmentIndex(world.store), world));
    }
    const count = { contextKind: 'user', count: 2 };
    expect(await shown(index, world)).toMatchObject([
      {
        key: 'a',
        definitions: [
          { environment: 'staging', outline: { included: [] } },
          { environment: 'production', outline: { included: [count] } },
        ],
      },
    ]);
  });
});
