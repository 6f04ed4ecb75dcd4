import type { CleanUpView } from '@glidepath/server/api-types';
import { dayWords } from '../../lib/time.ts';
import { lifecycleMessages } from './messages.ts';
import classes from './standing.module.css';
import { linePoints } from './trend.ts';

const m = lifecycleMessages.trend;
const SIZE = { width: 240, height: 40 };

/** How many flags were stale, day by day. What it shows is told in words beside it. */
export function TrendChart({ trend }: Pick<CleanUpView, 'trend'>) {
  const [first] = trend;
  const last = trend.at(-1);
  if (first === undefined || last === undefined || trend.length < 2) return null;
  const points = linePoints(
    trend.map(({ stale }) => stale),
    SIZE,
  );
  return (
    <figure className={classes.trend}>
      <svg
        viewBox={`0 -2 ${SIZE.width} ${SIZE.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={m.chart(first.stale, last.stale, trend.length)}
      >
        <polygon className={classes.trendFill} points={`0,${SIZE.height} ${points} ${SIZE.width},${SIZE.height}`} />
        <polyline className={classes.trendLine} points={points} />
      </svg>
      <figcaption className={classes.trendAxis} aria-hidden="true">
        <span>{dayWords(Date.parse(first.day))}</span>
        <span>{m.now}</span>
      </figcaption>
    </figure>
  );
}
