/** A clock that jumps from event to event, so that hours take milliseconds. */
export interface Timeline {
  now(): number;
  at(moment: number, event: () => void): void;
  after(delayMs: number, event: () => void): void;
  /** Runs everything that is due within the time. */
  advance(ms: number): void;
}

/** More events than this at one moment mean that two sides answer each other without end. */
const MAX_AT_ONCE = 10_000;

export function createTimeline(): Timeline {
  const heap: Entry[] = [];
  let now = 0;
  let order = 0;
  const at = (moment: number, event: () => void) => {
    push(heap, { moment: Math.max(moment, now), order: order++, event });
  };
  return {
    now: () => now,
    at,
    after: (delayMs, event) => at(now + delayMs, event),
    advance(ms) {
      const end = now + ms;
      let atOnce = 0;
      for (let next = heap[0]; next && next.moment <= end; next = heap[0]) {
        pop(heap);
        atOnce = next.moment === now ? atOnce + 1 : 0;
        if (atOnce > MAX_AT_ONCE) throw new Error(`Events chase each other at ${now} ms`);
        now = next.moment;
        next.event();
      }
      now = end;
    },
  };
}

interface Entry {
  readonly moment: number;
  readonly order: number;
  readonly event: () => void;
}

const isBefore = (a: Entry, b: Entry) => a.moment < b.moment || (a.moment === b.moment && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(entry, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
