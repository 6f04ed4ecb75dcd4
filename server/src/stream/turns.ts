/** Lets a limited number of members act at once; the others wait in order. */
export interface Turns<T> {
  /** Calls `start` now or when a turn is free. A member that has or awaits a turn gets no second one. */
  ask(member: T, start: () => void): void;
  /** Gives the turn back, or leaves the queue. */
  leave(member: T): void;
  /** Whether it is the member's turn. */
  has(member: T): boolean;
  /** Whether the member is in the queue. */
  awaits(member: T): boolean;
  readonly active: number;
  readonly waiting: number;
}

export function createTurns<T>(limit: number): Turns<T> {
  const active = new Set<T>();
  const queue = new Map<T, () => void>();

  function begin(member: T, start: () => void): void {
    active.add(member);
    start();
  }

  return {
    get active() {
      return active.size;
    },
    get waiting() {
      return queue.size;
    },
    has: (member) => active.has(member),
    awaits: (member) => queue.has(member),
    ask(member, start) {
      if (active.has(member) || queue.has(member)) return;
      if (active.size < limit) begin(member, start);
      else queue.set(member, start);
    },
    leave(member) {
      queue.delete(member);
      if (!active.delete(member)) return;
      const [next] = queue;
      if (next === undefined) return;
      queue.delete(next[0]);
      begin(...next);
    },
  };
}
