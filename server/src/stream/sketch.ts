/** Counts of durations by bucket: bucket `i` holds what took at most `SMALLEST_MS * GROWTH ** i`. */
export type Sketch = Readonly<Record<string, number>>;

// Neighbouring buckets differ by 4 %, so a figure is at most 4 % above the truth and never below it.
const GROWTH = 1.0408;
const SMALLEST_MS = 0.1;

/** The bucket that a duration falls into. */
export function bucketOf(ms: number): number {
  return ms <= SMALLEST_MS ? 0 : Math.ceil(Math.log(ms / SMALLEST_MS) / Math.log(GROWTH));
}

/** The longest duration of a bucket, in milliseconds. */
export function boundOf(bucket: number): number {
  return SMALLEST_MS * GROWTH ** bucket;
}

/** The duration that the share `q` of all did not exceed; null when nothing was counted. */
export function quantileOf(sketch: Sketch, q: number): number | null {
  const buckets = Object.entries(sketch)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const wanted = Math.max(1, Math.ceil(q * total));
  let seen = 0;
  for (const { bucket, count } of buckets) {
    seen += count;
    if (seen >= wanted) return boundOf(bucket);
  }
  return null;
}
