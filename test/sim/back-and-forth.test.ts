import type { FlagItem } from '@glidepath/core';
import { idOf } from '@glidepath/core/protocol';
import { DECISIONS } from '@glidepath/server/stream';
import { expect, test } from 'vitest';
import { createChance } from './chance.ts';
import { createClient } from './client.ts';
import { createNetwork } from './network.ts';
import { areSame, watchProperties } from './properties.ts';
import { createReplica } from './replica.ts';
import { createStorage } from './storage.ts';
import { createTimeline } from './timeline.ts';

const RUNS = 500;

test.for([
  { how: 'by writes', isUrgent: false, isRestored: false },
  { how: 'by kill and restore', isUrgent: true, isRestored: false },
  { how: 'and a backup put back right after', isUrgent: false, isRestored: true },
])('T4: a flag that goes on, off and on within 50 ms $how ends the same everywhere (500 runs)', (how) => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const chance = createChance(seed);
    const time = createTimeline();
    const storage = createStorage();
    const network = createNetwork(time, chance);
    const properties = watchProperties(storage);
    const replicas = [1, 2].map(() => createReplica({ time, chance, storage, decisions: DECISIONS, properties }));
    const clients = ['a', 'b', 'c'].map((name) =>
      createClient({ name, time, chance, network, replicas, watch: properties.watch(name) }),
    );
    const tell = () => {
      for (const replica of replicas) replica.committed();
    };
    const set = (on: boolean) => {
      storage.write([{ kind: 'put', item: aFlag(on) }], how.isUrgent);
      tell();
      time.advance(chance.between(0, 24));
    };
    set(true);
    time.advance(chance.between(0, 5_000));
    const before = storage.items().get(idOf(aFlag(true)));
    set(false);
    set(true);
    if (how.isRestored) {
      storage.restore();
      tell();
    }
    time.advance(60_000);

    const after = storage.items().get(idOf(aFlag(true)));
    if (!how.isRestored) expect(after?.body).toEqual(before?.body);
    expect(properties.violations, `seed ${seed}`).toEqual([]);
    for (const { state } of clients) {
      expect(state?.version, `seed ${seed}`).toBe(storage.version);
      expect(areSame(state?.items, storage.items()), `seed ${seed}`).toBe(true);
    }
  }
});

function aFlag(on: boolean): FlagItem {
  return {
    kind: 'flag',
    key: 'checkout',
    rev: 0,
    body: {
      schema: 1,
      type: 'boolean',
      variations: [
        { key: 'yes', value: true },
        { key: 'no', value: false },
      ],
      on,
      salt: 's',
      off: 1,
      prerequisites: [],
      targets: [],
      rules: [],
      fallthrough: { variation: 0 },
    },
  };
}
