const FIRST_SLOTS = 64;
const MOST_SLOTS = 32_768;
/** Spreads numbers that are alike (Knuth). */
const SPREAD = 0x9e3779b1;

/**
 * Tells who was here before: everybody up to a size, from there on a sample of people whose share halves each time it
 * has filled. Both arms of a rollout are in one crowd, so that they keep the same share.
 */
export class Crowd {
  #slots = new Uint32Array(FIRST_SLOTS);
  #size = 0;
  /** Only those are told whose number has none of these bits. */
  #mask = 0;

  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** `room`: by how many bytes it may grow. */
  isFirst(person: number, room: number): boolean {
    if ((person & this.#mask) !== 0) return false;
    if (!this.#add(person + 1)) return false;
    if (this.#size * 4 > this.#slots.length * 3) this.#makeRoom(room);
    return true;
  }

  #add(entry: number): boolean {
    const last = this.#slots.length - 1;
    let slot = (Math.imul(entry, SPREAD) >>> 8) & last;
    while (this.#slots[slot] !== 0) {
      if (this.#slots[slot] === entry) return false;
      slot = (slot + 1) & last;
    }
    this.#slots[slot] = entry;
    this.#size += 1;
    return true;
  }

  #makeRoom(room: number): void {
    const before = this.#slots;
    const grows = before.length < MOST_SLOTS && before.byteLength <= room;
    if (!grows) this.#mask = this.#mask * 2 + 1;
    this.#slots = new Uint32Array(grows ? before.length * 2 : before.length);
    this.#size = 0;
    for (const entry of before) if (entry !== 0 && ((entry - 1) & this.#mask) === 0) this.#add(entry);
  }
}
