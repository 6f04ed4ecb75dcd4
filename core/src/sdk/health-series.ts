import { SHARDS } from '../health/seat.ts';
import { Sketch } from '../health/sketch.ts';
import type { Ending, ReadFlag } from './health-sink.ts';
import type { WireHealth, WireMetric, WireSeries, WireTrack } from './health-wire.ts';

/** Each sketch is of a group of shards, so that a quantile has a variance too; who is in no arm shares one. */
const SKETCHES = 8;
const SHARDS_PER_SKETCH = SHARDS / SKETCHES;
const MOST_KINDS = 8;
/** Of what is not in typed arrays, about. */
const SERIES_BYTES = 400;

/** How operations of one variation ended. */
export class HealthSeries {
  readonly series: WireSeries;
  readonly #operation: string;
  readonly #kinds = new Map<string, number>();
  readonly #byShard: { readonly n: Uint32Array; readonly err: Uint32Array } | null;
  #people: Uint32Array | null = null;
  readonly #sketches: readonly Sketch[];
  #isTimed = false;
  #n = 0;
  #errors = 0;

  constructor(series: WireSeries, operation: string) {
    this.series = series;
    this.#operation = operation;
    const isMeasured = series.arm !== undefined;
    this.#byShard = isMeasured ? { n: new Uint32Array(SHARDS), err: new Uint32Array(SHARDS) } : null;
    this.#sketches = Array.from({ length: isMeasured ? SKETCHES : 1 }, () => new Sketch());
  }

  /** Whether its time is kept too is up to the caller: that is what memory grows with. Answers how much it grew. */
  add({ error, durationMs }: Ending, shard: number, keepsTime: boolean): number {
    this.#n += 1;
    if (this.#byShard) at(this.#byShard.n, shard, 1);
    if (error !== null) this.#addError(error, shard);
    const sketch = this.#sketches[this.#byShard ? Math.floor(shard / SHARDS_PER_SKETCH) : 0];
    if (sketch === undefined || durationMs === null || !keepsTime) return 0;
    const before = sketch.bytes;
    sketch.add(durationMs);
    this.#isTimed = true;
    return sketch.bytes - before;
  }

  /** Somebody who was not seen before in the stage. */
  addPerson(shard: number): void {
    this.#people ??= new Uint32Array(SHARDS);
    at(this.#people, shard, 1);
  }

  get bytes(): number {
    const sketches = this.#sketches.reduce((sum, { bytes }) => sum + 64 + bytes, 0);
    return SERIES_BYTES + (this.#byShard ? 12 * SHARDS : 0) + sketches;
  }

  wire(): WireHealth {
    const shards = this.#byShard && {
      n: [...this.#byShard.n],
      err: [...this.#byShard.err],
      ...(this.#people && { people: [...this.#people] }),
    };
    return {
      ...this.series,
      op: this.#operation,
      n: this.#n,
      err: this.#errors,
      ...(this.#kinds.size > 0 && { kinds: Object.fromEntries(this.#kinds) }),
      ...(this.#isTimed && { lat: this.#sketches.map((sketch) => sketch.body()) }),
      ...(shards && { shards }),
    };
  }

  #addError(error: string, shard: number): void {
    this.#errors += 1;
    if (this.#byShard) at(this.#byShard.err, shard, 1);
    const kind = this.#kinds.has(error) || this.#kinds.size < MOST_KINDS ? error : 'other';
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }
}

/** Values of one metric under one variation. */
export class MetricSeries {
  readonly series: WireSeries;
  readonly #name: string;
  readonly #n: Uint32Array;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;

  constructor(series: WireSeries, name: string) {
    this.series = series;
    this.#name = name;
    const shards = series.arm === undefined ? 1 : SHARDS;
    this.#n = new Uint32Array(shards);
    this.#sum = new Float64Array(shards);
    this.#squares = new Float64Array(shards);
  }

  add(value: number, shard: number): void {
    at(this.#n, shard, 1);
    at(this.#sum, shard, value);
    at(this.#squares, shard, value * value);
  }

  get bytes(): number {
    return SERIES_BYTES + 20 * this.#n.length;
  }

  wire(): WireMetric {
    if (this.series.arm === undefined)
      return { name: this.#name, ...this.series, n: this.#n[0] ?? 0, sum: rounded(this.#sum[0] ?? 0) };
    const sumsq = Array.from(this.#squares, rounded);
    return { name: this.#name, ...this.series, n: [...this.#n], sum: Array.from(this.#sum, rounded), sumsq };
  }
}

/** How often an event followed a variation. */
export class TrackSeries {
  readonly #event: string;
  readonly #variations: Readonly<Record<string, string>>;
  #n = 0;
  #sum = 0;

  constructor(event: string, variations: Readonly<Record<string, string>>) {
    this.#event = event;
    this.#variations = variations;
  }

  add(value: number): void {
    this.#n += 1;
    this.#sum += value;
  }

  get bytes(): number {
    return SERIES_BYTES;
  }

  wire(): WireTrack {
    return [this.#event, this.#variations, this.#n, rounded(this.#sum)];
  }
}

/** Whether the service has decided: not where it is a fallback, or a value fixed in this process. */
export function isDecided({ detail: { variation, reason } }: ReadFlag): boolean {
  return variation !== null && reason.kind !== 'OVERRIDE' && reason.kind !== 'BREAKER_OPEN';
}

/** Whether these numbers are of what was read. */
export function isOf(series: WireSeries, { detail, seat }: ReadFlag): boolean {
  const { variation, flagVersion, reason } = detail;
  return (
    series.fv === flagVersion &&
    series.var === variation &&
    series.arm === seat?.arm &&
    series.stage === seat?.stage &&
    series.rule === (reason.kind === 'RULE_MATCH' ? reason.ruleId : undefined)
  );
}

/** Whose numbers these are. */
export function seriesOf({ flag, detail, seat }: ReadFlag): WireSeries {
  const { variation, flagVersion, reason } = detail;
  return {
    flag,
    fv: flagVersion,
    ...(reason.kind === 'RULE_MATCH' && { rule: reason.ruleId }),
    var: variation ?? '',
    ...(seat && { arm: seat.arm, stage: seat.stage }),
  };
}

function at(cells: Uint32Array | Float64Array, index: number, more: number): void {
  const cell = index < cells.length ? index : 0;
  cells[cell] = (cells[cell] ?? 0) + more;
}

/** Twelve digits: what is lost is noise, what is saved is half of a report. JSON knows no infinity. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : Math.sign(value) * Number.MAX_VALUE;
}
