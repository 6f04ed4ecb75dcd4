import type { Engines } from '../evaluate/comparisons.ts';
import { compileFlag, compileSegment } from '../evaluate/compile.ts';
import type { CompiledFlag, CompiledSegment } from '../evaluate/compiled.ts';
import { createEvaluator, type Evaluator, type OnFault } from '../evaluate/evaluator.ts';
import { predicateOf } from '../evaluate/operators.ts';
import type { Lookup } from '../evaluate/visit.ts';
import type { FlagItem, Item, ItemId, SegmentItem } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { cutAtArms } from './arms.ts';
import { arrived, scan } from './arrival.ts';
import type { Entry, Reader } from './entry.ts';

/** All flags of an environment at one version; never altered. */
export interface Environment extends Evaluator, Lookup {
  readonly flags: ReadonlyMap<string, FlagEntry>;
  readonly segments: ReadonlyMap<string, SegmentEntry>;
  /** The environment after a change; what did not change keeps its compiled form. */
  with(items: ReadonlyMap<ItemId, Item>, changed: readonly ItemId[]): Environment;
}

export type FlagEntry = Entry<FlagItem, CompiledFlag>;
export type SegmentEntry = Entry<SegmentItem, CompiledSegment>;

/** What an environment is given besides its items. */
export interface EnvironmentOptions extends Engines {
  readonly onFault?: OnFault;
}

/** Reads and compiles each item on first use. */
export function openEnvironment(items: Iterable<Item>, options: EnvironmentOptions): Environment {
  const snapshot: Snapshot = { flags: new Map(), segments: new Map() };
  const readers = readersOf(options);
  for (const item of items) put(snapshot, item, readers);
  return environmentOf(snapshot, options, readers);
}

interface Snapshot {
  readonly flags: Map<string, FlagEntry>;
  readonly segments: Map<string, SegmentEntry>;
}

/** One for all items of a kind: an environment may have thousands. */
interface Readers {
  readonly flag: Reader<FlagItem, CompiledFlag>;
  readonly segment: Reader<SegmentItem, CompiledSegment>;
}

function readersOf(engines: Engines): Readers {
  const predicate = (clause: Clause) => predicateOf(clause, engines);
  return {
    flag: { scan, compile: (item) => compileFlag(cutAtArms(item), predicate) },
    segment: { scan, compile: ({ body }) => compileSegment(body, predicate) },
  };
}

function put({ flags, segments }: Snapshot, item: Item, readers: Readers): void {
  const { kind, key } = item;
  if (kind === 'flag') flags.set(key, arrived(item, flags.get(key), readers.flag));
  else segments.set(key, arrived(item, segments.get(key), readers.segment));
}

function environmentOf(snapshot: Snapshot, options: EnvironmentOptions, readers: Readers): Environment {
  return {
    ...snapshot,
    ...createEvaluator(snapshot, options.onFault),
    with(items, changed) {
      // The same segments as long as none changes: what flags have looked up among them holds on.
      const segments = changed.every(isFlag) ? snapshot.segments : new Map(snapshot.segments);
      const next: Snapshot = { flags: new Map(snapshot.flags), segments };
      for (const id of changed) {
        const item = items.get(id);
        const [kind, key = ''] = id.split('\t');
        const known = kind === 'flag' ? next.flags : next.segments;
        const entry = known.get(key);
        if (item === undefined) known.delete(key);
        else if (entry?.item !== item || entry.state !== 'current') put(next, item, readers);
      }
      return environmentOf(next, options, readers);
    },
  };
}

const isFlag = (id: ItemId): boolean => id.startsWith('flag\t');
