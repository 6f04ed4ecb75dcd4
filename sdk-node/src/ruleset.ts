import {
  dependantsOf,
  type Environment,
  type EnvironmentOptions,
  type Item,
  openEnvironment,
  unsupportedIn,
} from '@glidepath/core';
import type { EnvironmentState, ItemId } from '@glidepath/core/protocol';

/** The flags in memory: one version of the environment, compiled, replaced as a whole. */
export interface Ruleset {
  readonly environment: Environment | null;
  /** Keys of items that this SDK could not read in that state. */
  unsupported(state: EnvironmentState): readonly string[];
  /** Puts the state in place; what it answers tells the keys of all flags whose result may differ, dependants included. */
  swap(state: EnvironmentState, changed: readonly ItemId[]): () => readonly string[];
}

export function createRuleset(options: EnvironmentOptions): Ruleset {
  let environment: Environment | null = null;
  let state: EnvironmentState | null = null;
  let prepared: { readonly state: EnvironmentState; readonly environment: Environment } | null = null;

  // Compiled once: for the acknowledgement, which names what cannot be read, and for the swap.
  const prepare = (next: EnvironmentState): Environment => {
    if (prepared?.state !== next) prepared = { state: next, environment: environmentOf(next.items) };
    return prepared.environment;
  };

  const environmentOf = (items: EnvironmentState['items']): Environment =>
    environment === null || state === null
      ? openEnvironment(items.values(), options)
      : environment.with(items, changedBetween(state.items, items));

  return {
    get environment() {
      return environment;
    },
    unsupported: (next) => unsupportedIn(prepare(next)),
    swap(next, changed) {
      const before = environment;
      const after = prepare(next);
      environment = after;
      prepared = null;
      state = next;
      return () => [
        ...new Set([...(before === null ? [] : dependantsOf(before, changed)), ...dependantsOf(after, changed)]),
      ];
    },
  };
}

function changedBetween(before: ReadonlyMap<ItemId, Item>, after: ReadonlyMap<ItemId, Item>): readonly ItemId[] {
  const changed: ItemId[] = [];
  for (const [id, item] of after) if (before.get(id) !== item) changed.push(id);
  for (const id of before.keys()) if (!after.has(id)) changed.push(id);
  return changed;
}
