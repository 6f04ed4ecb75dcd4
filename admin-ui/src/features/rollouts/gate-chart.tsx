import type { VerdictView } from '@glidepath/server/api-types';
import { Skeleton, Text, Title } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { SimpleTable } from '../../kit/simple-table.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { shortMoment } from '../../lib/time.ts';
import { type ChartShape, chartShapeOf, HEIGHT, WIDTH } from './chart-shape.ts';
import classes from './gate-chart.module.css';
import { gateMessages } from './gate-messages.ts';
import { differenceWords, type Gate, rangeWords, valueWords, verdictWords } from './gate-words.ts';
import { rolloutMessages } from './messages.ts';
import { seriesQuery } from './rollout-queries.ts';

const m = gateMessages.chart;

export interface GateChartProps {
  readonly rollout: string;
  readonly gate: Gate;
}

/** How a gate's figures went, loaded once it is reached. */
export function GateChart({ rollout, gate }: GateChartProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { ref, inViewport } = useInViewport<HTMLElement>();
  const { data, error, refetch } = useQuery({ ...seriesQuery(api, project, rollout, gate.id), enabled: inViewport });
  return (
    <section ref={ref} className={classes.chart} aria-label={m.title(gate.id)}>
      <Title order={3} size="h5">
        {m.title(gate.id)}
      </Title>
      {data && <Course gate={gate} points={data.points} />}
      {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {!data && !error && (
        <Skeleton height={HEIGHT} animate={inViewport} role="status" aria-label={m.loading(gate.id)} />
      )}
    </section>
  );
}

interface CourseProps {
  readonly gate: Gate;
  readonly points: readonly VerdictView[];
}

function Course({ gate, points }: CourseProps) {
  const shape = chartShapeOf(gate, points);
  const last = points.findLast(({ figures }) => figures.value !== null);
  if (shape === null || last === undefined) return <Text c="dimmed">{m.none}</Text>;
  return (
    <>
      <figure className={classes.figure}>
        <span className={classes.edge} aria-hidden="true">
          {valueWords(gate, shape.most)}
        </span>
        <svg
          className={classes.drawing}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={m.label(gate.id, verdictWords(gate, last))}
        >
          <path className={classes.band} d={shape.band} />
          <path className={classes.limit} d={shape.limit} />
          <path className={classes.control} d={shape.control} />
          <path className={classes.released} d={shape.released} />
        </svg>
        <span className={classes.edge} aria-hidden="true">
          {valueWords(gate, shape.least)}
        </span>
        <figcaption className={classes.axis} aria-hidden="true">
          <span>{shortMoment(shape.from)}</span>
          <span>{shortMoment(shape.to)} UTC</span>
        </figcaption>
      </figure>
      <Legend shape={shape} />
      <CourseTable gate={gate} points={points} />
    </>
  );
}

/** Lines differ by their dashes too. */
function Legend({ shape }: { readonly shape: ChartShape }) {
  const lines = (['released', 'band', 'control', 'limit'] as const).filter((line) => shape[line] !== '');
  return (
    <ul className={classes.legend}>
      {lines.map((line) => (
        <li key={line} className={classes.entry}>
          <svg className={classes.sample} viewBox="0 0 28 10" aria-hidden="true">
            <path className={classes[line]} d={line === 'band' ? 'M0 1L28 1L28 9L0 9Z' : 'M0 5L28 5'} />
          </svg>
          {m[line]}
        </li>
      ))}
    </ul>
  );
}

function CourseTable({ gate, points }: CourseProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.table} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{m.asTable}</summary>
      {isOpen && (
        <SimpleTable
          label={m.table(gate.id)}
          columns={[
            { name: m.when, cell: ({ at }: VerdictView) => shortMoment(Date.parse(at)) },
            { name: gateMessages.columns.verdict, cell: ({ kind }) => rolloutMessages.verdicts[kind] },
            { name: gateMessages.columns.released, cell: ({ figures }) => valueWords(gate, figures.value) },
            { name: gateMessages.columns.control, cell: ({ figures }) => valueWords(gate, figures.control) },
            { name: gateMessages.columns.difference, cell: ({ figures }) => differenceWords(gate, figures) ?? '–' },
            { name: m.range, cell: ({ figures }) => rangeWords(gate, figures) ?? '–' },
          ]}
          rows={points.toReversed()}
          idOf={({ at }) => at}
        />
      )}
    </details>
  );
}
