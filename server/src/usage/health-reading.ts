import type { FlagItem } from '@glidepath/core';
import { SHARDS, Sketch, type SketchBody } from '@glidepath/core/sdk';
import type { HealthInput, HealthSeriesKey, HealthSums } from '../store/health.ts';
import { PAGE } from '../store/usage.ts';
import type { ServedEnvironment } from './reading.ts';
import type { WireReport } from './report-schema.ts';

type WireHealth = NonNullable<WireReport['health']>[number];
type WireMetric = NonNullable<WireReport['metrics']>[number];
type WireTrack = NonNullable<WireReport['track']>[number];
type WireSeries = Pick<WireHealth, 'flag' | 'fv' | 'var' | 'arm' | 'stage'>;

/** More than one application has; whoever makes names up on the way fills no more than this with each report. */
const MOST_SERIES_OF_REPORT = 2_000;
const MOST_KINDS = 8;
/** The sketches of all SDKs have these buckets: others could not be merged with them. */
const GAMMA = new Sketch().body().g;
const BUCKETS = { lowest: -1_000, most: 2_000 };

/** Who reports, from where. */
type From = Pick<HealthSeriesKey, 'environment' | 'source'>;

const NONE = { n: [], sum: [], sumOfSquares: [], people: [] };

/** What a report tells of how the environment's flags are doing; of others, and of what has no name, nothing is kept. */
export function healthOf(report: WireReport, environment: string, served: ServedEnvironment): readonly HealthInput[] {
  const { health = [], metrics = [], track = [], instance } = report;
  const from: From = { environment, source: instance.startsWith(PAGE.instance) ? 'page' : 'server' };
  const told = [
    ...health.map((entry) => ofOperation(from, entry)),
    ...metrics.map((entry) => ofMetric(from, entry)),
    ...track.flatMap((entry) => ofEvent(from, entry)),
  ];
  return told
    .filter(({ key, sums }) => sums.n > 0 && isName(key.name) && isServed(served, key))
    .slice(0, MOST_SERIES_OF_REPORT);
}

/** Whether somebody could type it into a rule or a gate. */
export function isName(text: string): boolean {
  return text.length > 0 && text.length <= 128 && /^[^\p{Cc}\p{Surrogate}]+$/u.test(text);
}

function isServed({ items, version }: ServedEnvironment, { flag, variation, flagVersion }: HealthSeriesKey): boolean {
  const item = items.get(`flag\t${flag}`) as FlagItem | undefined;
  return flagVersion <= version && (item?.body.variations.some(({ key }) => key === variation) ?? false);
}

function ofOperation(from: From, entry: WireHealth): HealthInput {
  const { shards, lat = [], kinds = {} } = entry;
  const errors = shards?.err.map((err, i) => Math.min(err, shards.n[i] ?? 0));
  return {
    key: { ...seriesOf(from, entry), kind: 'guard', name: entry.op },
    sums: {
      n: shards ? total(shards.n) : entry.n,
      sum: errors ? total(errors) : Math.min(entry.err, entry.n),
      sumOfSquares: 0,
      shards: shards
        ? { ...NONE, n: shards.n, sum: unlessZero(errors ?? []), people: unlessZero(shards.people ?? []) }
        : NONE,
      latency: lat.every(isReadable) ? lat.map(withoutMargins) : [],
      errorKinds: Object.fromEntries(
        Object.entries(kinds)
          .filter(([kind]) => isName(kind))
          .slice(0, MOST_KINDS),
      ),
    },
  };
}

function ofMetric(from: From, entry: WireMetric): HealthInput {
  const n = listOf(entry.n);
  const sum = listOf(entry.sum);
  const sumOfSquares = entry.sumsq ?? [];
  const isByShard = n.length === SHARDS;
  return {
    key: { ...seriesOf(from, entry), kind: 'metric', name: entry.name },
    sums: {
      n: total(n),
      sum: total(sum),
      sumOfSquares: total(sumOfSquares),
      shards: isByShard ? { ...NONE, n, sum: unlessZero(sum), sumOfSquares: unlessZero(sumOfSquares) } : NONE,
      latency: [],
      errorKinds: {},
    },
  };
}

/** An event belongs to each variation that was read before; SDKs do not tell of which version. */
function ofEvent(from: From, [name, variations, n, sum]: WireTrack): readonly HealthInput[] {
  const sums: HealthSums = { n, sum, sumOfSquares: 0, shards: NONE, latency: [], errorKinds: {} };
  return Object.entries(variations).map(([flag, variation]) => ({
    key: { ...from, flag, flagVersion: 0, variation, arm: '', stage: -1, kind: 'track', name },
    sums,
  }));
}

function seriesOf(from: From, series: WireSeries): Omit<HealthSeriesKey, 'kind' | 'name'> {
  const { flag, fv: flagVersion, var: variation, arm, stage } = series;
  const isInArm = arm !== undefined && stage !== undefined;
  return { ...from, flag, flagVersion, variation, arm: isInArm ? arm : '', stage: isInArm ? stage : -1 };
}

function isReadable({ g, o, c }: SketchBody): boolean {
  return g === GAMMA && o >= BUCKETS.lowest && o + c.length <= BUCKETS.most;
}

/** What a sketch was padded with need not be kept. */
function withoutMargins({ g, o, c }: SketchBody): SketchBody {
  const start = c.findIndex((count) => count > 0);
  if (start < 0) return { g, o: 0, c: [] };
  return { g, o: o + start, c: c.slice(start, c.findLastIndex((count) => count > 0) + 1) };
}

function unlessZero(numbers: readonly number[]): readonly number[] {
  return numbers.some((number) => number !== 0) ? numbers : [];
}

function listOf(numbers: number | readonly number[]): readonly number[] {
  return typeof numbers === 'number' ? [numbers] : numbers;
}

/** JSON knows no infinity. */
function total(numbers: readonly number[]): number {
  const sum = numbers.reduce((all, number) => all + number, 0);
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}
