import type { UsageView } from '@glidepath/server/api-types';
import { type Column, columnTime } from './columns.ts';
import { usageMessages as m } from './messages.ts';
import classes from './usage.module.css';

const HEIGHT = 100;
/** Of a column's place. */
const FILLED = 0.8;

export interface UsageChartProps {
  readonly interval: UsageView['interval'];
  readonly columns: readonly Column[];
  nameOf(variation: string): string;
}

/** Evaluations over time, stacked by variation. What it shows is told in the table beside it too. */
export function UsageChart({ interval, columns, nameOf }: UsageChartProps) {
  const most = Math.max(...columns.map(({ total }) => total));
  const [first] = columns;
  const last = columns.at(-1);
  if (most === 0 || !first || !last) return null;
  return (
    <figure className={classes.figure}>
      <span className={classes.most} aria-hidden="true">
        {m.most(most, m.per[interval])}
      </span>
      <svg
        className={classes.chart}
        viewBox={`0 0 ${columns.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={m.chart(m.per[interval], most)}
      >
        {columns.map((column, i) => (
          <g key={column.at}>
            <title>{m.bar(columnTime(column.at, interval), wordsOf(column, nameOf))}</title>
            {/* The whole place of the column answers to the pointer. */}
            <rect x={i} y={0} width={1} height={HEIGHT} fill="transparent" />
            {column.parts.map((part) => (
              <rect
                key={part.variation}
                className={classes.part}
                data-hue={part.index % HUES}
                x={i + (1 - FILLED) / 2}
                width={FILLED}
                y={HEIGHT - ((part.below + part.count) / most) * HEIGHT}
                height={(part.count / most) * HEIGHT}
              />
            ))}
          </g>
        ))}
      </svg>
      <figcaption className={classes.axis} aria-hidden="true">
        <span>{columnTime(first.at, interval)}</span>
        <span>{columnTime(last.at, interval)} UTC</span>
      </figcaption>
    </figure>
  );
}

/** Colours that the style sheet knows. */
export const HUES = 8;

function wordsOf({ parts }: Column, nameOf: (variation: string) => string): string {
  return parts.map(({ variation, count }) => m.part(nameOf(variation), count)).join(', ') || m.none;
}
