import type { Item } from '@glidepath/core';
import { DECISIONS, type Decisions } from '@glidepath/server/stream';
import { type Chance, createChance } from './chance.ts';
import { type Client, createClient } from './client.ts';
import { createNetwork, type Network } from './network.ts';
import { areSame, type Properties, type Sight, type Violation, watchProperties } from './properties.ts';
import { createReplica, type Replica } from './replica.ts';
import { createStorage, type Storage, type Write } from './storage.ts';
import { createTimeline, type Timeline } from './timeline.ts';

export interface Outcome {
  readonly violations: readonly Violation[];
  readonly seen: Readonly<Record<Sight, number>>;
  readonly commands: readonly string[];
  readonly simulatedMs: number;
}

interface World {
  readonly chance: Chance;
  readonly storage: Storage;
  readonly network: Network;
  readonly replicas: readonly Replica[];
  readonly clients: readonly Client[];
  readonly commit: (writes: readonly Write[], urgent: boolean) => void;
}

const CONVERGED_WITHIN_MS = 15 * 60_000;

/** Runs a history of at most `length` random commands, lets the dust settle and says what went wrong. */
export function runHistory(seed: number, length = 60, decisions: Decisions = DECISIONS): Outcome {
  const chance = createChance(seed);
  const time = createTimeline();
  const storage = createStorage();
  const network = createNetwork(time, chance);
  const properties = watchProperties(storage);
  const replicas = [1, 2].map(() => createReplica({ time, chance, storage, decisions, properties }));
  const clients = [1, 2, 3].map((number) => {
    const name = `SDK ${number}`;
    return createClient({ name, time, chance, network, replicas, watch: properties.watch(name) });
  });
  const tell = () => {
    for (const replica of replicas) replica.committed();
  };
  const commit = (writes: readonly Write[], urgent: boolean) => {
    storage.write(writes, urgent);
    tell();
  };
  const world: World = { chance, storage, network, replicas, clients, commit };
  const count = chance.between(1, 60);
  const commands: string[] = [];
  for (let at = 0; at < Math.min(count, length) && properties.violations.length === 0; at += 1) {
    const name = chance.pick(BAG);
    commands.push(name);
    COMMANDS[name](world);
    if (name === 'restore' || name === 'lose-tail' || name === 'notice') tell();
    time.advance(pause(chance));
  }
  if (properties.violations.length === 0) settle(world, time, properties);
  return { violations: properties.violations, seen: properties.seen, commands, simulatedMs: time.now() };
}

/** No more faults: everybody must arrive, and stay. */
function settle({ network, clients, storage, replicas }: World, time: Timeline, properties: Properties): void {
  network.heal();
  for (const replica of replicas) replica.committed();
  const settledAt = time.now();
  const isSettled = () =>
    clients.every(
      ({ state, isStreaming }) => isStreaming && state?.epoch === storage.epoch && state.version === storage.version,
    );
  while (!isSettled() && time.now() - settledAt < CONVERGED_WITHIN_MS) time.advance(1_000);
  // Two more rounds of heartbeats: nothing may move any more.
  time.advance(60_000);
  for (const { name, state } of clients) {
    const isThere = state?.epoch === storage.epoch && state.version === storage.version;
    if (isThere && areSame(state.items, storage.items())) continue;
    properties.note(
      'converged',
      `${name} is at ${state?.epoch}.${state?.version}, the server at ${storage.epoch}.${storage.version}`,
    );
  }
}

function pause(chance: Chance): number {
  if (chance.happens(0.4)) return chance.between(0, 30);
  return chance.happens(0.15) ? chance.between(20_000, 100_000) : chance.between(0, 3_000);
}

const COMMANDS = {
  write: (world: World) => world.commit([aPut(world.chance)], false),
  'write-many': ({ chance, commit }: World) =>
    commit(
      Array.from({ length: chance.between(2, 6) }, () => aPut(chance)),
      false,
    ),
  delete: ({ chance, commit }: World) => commit([{ kind: 'delete', id: `flag\t${aKey(chance)}` }], false),
  members: ({ chance, commit }: World) => commit([anEdit(chance)], false),
  kill: ({ chance, commit }: World) => commit([aPut(chance)], true),
  drop: ({ network }: World) => network.drop(),
  'half-open': ({ network }: World) => network.halfOpen(),
  stall: ({ network }: World) => network.stall(),
  heal: ({ network }: World) => network.heal(),
  'restart-server': ({ chance, replicas }: World) => chance.pick(replicas).restart(chance.between(0, 20_000)),
  'restart-sdk': ({ chance, clients }: World) => chance.pick(clients).restart(chance.happens(0.7)),
  goodbye: ({ chance, replicas }: World) => chance.pick(replicas).goodbye(2_000),
  lag: ({ chance, replicas }: World) => chance.pick(replicas).lag(),
  compact: ({ chance, storage }: World) => storage.compact(chance.between(0, 4)),
  restore: ({ storage }: World) => storage.restore(),
  'lose-tail': ({ chance, storage }: World) => storage.loseTail(chance.between(1, 3)),
  notice: ({ storage }: World) => storage.notice(),
} as const satisfies Record<string, (world: World) => void>;

type Command = keyof typeof COMMANDS;

const WEIGHTS: Readonly<Record<Command, number>> = {
  write: 16,
  'write-many': 6,
  delete: 4,
  members: 8,
  kill: 5,
  drop: 5,
  'half-open': 2,
  stall: 3,
  heal: 3,
  'restart-server': 2,
  'restart-sdk': 3,
  goodbye: 2,
  lag: 2,
  compact: 2,
  restore: 1,
  'lose-tail': 2,
  notice: 1,
};

const BAG = (Object.keys(WEIGHTS) as Command[]).flatMap((name) => Array.from({ length: WEIGHTS[name] }, () => name));

const aKey = (chance: Chance) => `flag-${chance.between(1, 8)}`;

/** Bodies mean nothing to the stream; some are large enough to travel in parts. */
function aPut(chance: Chance): Write {
  if (chance.happens(0.2)) return { kind: 'put', item: aSegment(chance) };
  const size = chance.happens(0.15) ? chance.between(400, 4_000) : chance.between(0, 100);
  const body = { schema: 1, salt: 'é"\\'.repeat(size / 4), off: chance.between(0, 1_000_000) };
  return { kind: 'put', item: { kind: 'flag', key: aKey(chance), body } as unknown as Item };
}

function aSegment(chance: Chance): Item {
  const keys = Array.from({ length: chance.between(1, 5) }, (_, index) => `user-${index}`);
  const body = { schema: 1, salt: 's', included: [{ contextKind: 'user', keys }], excluded: [], rules: [] };
  return { kind: 'segment', key: `segment-${chance.between(1, 3)}`, rev: 0, body };
}

function anEdit(chance: Chance): Write {
  const some = (from: number) =>
    Array.from({ length: chance.between(0, 3) }, () => `user-${chance.between(from, from + 9)}`);
  const add = [...new Set(some(0))];
  const remove = [...new Set(some(0))].filter((key) => !add.includes(key));
  return { kind: 'members', key: `segment-${chance.between(1, 3)}`, add, remove };
}
