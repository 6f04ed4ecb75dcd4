import type { Item, ItemId } from '../model/items.ts';
import type { Entry } from './entry.ts';
import type { Environment } from './environment.ts';

/** Keys of items whose newest definition cannot be read: the one before is kept, or they answer `UNSUPPORTED`. */
export function unsupportedIn(environment: Environment): readonly string[] {
  return entriesOf(environment)
    .filter((entry) => entry.state !== 'current')
    .map(({ item }) => item.key);
}

/** Keys of flags whose answers may differ when these items do: themselves, and through prerequisites and segments. */
export function dependantsOf(environment: Environment, changed: readonly ItemId[]): readonly string[] {
  const referrers = referrersIn(environment);
  const reached = new Set(changed);
  // A set also visits what is added while it is walked.
  for (const id of reached) for (const referrer of referrers.get(id) ?? []) reached.add(referrer);
  return [...reached].filter((id) => id.startsWith('flag\t')).map((id) => id.slice(id.indexOf('\t') + 1));
}

/** An environment never changes, so this is found once. */
const known = new WeakMap<Environment, ReadonlyMap<ItemId, readonly ItemId[]>>();

function referrersIn(environment: Environment): ReadonlyMap<ItemId, readonly ItemId[]> {
  const before = known.get(environment);
  if (before !== undefined) return before;
  const referrers = new Map<ItemId, ItemId[]>();
  for (const { item, references } of entriesOf(environment))
    for (const id of references) {
      const list = referrers.get(id);
      if (list === undefined) referrers.set(id, [`${item.kind}\t${item.key}`]);
      else list.push(`${item.kind}\t${item.key}`);
    }
  known.set(environment, referrers);
  return referrers;
}

function entriesOf({ flags, segments }: Environment): readonly Entry<Item, unknown>[] {
  return [...flags.values(), ...segments.values()];
}
