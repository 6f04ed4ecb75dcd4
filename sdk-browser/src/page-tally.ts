import { type Ending, HealthSeries, MetricSeries, type ReadFlag, seriesOf } from '@glidepath/core/sdk';
import { MAX_CHARACTERS, MAX_SERIES } from './limits.ts';

/** How the flags of a page are doing, summed up until a report takes it along. */
export interface PageTally {
  ended(read: ReadFlag, operation: string, ending: Ending): void;
  measured(read: ReadFlag, metric: string, value: number): void;
  /** Hands over what fits into a report. */
  take: () => object;
}

interface Wired {
  wire(): object;
}

const NAME_CHARACTERS = 128;

/** `onRest`: a report was too small for all. */
export function createPageTally(onRest: () => void): PageTally {
  const health = new Map<string, HealthSeries>();
  const metrics = new Map<string, MetricSeries>();
  let dropped = 0;

  const found = <S extends Wired>(series: Map<string, S>, read: ReadFlag, name: string, create: () => S): S | null => {
    const key = JSON.stringify([seriesOf(read), name]);
    const known = series.get(key);
    if (known) return known;
    if (health.size + metrics.size >= MAX_SERIES) {
      dropped += 1;
      return null;
    }
    const made = create();
    series.set(key, made);
    return made;
  };

  return {
    ended(read, operation, ending) {
      const name = nameOf(operation);
      const entry = found(health, read, name, () => new HealthSeries(seriesOf(read), name));
      entry?.add(ending, read.seat?.shard ?? 0, true);
    },
    measured(read, metric, value) {
      if (!Number.isFinite(value)) return;
      const name = nameOf(metric);
      found(metrics, read, name, () => new MetricSeries(seriesOf(read), name))?.add(value, read.seat?.shard ?? 0);
    },
    take() {
      if (!health.size && !metrics.size && !dropped) return {};
      let left = MAX_CHARACTERS;
      const taken = (series: Map<string, Wired>): readonly object[] => {
        const rows: object[] = [];
        for (const [key, entry] of series) {
          const row = entry.wire();
          left -= JSON.stringify(row).length;
          if (left < 0) break;
          rows.push(row);
          series.delete(key);
        }
        return rows;
      };
      const part = { health: taken(health), metrics: taken(metrics), dropped };
      dropped = 0;
      if (health.size || metrics.size) onRest();
      return part;
    },
  };
}

/** Callers in plain JavaScript pass anything; half a character is none. */
function nameOf(given: unknown): string {
  return String(given)
    .slice(0, NAME_CHARACTERS)
    .replace(/[\p{Cc}\p{Surrogate}]/gu, '\ufffd');
}
