import type { Item, ItemId } from '@glidepath/core';
import { EMPTY_DIGEST, type EnvironmentState } from '@glidepath/core/protocol';
import { constantItem } from '@glidepath/core/sdk';

/** Plain values as an environment that serves them to everybody. It is of no history: no server knows it. */
export function stateOfValues(values: Readonly<Record<string, unknown>>): EnvironmentState {
  const items = new Map<ItemId, Item>();
  for (const [key, given] of Object.entries(values)) {
    // Functions and `undefined` are no values. Whether browsers may have one, nobody has said.
    if (JSON.stringify(given) !== undefined) items.set(`flag\t${key}`, constantItem(key, given, 0, false));
  }
  return { epoch: '', version: 0, digest: EMPTY_DIGEST, items };
}
