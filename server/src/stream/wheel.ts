/** Members that wait for a moment, found again without a timer of their own. */
export interface Wheel<T> {
  /** Puts the member at `delayMs` from `now`, in place of where it was. */
  put(member: T, now: number, delayMs: number): void;
  remove(member: T): void;
  /** Whether the member waits. */
  has(member: T): boolean;
  /** Takes out the members whose moment has come. */
  turn(now: number): readonly T[];
  readonly size: number;
}

interface Place {
  readonly slot: number;
  readonly due: number;
}

/**
 * A hashed timing wheel: ten thousand sockets cost one timer, and one turn touches only the members of the slots that
 * passed. A moment further away than one rotation stays in its slot until its turn has come round.
 */
export function createWheel<T>(slotMs: number, slotCount: number): Wheel<T> {
  const slots = Array.from({ length: slotCount }, () => new Map<T, number>());
  const places = new Map<T, Place>();
  let turnedTo: number | null = null;

  const slotAt = (ms: number) => Math.floor(ms / slotMs);

  function remove(member: T): void {
    const place = places.get(member);
    if (place === undefined) return;
    slots[place.slot]?.delete(member);
    places.delete(member);
  }

  function take(slot: number, now: number): T[] {
    const due = [...(slots[slot] ?? [])].filter(([, at]) => at <= now).map(([member]) => member);
    for (const member of due) remove(member);
    return due;
  }

  return {
    get size() {
      return places.size;
    },
    put(member, now, delayMs) {
      remove(member);
      const due = now + Math.max(0, delayMs);
      // A moment in a slot that was already passed would wait for a whole rotation.
      const slot = Math.max(slotAt(due), turnedTo ?? slotAt(now)) % slotCount;
      slots[slot]?.set(member, due);
      places.set(member, { slot, due });
    },
    remove,
    has: (member) => places.has(member),
    turn(now) {
      const to = slotAt(now);
      const from = Math.max(turnedTo ?? to - slotCount, to - slotCount + 1);
      turnedTo = to;
      return Array.from({ length: Math.max(0, to - from) + 1 }, (_, i) => (from + i) % slotCount).flatMap((slot) =>
        take((slot + slotCount) % slotCount, now),
      );
    },
  };
}
