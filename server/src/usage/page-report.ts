import { PAGE } from '../store/usage.ts';
import type { WireReport } from './report-schema.ts';

type Entry<K extends 'health' | 'metrics' | 'track'> = NonNullable<WireReport[K]>[number];

/** A page counts what was seen on it: more of one kind than this nobody has seen between two reports. */
const MOST_OF_PAGE = 10_000;
/** What more than this have ended on one page says nothing of how its people are doing, and is left aside. */
const MOST_ENDINGS_OF_PAGE = 200;
const MOST_SERIES_OF_PAGE = 100;
/** A page is one person's, or that of a few who sign in on it one after the other. */
const MOST_SHARDS_OF_PAGE = 4;
/** Of one value: longer durations and larger sizes are a mistake, or made up. */
const LARGEST_OF_PAGE = 1e9;

/** Anybody can write one: it takes the name of no server, and no single one of them spoils a count for good. */
export function fromPage(report: WireReport): WireReport {
  const { instance, sdk, evals = [], missing = [], health = [], metrics = [], track = [], dropped = 0 } = report;
  return {
    ...report,
    instance: `${PAGE.instance}${instance}`,
    sdk: sdk.startsWith(PAGE.sdk) ? sdk : `${PAGE.sdk}${sdk}`,
    evals: evals.map((entry) => ({ ...entry, n: Math.min(MOST_OF_PAGE, entry.n) })),
    missing: missing.map(([key, error, n]) => [key, error, Math.min(MOST_OF_PAGE, n)]),
    contexts: [],
    // The gates of a flag add its operations up, and look at each metric and each event by itself.
    health: seenOnOnePage(health.map(withoutPeople), ({ flag }) => flag, endingsOf),
    metrics: seenOnOnePage(metrics.filter(isMeasurable), ({ flag, name }) => `${flag}\t${name}`, valuesOf),
    track: seenOnOnePage(
      track.filter(isTrackable),
      ([name]) => name,
      ([, , n]) => n,
    ),
    dropped: Math.min(MOST_OF_PAGE, dropped),
  };
}

/** Those that one page can have seen, of the same thing together. */
function seenOnOnePage<E>(entries: readonly E[], nameOf: (entry: E) => string, countOf: (entry: E) => number): E[] {
  const told = new Map<string, number>();
  const isSeen = (entry: E): boolean => {
    const all = (told.get(nameOf(entry)) ?? 0) + countOf(entry);
    if (all > MOST_ENDINGS_OF_PAGE) return false;
    told.set(nameOf(entry), all);
    return true;
  };
  return entries.filter(isSeen).slice(0, MOST_SERIES_OF_PAGE);
}

/** A page cannot tell whom it is the first to see. */
function withoutPeople({ shards, ...entry }: Entry<'health'>): Entry<'health'> {
  return shards === undefined ? entry : { ...entry, shards: { n: shards.n, err: shards.err } };
}

/** The most that any part of it claims: each of them is added up by itself. */
function endingsOf({ n, shards, kinds = {}, lat = [] }: Entry<'health'>): number {
  if (shards !== undefined && !isOfFew(shards.n)) return Number.POSITIVE_INFINITY;
  return Math.max(n, total(shards?.n ?? []), total(Object.values(kinds)), total(lat.flatMap(({ c }) => c)));
}

function valuesOf({ n }: Entry<'metrics'>): number {
  return typeof n === 'number' ? n : total(n);
}

function isMeasurable({ n, sum, sumsq = [] }: Entry<'metrics'>): boolean {
  const sums = typeof sum === 'number' ? [sum] : sum;
  return (
    (typeof n === 'number' || isOfFew(n)) &&
    sums.every((one) => Math.abs(one) <= LARGEST_OF_PAGE * MOST_ENDINGS_OF_PAGE) &&
    sumsq.every((one) => one <= LARGEST_OF_PAGE ** 2 * MOST_ENDINGS_OF_PAGE)
  );
}

function isTrackable([, , , sum]: Entry<'track'>): boolean {
  return Math.abs(sum) <= LARGEST_OF_PAGE * MOST_ENDINGS_OF_PAGE;
}

function isOfFew(shards: readonly number[]): boolean {
  return shards.filter((count) => count > 0).length <= MOST_SHARDS_OF_PAGE;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
