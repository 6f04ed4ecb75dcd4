import { Fault, malformed, unsupported } from '../evaluate/fault.ts';
import type { ItemId } from '../model/items.ts';

/** Whether the newest definition is the one in use, an older one is because it cannot be read, or none can be. */
export type EntryState = 'current' | 'outdated' | 'unreadable';

/** How items of one kind become what evaluation needs. */
export interface Reader<I, C> {
  /** Throws a `Fault` for what this code cannot read. */
  scan(item: I): Scanned;
  compile(item: I): C;
}

export interface Scanned {
  /** What the item refers to. */
  readonly references: readonly ItemId[];
  /** Whether it has regular expressions. */
  readonly hasPatterns: boolean;
}

interface Reading {
  readonly state: EntryState;
  readonly references: readonly ItemId[];
  /** Why it cannot be used. */
  readonly fault: Fault | null;
}

/** Shared, as most items refer to nothing. */
export const NONE: readonly never[] = [];

/**
 * An item of a snapshot: the newest definition that could be read. It is read when somebody asks, and compiled on first
 * use: a process that starts with thousands of items serves some of them soon.
 */
export class Entry<I, C> {
  readonly item: I;
  readonly #reader: Reader<I, C>;
  #reading: Reading | null;
  #compiled: C | undefined;

  constructor(item: I, reader: Reader<I, C>, reading: Reading | null = null) {
    this.item = item;
    this.#reader = reader;
    this.#reading = reading;
  }

  get state(): EntryState {
    return this.#read().state;
  }

  get references(): readonly ItemId[] {
    return this.#read().references;
  }

  /** The same, while what arrived after it cannot be read. */
  outdated(): Entry<I, C> {
    const { state, references } = this.#read();
    // Nothing is added to it: a chain of thousands, each asking the one before, could not be followed any more.
    if (state === 'outdated') return this;
    const { scan } = this.#reader;
    return new Entry(
      this.item,
      { scan, compile: () => this.compiled() },
      { state: 'outdated', references, fault: null },
    );
  }

  /** Undefined until it is used. */
  get used(): C | undefined {
    return this.#compiled;
  }

  /** Throws the same `Fault` every time when it cannot be compiled. */
  compiled(): C {
    return this.#compiled ?? this.#compiledNow();
  }

  /** Apart: it happens once, and what is called for every evaluation must be small enough to become part of its caller. */
  #compiledNow(): C {
    const { state, references, fault } = this.#read();
    if (fault !== null) throw fault;
    try {
      // Reading has compiled what has patterns.
      this.#compiled ??= this.#reader.compile(this.item);
      return this.#compiled;
    } catch (error) {
      const fault = error instanceof Fault ? error : malformed('it cannot be read');
      this.#reading = { state, references, fault };
      throw fault;
    }
  }

  #read(): Reading {
    this.#reading ??= this.#readNow();
    return this.#reading;
  }

  #readNow(): Reading {
    try {
      const { references, hasPatterns } = this.#reader.scan(this.item);
      // Patterns show only when they are compiled whether this engine can read them.
      if (hasPatterns) this.#compiled = this.#reader.compile(this.item);
      return { state: 'current', references, fault: null };
    } catch (error) {
      const isTold = error instanceof Fault && error.errorKind === 'UNSUPPORTED';
      const fault = isTold ? error : unsupported('it cannot be read');
      return { state: 'unreadable', references: NONE, fault };
    }
  }
}
