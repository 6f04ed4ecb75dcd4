import { grouped } from '@glidepath/core/change';
import type { CleanUpView } from '@glidepath/server/api-types';
import type { CSSProperties } from 'react';
import { AGES } from './cleanup-search.ts';
import { lifecycleMessages } from './messages.ts';
import classes from './standing.module.css';

const m = lifecycleMessages.ages;

type Age = (typeof AGES)[number];
type Bucket = CleanUpView['ages'][number];

export interface AgeHistogramProps {
  readonly ages: readonly Bucket[];
  readonly chosen: Age | undefined;
  readonly onChoose: (age: Age | undefined) => void;
}

/** How old flags are. Each bar is a filter; one that is chosen lets go when it is pressed again. */
export function AgeHistogram({ ages, chosen, onChoose }: AgeHistogramProps) {
  const most = Math.max(1, ...ages.map(({ count }) => count));
  return (
    <fieldset className={classes.histogram}>
      <legend className={classes.legend}>{m.title}</legend>
      {ages.map((bucket) => (
        <Bar key={bucket.from} bucket={bucket} share={bucket.count / most} chosen={chosen} onChoose={onChoose} />
      ))}
    </fieldset>
  );
}

interface BarProps extends Omit<AgeHistogramProps, 'ages'> {
  readonly bucket: Bucket;
  /** Of the longest bar. */
  readonly share: number;
}

function Bar({ bucket: { from, to, count }, share, chosen, onChoose }: BarProps) {
  const age = AGES.find((known) => known === `${from}-${to ?? ''}`);
  const content = (
    <>
      <span className={classes.barRange}>{m.range(from, to)}</span>
      <span className={classes.bar} style={{ '--share': share } as CSSProperties} />
      <span className={classes.barCount}>{grouped(count)}</span>
    </>
  );
  // Younger ones are told, and are no matter of the clean-up.
  if (age === undefined) return <div className={classes.barRow}>{content}</div>;
  return (
    <button
      type="button"
      className={classes.barRow}
      aria-label={m.bar(from, to, count)}
      aria-pressed={chosen === age}
      onClick={() => onChoose(chosen === age ? undefined : age)}
    >
      {content}
    </button>
  );
}
