const KEPT = 64;
const CHARACTERS = 256;

/**
 * The most frequent texts of a stream in bounded memory, by the method of Metwally, Agrawal and El Abbadi ("space
 * saving"): a text that there is no room for takes the place and the count of the rarest, so that counts are too high at
 * times and never too low.
 */
export interface Frequent {
  add(text: string): void;
  top(most: number): readonly (readonly [text: string, n: number])[];
}

export function createFrequent(): Frequent {
  const counts = new Map<string, number>();

  const rarest = (): readonly [string, number] => {
    let found: readonly [string, number] = ['', Number.POSITIVE_INFINITY];
    for (const entry of counts) if (entry[1] < found[1]) found = entry;
    return found;
  };

  return {
    add(given) {
      const text = given.slice(0, CHARACTERS);
      const known = counts.get(text);
      if (known !== undefined) counts.set(text, known + 1);
      else if (counts.size < KEPT) counts.set(text, 1);
      else {
        const [last, n] = rarest();
        counts.delete(last);
        counts.set(text, n + 1);
      }
    },
    top: (most) => [...counts].sort(([, a], [, b]) => b - a).slice(0, most),
  };
}
