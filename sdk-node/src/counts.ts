import type { ErrorKind, Outcome } from '@glidepath/core';
import { utf8Length } from '@glidepath/core/protocol';

/** What one report brings of the counts, as it goes over the wire. */
export interface CountedPart {
  readonly evals: readonly Evaluations[];
  readonly missing: readonly (readonly [key: string, error: string, n: number])[];
  /** Evaluations that could not be kept count of since the part before. */
  readonly dropped: number;
}

/** Evaluations that were answered alike. */
interface Evaluations {
  readonly flag: string;
  /** The flag's `rev`. */
  readonly fv: number | null;
  readonly var: string | null;
  readonly reason: string;
  readonly rule?: string;
  n: number;
}

export interface CountLimits {
  /** Series that are held at most, those on their way included. */
  readonly maxSeries: number;
  /** Of one report, in UTF-8. */
  readonly maxBytes: number;
}

/** Evaluations summed up until somebody sends them; never more than the limits say. */
export interface Counts {
  evaluated(flag: string, outcome: Outcome): void;
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

export function createCounts({ maxSeries, maxBytes }: CountLimits): Counts {
  const evaluations = new Map<string, Evaluations>();
  const missing = new Map<string, { readonly key: string; readonly error: ErrorKind; n: number }>();
  let seriesUnderWay = 0;
  let openUnderWay = 0;
  let sent = 0;
  let dropped = 0;
  let droppedTold = 0;
  let droppedUnderWay = 0;

  const series = (): number => evaluations.size + missing.size + seriesUnderWay;

  return {
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
    evaluated(flag, { n, flagVersion, variation, reason }) {
      const rule = reason.kind === 'RULE_MATCH' ? reason.ruleId : undefined;
      const name = [flag, flagVersion, variation, reason.kind, rule].join('\t');
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
      seriesUnderWay = evals.length + lost.length;
      if (seriesUnderWay === 0) return null;
      openUnderWay = sum(evals) + lost.reduce((all, [, , n]) => all + n, 0);
      droppedUnderWay = dropped - droppedTold;
      return { evals, missing: lost, dropped: droppedUnderWay };
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

/** Takes entries out of the map, from the oldest, as long as their text fits. */
function taken<T, W>(entries: Map<string, T>, room: { bytes: number }, onWire: (entry: T) => W): readonly W[] {
  const out: W[] = [];
  for (const [name, entry] of entries) {
    const wire = onWire(entry);
    room.bytes -= utf8Length(JSON.stringify(wire)) + 1;
    if (room.bytes < 0) break;
    out.push(wire);
    entries.delete(name);
  }
  return out;
}

/** Servers refuse control characters and halves of surrogate pairs; a key cut to length may end with one. */
export function readable(text: string): string {
  return text.replace(/[\p{Cc}\p{Surrogate}]/gu, '\ufffd');
}

function sum(entries: Iterable<{ readonly n: number }>): number {
  let all = 0;
  for (const { n } of entries) all += n;
  return all;
}
