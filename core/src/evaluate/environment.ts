import type { ContextInput } from '../model/context.ts';
import type { FlagItem, Item, ItemId } from '../model/items.ts';
import type { ErrorKind, Resolution } from '../model/resolution.ts';
import { arrivedFlag, arrivedSegment } from './arrival.ts';
import { decide } from './compile.ts';
import { readContext } from './context.ts';
import { Fault } from './fault.ts';
import type { Engines } from './operators.ts';
import type { FlagEntry, Lookup, SegmentEntry } from './visit.ts';

/** All flags of an environment at one version; never mutated. */
export interface Environment {
  /** What the flag answers for the context; the fallback with a reason when anything is wrong. Never throws. */
  evaluate<T>(flagKey: string, context: ContextInput, fallback: T): Resolution<T>;
  /** The newest definition that could be read. */
  flag(key: string): FlagItem | undefined;
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
    evaluate: (flagKey, context, fallback) => evaluate(flags.get(flagKey), lookup, flagKey, context, fallback),
    flag: (key) => flags.get(key)?.item,
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

function evaluate<T>(
  entry: FlagEntry | undefined,
  lookup: Lookup,
  flagKey: string,
  context: ContextInput,
  fallback: T,
): Resolution<T> {
  if (entry === undefined) return failure(fallback, null, 'FLAG_NOT_FOUND', `there is no flag ${shown(flagKey)}`);
  const { rev } = entry.item;
  try {
    const flag = entry.compiled();
    if (!fits(fallback, flag.valueType))
      return failure(fallback, rev, 'TYPE_MISMATCH', `the flag's values are of type ${flag.valueType}`);
    // A kill and an off switch hold for whatever the caller passes.
    const resolution = flag.settled ?? decide(flag, { subject: readContext(context), lookup, depth: 0, memo: null });
    return resolution as Resolution<T>;
  } catch (error) {
    if (error instanceof Fault) return failure(fallback, rev, error.errorKind, error.message);
    return failure(fallback, rev, 'INTERNAL', `unexpected fault: ${error instanceof Error ? error.message : ''}`);
  }
}

function fits(fallback: unknown, valueType: string): boolean {
  return fallback === null || fallback === undefined || typeof fallback === valueType;
}

function failure<T>(value: T, flagVersion: number | null, errorKind: ErrorKind, message: string): Resolution<T> {
  return { value, variation: null, variationIndex: null, flagVersion, reason: { kind: 'ERROR', errorKind, message } };
}

/** Callers in plain JavaScript pass anything. */
function shown(flagKey: unknown): string {
  return typeof flagKey === 'string' ? `'${flagKey.slice(0, 128)}'` : `of type ${typeof flagKey}`;
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
