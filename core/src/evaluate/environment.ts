import type { Item, ItemId } from '../model/items.ts';
import { arrivedFlag, arrivedSegment } from './arrival.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import type { Engines } from './operators.ts';
import type { FlagEntry, Lookup, SegmentEntry } from './visit.ts';

/** All flags of an environment at one version; never mutated. */
export interface Environment extends Evaluator {
  flagKeys(): Iterable<string>;
  /** Keys of items whose newest definition cannot be read: the one before is kept, or they answer `UNSUPPORTED`. */
  readonly unsupported: readonly string[];
  /** Keys of flags whose answers may differ when these items do: themselves, and through prerequisites and segments. */
  dependants(changed: readonly ItemId[]): readonly string[];
  /** The environment after a change; what did not change keeps its compiled form. */
  with(items: ReadonlyMap<ItemId, Item>, changed: readonly ItemId[]): Environment;
  /** What `explain` looks into. */
  readonly lookup: Lookup;
}

/** Reads every item; compiles each on first use. */
export function openEnvironment(items: Iterable<Item>, engines: Engines): Environment {
  const snapshot: Snapshot = { flags: new Map(), segments: new Map() };
  for (const item of items) put(snapshot, item, engines);
  return environmentOf(snapshot, engines);
}

interface Snapshot {
  readonly flags: Map<string, FlagEntry>;
  readonly segments: Map<string, SegmentEntry>;
}

function put({ flags, segments }: Snapshot, item: Item, engines: Engines): void {
  switch (item.kind) {
    case 'flag':
      flags.set(item.key, arrivedFlag(item, flags.get(item.key), engines));
      break;
    case 'segment':
      segments.set(item.key, arrivedSegment(item, segments.get(item.key), engines));
  }
}

function environmentOf(snapshot: Snapshot, engines: Engines): Environment {
  const { flags, segments } = snapshot;
  const lookup: Lookup = { flag: (key) => flags.get(key), segment: (key) => segments.get(key) };
  let referrers: ReadonlyMap<ItemId, readonly ItemId[]> | null = null;
  return {
    lookup,
    ...createEvaluator(lookup),
    flagKeys: () => flags.keys(),
    unsupported: [...flags.values(), ...segments.values()]
      .filter((entry) => entry.state !== 'current')
      .map(({ item }) => item.key),
    dependants(changed) {
      referrers ??= referrersIn(snapshot);
      return flagsBehind(changed, referrers);
    },
    with(items, changed) {
      const next: Snapshot = { flags: new Map(flags), segments: new Map(segments) };
      for (const id of changed) {
        const item = items.get(id);
        if (item === undefined) remove(next, id);
        else if (!isHeld(next, item)) put(next, item, engines);
      }
      return environmentOf(next, engines);
    },
  };
}

function isHeld({ flags, segments }: Snapshot, item: Item): boolean {
  const entry = item.kind === 'flag' ? flags.get(item.key) : segments.get(item.key);
  return entry?.item === item && entry.state === 'current';
}

function remove({ flags, segments }: Snapshot, id: ItemId): void {
  const key = keyIn(id);
  if (id.startsWith('flag')) flags.delete(key);
  else segments.delete(key);
}

function keyIn(id: ItemId): string {
  return id.slice(id.indexOf('\t') + 1);
}

function referrersIn({ flags, segments }: Snapshot): ReadonlyMap<ItemId, readonly ItemId[]> {
  const referrers = new Map<ItemId, ItemId[]>();
  for (const { item, references } of [...flags.values(), ...segments.values()])
    for (const id of references) {
      const list = referrers.get(id);
      if (list === undefined) referrers.set(id, [`${item.kind}\t${item.key}`]);
      else list.push(`${item.kind}\t${item.key}`);
    }
  return referrers;
}

function flagsBehind(changed: readonly ItemId[], referrers: ReadonlyMap<ItemId, readonly ItemId[]>): readonly string[] {
  const reached = new Set(changed);
  // A set also visits what is added while it is walked.
  for (const id of reached) for (const referrer of referrers.get(id) ?? []) reached.add(referrer);
  return [...reached].filter((id) => id.startsWith('flag\t')).map(keyIn);
}
