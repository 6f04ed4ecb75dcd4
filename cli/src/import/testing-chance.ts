/** Chance that repeats itself. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  below(most: number): number;
  one<T>(list: readonly T[]): T;
  some<T>(list: readonly T[], most: number): readonly T[];
  is(probability: number): boolean;
}

export function chanceOf(seed: number): Chance {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number) => Math.floor(next() * most);
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  return {
    next,
    below,
    one,
    some: (list, most) => [...new Set(Array.from({ length: 1 + below(most) }, () => one(list)))],
    is: (probability) => next() < probability,
  };
}
