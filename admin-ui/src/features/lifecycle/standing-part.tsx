import type { CleanUpView } from '@glidepath/server/api-types';
import { AgeHistogram } from './age-histogram.tsx';
import type { CleanUpFilters, CleanUpSearch } from './cleanup-search.ts';
import { lifecycleMessages as m } from './messages.ts';
import classes from './standing.module.css';
import { debtChangeOf } from './trend.ts';
import { TrendChart } from './trend-chart.tsx';

export interface StandingPartProps {
  readonly view: CleanUpView;
  readonly filters: CleanUpFilters;
  readonly onChange: (change: Partial<CleanUpSearch>, typing: boolean) => void;
}

/** The numbers first, then the charts. */
export function StandingPart({ view: { counts, trend, ages }, filters, onChange }: StandingPartProps) {
  const change = debtChangeOf(trend);
  return (
    <div className={classes.standing}>
      <div className={classes.numbers}>
        <p className={classes.counts}>
          <strong>{m.counts.overAge(counts.overAge)}</strong> · <strong>{m.counts.ready(counts.ready)}</strong>
          {change && <> · {m.counts.debt(change)}</>}
        </p>
        <p className={classes.more}>
          {m.counts.stale(counts.stale, counts.live)} · {m.counts.archived(counts.archived)}
        </p>
        <TrendChart trend={trend} />
      </div>
      <AgeHistogram ages={ages} chosen={filters.age} onChoose={(age) => onChange({ age }, false)} />
    </div>
  );
}
