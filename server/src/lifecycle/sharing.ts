import type { Clock } from '../clock.ts';

/** Answers that took long serve for so many times as long: a fifth of all time is spent on them at most. */
const REST = 4;
const LONGEST_REST_MS = 5_000;
/** Answers that are kept in memory. */
const KEPT = 2;

/** One answer for all who ask for the same at the same time, and soon after. Another version is another answer. */
export type Shared<V> = (name: string, version: number, compute: () => Promise<V>) => Promise<V>;

interface Answer<V> {
  readonly version: number;
  readonly value: Promise<V>;
  /** Until when it serves; no end while it is computed. */
  until: number;
}

export function sharing<V>(clock: Pick<Clock, 'monotonic'>): Shared<V> {
  const answers = new Map<string, Answer<V>>();

  function begin(name: string, version: number, compute: () => Promise<V>): Promise<V> {
    const start = clock.monotonic();
    const answer: Answer<V> = { version, value: compute(), until: Number.POSITIVE_INFINITY };
    const forget = () => {
      if (answers.get(name) === answer) answers.delete(name);
    };
    answer.value.then(() => {
      const end = clock.monotonic();
      answer.until = end + Math.min(REST * (end - start), LONGEST_REST_MS);
    }, forget);
    answers.delete(name);
    answers.set(name, answer);
    const oldest = answers.keys().next().value;
    if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
    return answer.value;
  }

  return (name, version, compute) => {
    const known = answers.get(name);
    return known?.version === version && clock.monotonic() < known.until ? known.value : begin(name, version, compute);
  };
}
