import type { FlagItem, Resolution, ToldReason } from '@glidepath/core';
import type { FlagValue } from '@glidepath/core/protocol';
import type { Seat } from '@glidepath/core/sdk';

/** What one flag serves somebody, as browsers are told. */
export interface Served {
  /** The same number for as long as a browser would see no difference; never 0. */
  readonly id: number;
  /** JSON of a `FlagValue`, serialised once for everybody who gets it. */
  readonly text: string;
}

/** What pages are told beside a value, where they are told it. */
export interface Beside {
  readonly reason: ToldReason | null;
  /** Where a rollout that is measured has them. */
  readonly seat: Seat | null;
}

interface Known {
  /** Where connections keep the number of what they were told of this flag. */
  readonly slot: number;
  /** Numbers by variation, value and what is told beside it. */
  readonly ids: Map<string, number>;
}

/** More outcomes of one flag than this are not recognised again: what is told twice does no harm. */
const MOST_IDS = 256;

/**
 * Numbers for what the client-side flags of one environment serve. A connection remembers four bytes for each flag, and
 * no value; an outcome keeps its number when its flag changes and it does not.
 */
export class Outcomes {
  readonly #flags = new Map<string, Known>();
  readonly #items = new WeakMap<FlagItem, FlagOutcomes>();
  #lastId = 0;

  /** How many slots there are so far. */
  get slots(): number {
    return this.#flags.size;
  }

  slotOf(key: string): number {
    return this.#knownOf(key).slot;
  }

  /** What this definition of a flag serves. */
  of(item: FlagItem): FlagOutcomes {
    const known = this.#items.get(item);
    if (known !== undefined) return known;
    const made = new FlagOutcomes(item, (outcome) => this.#idOf(item.key, outcome));
    this.#items.set(item, made);
    return made;
  }

  #knownOf(key: string): Known {
    const known = this.#flags.get(key);
    if (known !== undefined) return known;
    const made = { slot: this.#flags.size, ids: new Map() };
    this.#flags.set(key, made);
    return made;
  }

  #idOf(key: string, outcome: string): number {
    const { ids } = this.#knownOf(key);
    const before = ids.get(outcome);
    if (before !== undefined) return before;
    if (ids.size >= MOST_IDS) ids.clear();
    this.#lastId += 1;
    ids.set(outcome, this.#lastId);
    return this.#lastId;
  }
}

/** One definition of a flag, with what anybody has got of it so far. */
export class FlagOutcomes {
  readonly #item: FlagItem;
  readonly #idOf: (outcome: string) => number;
  /** By index of the variation and what is told beside it: never more than the flag has rules and places. */
  readonly #served = new Map<string, Served>();

  constructor(item: FlagItem, idOf: (outcome: string) => number) {
    this.#item = item;
    this.#idOf = idOf;
  }

  /** Null where the flag serves nothing: to browsers it looks like one that is not there. */
  servedOf({ variationIndex, variation, value }: Resolution, { reason, seat }: Beside): Served | null {
    if (variationIndex === null || variation === null) return null;
    const isPlain = reason === null && seat === null;
    const outcome = isPlain ? `${variationIndex}` : `${variationIndex} ${JSON.stringify([reason, seat])}`;
    const known = this.#served.get(outcome);
    if (known !== undefined) return known;
    const { key, rev } = this.#item;
    const told: FlagValue = { key, value, variation, rev, ...(reason && { reason }), ...(seat && { seat }) };
    const made = { id: this.#idOf(JSON.stringify([variation, value, reason, seat])), text: JSON.stringify(told) };
    this.#served.set(outcome, made);
    return made;
  }
}
