import type { FlagItem, Resolution } from '@glidepath/core';
import type { FlagValue } from '@glidepath/core/protocol';

/** What one flag serves somebody, as browsers are told. */
export interface Served {
  /** The same number for as long as a browser would see no difference; never 0. */
  readonly id: number;
  /** JSON of a `FlagValue`, serialised once for everybody who gets it. */
  readonly text: string;
}

interface Known {
  /** Where connections keep the number of what they were told of this flag. */
  readonly slot: number;
  /** Numbers by variation and value. */
  ids: Map<string, number>;
}

/** More outcomes of one flag than this are not recognised again: what is told twice does no harm. */
const MOST_IDS = 256;

/**
 * Numbers for what the client-side flags of one environment serve. A connection remembers four bytes for each flag, and
 * no value; an outcome keeps its number when its flag changes and it does not.
 */
export class Outcomes {
  readonly #flags = new Map<string, Known>();
  readonly #served = new WeakMap<FlagItem, Map<number, Served>>();
  #lastId = 0;

  /** How many slots there are so far. */
  get slots(): number {
    return this.#flags.size;
  }

  slotOf(key: string): number {
    return this.#knownOf(key).slot;
  }

  /** Null where the flag serves nothing: to browsers it looks like one that is not there. */
  servedOf(item: FlagItem, { variationIndex, variation, value }: Resolution): Served | null {
    if (variationIndex === null || variation === null) return null;
    const ofItem = this.#served.get(item) ?? new Map<number, Served>();
    this.#served.set(item, ofItem);
    const known = ofItem.get(variationIndex);
    if (known !== undefined) return known;
    const { key, rev } = item;
    const told: FlagValue = { key, value, variation, rev };
    const made = { id: this.#idOf(key, JSON.stringify([variation, value])), text: JSON.stringify(told) };
    ofItem.set(variationIndex, made);
    return made;
  }

  #knownOf(key: string): Known {
    const known = this.#flags.get(key) ?? { slot: this.#flags.size, ids: new Map() };
    this.#flags.set(key, known);
    return known;
  }

  #idOf(key: string, outcome: string): number {
    const known = this.#knownOf(key);
    const before = known.ids.get(outcome);
    if (before !== undefined) return before;
    if (known.ids.size >= MOST_IDS) known.ids = new Map();
    this.#lastId += 1;
    known.ids.set(outcome, this.#lastId);
    return this.#lastId;
  }
}
