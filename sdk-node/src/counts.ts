import type { ErrorKind, Outcome } from '@glidepath/core';
import type { ArmPlace, HealthPart } from '@glidepath/core/sdk';
import type { Layer } from './answers.ts';
import { createTally, type Tally } from './health/tally.ts';
import { createSideTally, type SidesPart, type SideTally } from './migration/side-tally.ts';
import { readable, taken } from './report-text.ts';
import type { SeenContexts, SeenPart } from './seen-contexts.ts';

/** What one report brings of the counts, as it goes over the wire. */
export interface CountedPart extends Partial<HealthPart>, Partial<SidesPart>, Partial<SeenPart> {
  readonly evals: readonly Evaluations[];
  readonly missing: readonly (readonly [key: string, error: string, n: number])[];
  /** What could not be kept count of since the part before. */
  readonly dropped: number;
}

/** Evaluations that were answered alike. */
interface Evaluations extends Partial<ArmPlace> {
  readonly flag: string;
  /** The flag's `rev`. */
  readonly fv: number | null;
  readonly var: string | null;
  readonly reason: string;
  readonly rule?: string;
  n: number;
}

/** As much of an outcome as is counted. */
export interface Served extends Pick<Outcome, 'n' | 'flagVersion' | 'variation'> {
  readonly reason: { readonly kind: string; readonly ruleId?: string };
}

export interface CountLimits {
  /** Series that are held at most, those on their way included. */
  readonly maxSeries: number;
  /** Of one report, in UTF-8. */
  readonly maxBytes: number;
  /** Notes what contexts are made of; null where nobody wants that. */
  readonly seen?: SeenContexts | null;
}

/** Evaluations, and how they went on, summed up until somebody sends them; never more than the limits say. */
export interface Counts {
  readonly tally: Tally;
  readonly sides: SideTally;
  /** Between callers and answers, where contexts are looked at. */
  readonly layers: readonly Layer[];
  evaluated(flag: string, served: Served, place?: ArmPlace | null): void;
  missed(flag: unknown, error: ErrorKind): void;
  /** Held now, those of the part on its way included. */
  readonly series: number;
  /** Evaluations that arrived so far, and that got lost. */
  readonly sent: number;
  readonly dropped: number;
  /** Evaluations that have not arrived yet. */
  readonly open: number;
  /** Hands over what fits into one report, null when there is nothing; the last part must be `settled` first. */
  take(): CountedPart | null;
  /** The part on its way has arrived, or will never. */
  settled(how: 'arrived' | 'lost'): void;
}

const MOST_MISSING = 1_000;
const KEY_CHARACTERS = 128;
/** Left of a report for all that is around the counts. */
const ENVELOPE_BYTES = 2_048;

export function createCounts({ maxSeries, maxBytes, seen = null }: CountLimits): Counts {
  const evaluations = new Map<string, Evaluations>();
  const missing = new Map<string, { readonly key: string; readonly error: ErrorKind; n: number }>();
  let seriesUnderWay = 0;
  let openUnderWay = 0;
  let sent = 0;
  let dropped = 0;
  let droppedTold = 0;
  let droppedUnderWay = 0;

  const series = (): number => evaluations.size + missing.size + tally.series + sides.series + seriesUnderWay;

  const limits = {
    maxBytes,
    hasRoom: () => series() < maxSeries,
    onDropped: () => {
      dropped += 1;
    },
  };
  const tally = createTally(limits);
  const sides = createSideTally(limits);

  return {
    tally,
    sides,
    layers: seen === null ? [] : [seen.layer],
    get series() {
      return series();
    },
    get sent() {
      return sent;
    },
    get dropped() {
      return dropped;
    },
    get open() {
      return openUnderWay + sum(evaluations.values()) + sum(missing.values());
    },
    evaluated(flag, { n, flagVersion, variation, reason }, place) {
      const rule = reason.kind === 'RULE_MATCH' ? reason.ruleId : undefined;
      const name = [flag, flagVersion, variation, reason.kind, rule, place?.arm, place?.stage].join('\t');
      const known = evaluations.get(name);
      if (known !== undefined) known.n += n;
      else if (series() >= maxSeries) dropped += n;
      else
        evaluations.set(name, {
          flag,
          fv: flagVersion,
          var: variation,
          reason: reason.kind,
          ...(rule !== undefined && { rule }),
          ...(place && { arm: place.arm, stage: place.stage }),
          n,
        });
    },
    missed(flag, error) {
      // Whatever else callers pass names no flag that anybody could look for.
      if (typeof flag !== 'string') return;
      const key = flag.length > KEY_CHARACTERS ? flag.slice(0, KEY_CHARACTERS) : flag;
      const name = `${error}\t${key}`;
      const known = missing.get(name);
      if (known !== undefined) known.n += 1;
      else if (missing.size >= MOST_MISSING || series() >= maxSeries) dropped += 1;
      else missing.set(name, { key, error, n: 1 });
    },
    take() {
      const room = { bytes: maxBytes - ENVELOPE_BYTES };
      const evals = taken(evaluations, room, (entry) => entry);
      const lost = taken(missing, room, ({ key, error, n }) => [readable(key), error, n] as const);
      const more = { ...tally.take(room), ...sides.take(room), ...seen?.take(room) };
      seriesUnderWay = [evals, lost, ...Object.values(more)].reduce((all, { length }) => all + length, 0);
      if (seriesUnderWay === 0) return null;
      openUnderWay = sum(evals) + lost.reduce((all, [, , n]) => all + n, 0);
      droppedUnderWay = dropped - droppedTold;
      return { evals, missing: lost, ...withoutEmpty(more), dropped: droppedUnderWay };
    },
    settled(how) {
      if (how === 'arrived') {
        sent += openUnderWay;
        droppedTold += droppedUnderWay;
      } else dropped += openUnderWay;
      seriesUnderWay = 0;
      openUnderWay = 0;
    },
  };
}

function withoutEmpty<P extends HealthPart & SidesPart & Partial<SeenPart>>(part: P): Partial<P> {
  return Object.fromEntries(Object.entries(part).filter(([, list]) => list.length > 0)) as Partial<P>;
}

function sum(entries: Iterable<{ readonly n: number }>): number {
  let all = 0;
  for (const { n } of entries) all += n;
  return all;
}
