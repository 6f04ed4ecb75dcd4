import type { FlagSet } from '../served/flag-sets.ts';
import { Outcomes } from './outcomes.ts';

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

/** The client-side flags of one environment, and which of them may be others since when. */
export class Audience {
  readonly outcomes = new Outcomes();
  #set: FlagSet;
  /** Where the moves begin. */
  #since: number;
  #moves: Move[] = [];
  /** What was asked for at this version. */
  #known = new Map<number, readonly string[]>();

  constructor(set: FlagSet) {
    this.#set = set;
    this.#since = set.snapshot.version;
  }

  get set(): FlagSet {
    return this.#set;
  }

  get at(): At {
    const { epoch, version } = this.#set.snapshot;
    return { epoch, version };
  }

  /** Serves a later set. */
  moveTo(set: FlagSet): void {
    const before = this.#set;
    if (before === set) return;
    this.#set = set;
    this.#known = new Map();
    if (before.snapshot.epoch !== set.snapshot.epoch || set.snapshot.version < before.snapshot.version) {
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

  /** Keys of the flags that may serve something else than then; null = any may. */
  affectedAfter({ epoch, version }: At): readonly string[] | null {
    const now = this.at;
    if (epoch !== now.epoch || version < this.#since || version > now.version) return null;
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const later = this.#moves.filter((move) => move.version > version);
    const keys = [...new Set(later.flatMap((move) => move.keys))];
    this.#known.set(version, keys);
    return keys;
  }
}
