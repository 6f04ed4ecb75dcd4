import type { Engines } from '../evaluate/comparisons.ts';
import { compileFlag, compileSegment } from '../evaluate/compile.ts';
import type { CompiledFlag, CompiledSegment } from '../evaluate/compiled.ts';
import { createEvaluator, type Evaluator, type OnFault } from '../evaluate/evaluator.ts';
import { predicateOf } from '../evaluate/operators.ts';
import type { Lookup } from '../evaluate/visit.ts';
import type { FlagItem, Item, ItemId, SegmentItem } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { cutAtArms } from './arms.ts';
import { arrived } from './arrival.ts';
import type { Entry } from './entry.ts';

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

/** Reads every item; compiles each on first use. */
export function openEnvironment(items: Iterable<Item>, options: EnvironmentOptions): Environment {
  const snapshot: Snapshot = { flags: new Map(), segments: new Map() };
  for (const item of items) put(snapshot, item, options);
  return environmentOf(snapshot, options);
}

interface Snapshot {
  readonly flags: Map<string, FlagEntry>;
  readonly segments: Map<string, SegmentEntry>;
}

function put({ flags, segments }: Snapshot, item: Item, engines: Engines): void {
  const { kind, key } = item;
  const predicate = (clause: Clause) => predicateOf(clause, engines);
  if (kind === 'flag')
    flags.set(
      key,
      arrived(item, flags.get(key), () => compileFlag(cutAtArms(item), predicate)),
    );
  else
    segments.set(
      key,
      arrived(item, segments.get(key), () => compileSegment(item.body, predicate)),
    );
}

function environmentOf(snapshot: Snapshot, options: EnvironmentOptions): Environment {
  return {
    ...snapshot,
    ...createEvaluator(snapshot, options.onFault),
    with(items, changed) {
      const next: Snapshot = { flags: new Map(snapshot.flags), segments: new Map(snapshot.segments) };
      for (const id of changed) {
        const item = items.get(id);
        const [kind, key = ''] = id.split('\t');
        const known = kind === 'flag' ? next.flags : next.segments;
        const entry = known.get(key);
        if (item === undefined) known.delete(key);
        else if (entry?.item !== item || entry.state !== 'current') put(next, item, options);
      }
      return environmentOf(next, options);
    },
  };
}
