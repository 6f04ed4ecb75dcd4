import type { Ending, HealthPart, HealthSink, ReadFlag, WireSeries } from '@glidepath/core/sdk';
import { HealthSeries, isDecided, MetricSeries, seriesOf, TrackSeries } from '@glidepath/core/sdk';
import { type Room, readable, taken } from '../report-text.ts';
import { createCrowds } from './crowds.ts';
import { createShortcut } from './shortcut.ts';

export interface TallyLimits {
  /** In memory, about. */
  readonly maxBytes: number;
  /** Whether there is room for another series, beside all else that is counted. */
  readonly hasRoom: () => boolean;
  /** Hears of what could not be kept. */
  readonly onDropped: () => void;
}

/** How flags are doing, summed up until somebody sends it; never more than the limits say. */
export interface Tally extends HealthSink {
  readonly series: number;
  /** In memory, about. */
  readonly bytes: number;
  /** Hands over what fits; those series begin anew. */
  take(room: Room): HealthPart;
}

const NAME_CHARACTERS = 128;
/** So much can one call add to series at most. */
const MARGIN_BYTES = 4_096;
/** Of the memory, for telling people from each other. */
const CROWDS_SHARE = 0.25;

interface Sized {
  readonly bytes: number;
}

export function createTally({ maxBytes, hasRoom, onDropped }: TallyLimits): Tally {
  const health = new Map<string, HealthSeries>();
  const metrics = new Map<string, MetricSeries>();
  const track = new Map<string, TrackSeries>();
  const healthAt = createShortcut<HealthSeries>();
  const metricsAt = createShortcut<MetricSeries>();
  const crowds = createCrowds(CROWDS_SHARE * maxBytes);
  let bytes = 0;

  const isFull = (): boolean => bytes > (1 - CROWDS_SHARE) * maxBytes - MARGIN_BYTES;

  const found = <S extends Sized>(series: Map<string, S>, name: string, create: () => S): S | null => {
    const known = series.get(name);
    if (known !== undefined) return known;
    if (isFull() || !hasRoom()) {
      onDropped();
      return null;
    }
    const fresh = create();
    bytes += fresh.bytes + 2 * name.length;
    series.set(name, fresh);
    return fresh;
  };

  const healthFor = (read: ReadFlag, op: string): HealthSeries | null => {
    const series = seriesOf(read);
    const entry = found(health, nameFrom(series, op), () => new HealthSeries(series, readable(op)));
    if (entry !== null) healthAt.keep(read, op, entry);
    return entry;
  };

  const metricFor = (read: ReadFlag, name: string): MetricSeries | null => {
    const series = seriesOf(read);
    const entry = found(metrics, nameFrom(series, name), () => new MetricSeries(series, readable(name)));
    if (entry !== null) metricsAt.keep(read, name, entry);
    return entry;
  };

  return {
    get series() {
      return health.size + metrics.size + track.size;
    },
    get bytes() {
      return bytes + crowds.bytes;
    },
    ended(read: ReadFlag, operation: string, ending: Ending) {
      if (!isDecided(read)) return;
      const name = nameOf(operation);
      const entry = healthAt.find(read, name) ?? healthFor(read, name);
      if (entry === null) return;
      const { seat } = read;
      const keepsTime = !isFull();
      if (!keepsTime && seat !== null) onDropped();
      bytes += entry.add(ending, seat?.shard ?? 0, keepsTime);
      if (seat !== null && 'person' in seat && crowds.isFirst(read.flag, seat)) entry.addPerson(seat.shard);
    },
    measured(read: ReadFlag, metric: string, value: number) {
      if (!isDecided(read) || !Number.isFinite(value)) return;
      const name = nameOf(metric);
      const entry = metricsAt.find(read, name) ?? metricFor(read, name);
      entry?.add(value, read.seat?.shard ?? 0);
    },
    tracked(event: string, read: ReadFlag | null, value: number) {
      const name = nameOf(event);
      const series = read && isDecided(read) ? seriesOf(read) : null;
      const variations = series ? { [series.flag]: series.var } : {};
      const key = `${name}\t${series?.flag}\t${series?.var}`;
      found(track, key, () => new TrackSeries(readable(name), variations))?.add(Number.isFinite(value) ? value : 0);
    },
    take(room) {
      healthAt.clear();
      metricsAt.clear();
      crowds.age();
      const part = {
        health: taken(health, room, (series) => series.wire()),
        metrics: taken(metrics, room, (series) => series.wire()),
        track: taken(track, room, (series) => series.wire()),
      };
      bytes = bytesOf(health) + bytesOf(metrics) + bytesOf(track);
      return part;
    },
  };
}

function bytesOf(entries: ReadonlyMap<string, Sized>): number {
  let sum = 0;
  for (const [name, { bytes }] of entries) sum += bytes + 2 * name.length;
  return sum;
}

function nameFrom({ flag, fv, rule, var: variation, arm, stage }: WireSeries, what: string): string {
  return `${flag}\t${fv}\t${rule}\t${variation}\t${arm}\t${stage}\t${what}`;
}

/** Callers in plain JavaScript pass anything. */
function nameOf(given: unknown): string {
  return typeof given === 'string' ? given.slice(0, NAME_CHARACTERS) : 'unnamed';
}
