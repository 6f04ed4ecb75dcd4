import { Fault, malformed } from '../evaluate/fault.ts';
import type { ItemId } from '../model/items.ts';

/** Whether the newest definition is the one in use, an older one is because it cannot be read, or none can be. */
export type EntryState = 'current' | 'outdated' | 'unreadable';

/** An item of a snapshot: the newest definition that could be read, compiled on first use. */
export class Entry<I, C> {
  readonly item: I;
  readonly references: readonly ItemId[];
  readonly state: EntryState;
  #compile: () => C;
  #compiled: C | undefined;

  constructor(item: I, references: readonly ItemId[], compile: () => C, state: EntryState = 'current') {
    this.item = item;
    this.references = references;
    this.state = state;
    this.#compile = compile;
  }

  /** The same, while what arrived after it cannot be read. */
  outdated(): Entry<I, C> {
    // Nothing is added to it: a chain of thousands, each asking the one before, could not be followed any more.
    return this.state === 'outdated' ? this : new Entry(this.item, this.references, () => this.compiled(), 'outdated');
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
    try {
      this.#compiled = this.#compile();
      return this.#compiled;
    } catch (error) {
      const fault = error instanceof Fault ? error : malformed('its definition cannot be compiled');
      this.#compile = () => raise(fault);
      throw fault;
    }
  }
}

export function raise(fault: Fault): never {
  throw fault;
}
