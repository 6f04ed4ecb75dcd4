/** Neighbouring buckets differ by this factor, so that a figure is at most 2 % off. */
const GAMMA = 1.0408;
const LOG_GAMMA = Math.log(GAMMA);
/** Buckets of 1 µs and of almost three hours: what lies beyond is counted in these. */
const LOWEST = -173;
const HIGHEST = 404;
/** Empty buckets made beside a new one, because durations come in groups. */
const MARGIN = 8;

/** Counts of durations as they are sent: bucket `o + i` holds `c[i]`, which took up to `g ** (o + i)` milliseconds. */
export interface SketchBody {
  readonly g: number;
  readonly o: number;
  readonly c: readonly number[];
}

/**
 * Durations in buckets whose width grows with their value: quantiles stay within 2 % and sketches are merged by adding.
 * Source: Masson, Rim, Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees" (2019)
 */
export class Sketch {
  #first = 0;
  #counts = new Uint32Array(0);

  /** Of its buckets. */
  get bytes(): number {
    return this.#counts.byteLength;
  }

  add(milliseconds: number): void {
    const bucket = bucketOf(milliseconds);
    if (bucket < this.#first || bucket >= this.#first + this.#counts.length) this.#makeRoom(bucket);
    const at = bucket - this.#first;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  body(): SketchBody {
    const used = (count: number): boolean => count > 0;
    const start = this.#counts.findIndex(used);
    if (start < 0) return { g: GAMMA, o: 0, c: [] };
    const end = this.#counts.findLastIndex(used) + 1;
    return { g: GAMMA, o: this.#first + start, c: Array.from(this.#counts.subarray(start, end)) };
  }

  #makeRoom(bucket: number): void {
    const isEmpty = this.#counts.length === 0;
    const first = Math.min(isEmpty ? bucket : this.#first, bucket - MARGIN);
    const last = Math.max(isEmpty ? bucket : this.#first + this.#counts.length - 1, bucket + MARGIN);
    const counts = new Uint32Array(last - first + 1);
    if (!isEmpty) counts.set(this.#counts, this.#first - first);
    this.#first = first;
    this.#counts = counts;
  }
}

/** Both together: what one sketch of all the durations would hold. */
export function merged(a: SketchBody, b: SketchBody): SketchBody {
  if (a.c.length === 0 || b.c.length === 0) return a.c.length === 0 ? b : a;
  const first = Math.min(a.o, b.o);
  const last = Math.max(a.o + a.c.length, b.o + b.c.length);
  const c = Array.from({ length: last - first }, (_, i) => (a.c[first + i - a.o] ?? 0) + (b.c[first + i - b.o] ?? 0));
  return { g: a.g, o: first, c };
}

/** The duration in milliseconds that the share `q` of all did not exceed; null when there is none. */
export function quantileOf({ g, o, c }: SketchBody, q: number): number | null {
  const total = c.reduce((sum, count) => sum + count, 0);
  const rank = Math.floor(q * (total - 1));
  let seen = 0;
  for (const [i, count] of c.entries()) {
    seen += count;
    if (seen > rank) return (2 * g ** (o + i)) / (g + 1);
  }
  return null;
}

function bucketOf(milliseconds: number): number {
  const bucket = Math.ceil(Math.log(milliseconds) / LOG_GAMMA);
  // The clock may stand still or be set back: what took no time is in the first bucket.
  return bucket > LOWEST ? Math.min(bucket, HIGHEST) : LOWEST;
}
