import type { ContextInput } from '@glidepath/core';
import type { FlagSet } from '../served/flag-sets.ts';
import { Outcomes } from './outcomes.ts';
import { type Difference, type Look, NOTHING_TOLD, type Told, valuesAfter } from './values.ts';

/** A place in the history of an environment. */
export interface At {
  readonly epoch: string;
  readonly version: number;
}

interface Move {
  readonly version: number;
  readonly keys: readonly string[];
}

/** Whoever is further behind than this gets everything. */
const MOST_MOVES = 1_000;

/**
 * The epoch that pages are told. Where they are told reasons too it is another one: what they hold from before would
 * otherwise be right, and lack them.
 */
export function epochFor(epoch: string, tellsReasons: boolean): string {
  return tellsReasons ? `${epoch}r` : epoch;
}

/** The client-side flags of one environment, and which of them may be others since when. */
export class Audience {
  readonly #outcomes = new Outcomes();
  #set: FlagSet;
  #tellsReasons: boolean;
  /** Where the moves begin. */
  #since: number;
  #moves: Move[] = [];
  /** What was asked for at this version. */
  #known = new Map<number, readonly Look[]>();
  #everything: readonly Look[] | null = null;

  constructor(set: FlagSet, tellsReasons: boolean) {
    this.#set = set;
    this.#tellsReasons = tellsReasons;
    this.#since = set.snapshot.version;
  }

  get at(): At {
    const { epoch, version } = this.#set.snapshot;
    return { epoch: epochFor(epoch, this.#tellsReasons), version };
  }

  get tellsReasons(): boolean {
    return this.#tellsReasons;
  }

  /** Serves a later set, or tells more or less of it. */
  moveTo(set: FlagSet, tellsReasons: boolean): void {
    const [before, { epoch }] = [this.#set, this.at];
    if (before === set && tellsReasons === this.#tellsReasons) return;
    this.#set = set;
    this.#tellsReasons = tellsReasons;
    this.#known = new Map();
    this.#everything = null;
    if (epoch !== this.at.epoch || set.snapshot.version < before.snapshot.version) {
      this.#since = set.snapshot.version;
      this.#moves = [];
      return;
    }
    this.#moves.push({ version: set.snapshot.version, keys: set.affectedSince(before, 'client-side') });
    const [oldest] = this.#moves;
    if (this.#moves.length <= MOST_MOVES || oldest === undefined) return;
    this.#moves.shift();
    this.#since = oldest.version;
  }

  /** All values for somebody to whom nothing was told. */
  all(context: ContextInput): Difference {
    this.#everything ??= this.#set.flags('client-side').map(({ key }) => this.#lookAt(key));
    return this.#look(context, this.#everything, NOTHING_TOLD);
  }

  /** What differs from what was told to somebody at that place; null = whatever was told may be wrong. */
  after(at: At, context: ContextInput, before: { readonly told: Told; readonly count: number }): Difference | null {
    const looks = this.#affectedAfter(at);
    return looks && this.#look(context, looks, before);
  }

  /** The values of `all` that somebody misses who has those of that place; null = everything is sent. */
  missingAfter(at: At, context: ContextInput, all: Difference): Difference | null {
    const looks = this.#affectedAfter(at);
    if (looks === null) return null;
    const { put } = this.#look(context, looks, NOTHING_TOLD);
    const del = looks.filter(({ slot }) => (all.told[slot] ?? 0) === 0).map(({ key }) => key);
    return { ...all, put, del };
  }

  /** Whether any flag may serve something else than then. */
  isAffectedAfter(at: At): boolean {
    return this.#affectedAfter(at)?.length !== 0;
  }

  #look(
    context: ContextInput,
    looks: readonly Look[],
    before: { readonly told: Told; readonly count: number },
  ): Difference {
    const [set, tellsReasons, { slots }] = [this.#set, this.#tellsReasons, this.#outcomes];
    return valuesAfter({ ...before, set, tellsReasons, context, looks, slots });
  }

  #lookAt(key: string): Look {
    const item = this.#set.flag(key, 'client-side');
    return { key, slot: this.#outcomes.slotOf(key), serves: item && { item, outcomes: this.#outcomes.of(item) } };
  }

  /** Null = any flag may. */
  #affectedAfter({ epoch, version }: At): readonly Look[] | null {
    const now = this.at;
    if (epoch !== now.epoch || version < this.#since || version > now.version) return null;
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const later = this.#moves.filter((move) => move.version > version);
    const looks = [...new Set(later.flatMap((move) => move.keys))].map((key) => this.#lookAt(key));
    this.#known.set(version, looks);
    return looks;
  }
}
