import type { FlagWithEnvironments, UsageView } from '@glidepath/server/api-types';
import { SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { SimpleTable } from '../../kit/simple-table.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { rememberedEnvironment } from '../../lib/remembered-environment.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { type Column, columnsOf, columnTime } from './columns.ts';
import { usageMessages as m } from './messages.ts';
import classes from './usage.module.css';
import { HUES, UsageChart } from './usage-chart.tsx';
import { usageQuery } from './usage-queries.ts';

type Interval = UsageView['interval'];

const INTERVALS: readonly Interval[] = ['minute', 'hour', 'day'];

export interface FlagUsageProps {
  readonly flag: FlagWithEnvironments;
  /** The period that is shown at first. */
  readonly usually?: Interval;
}

/** How often the flag is evaluated in one environment, and what it serves there. */
export function FlagUsage({ flag, usually = 'hour' }: FlagUsageProps) {
  const { api } = useServices();
  const { project, environments } = useSession();
  const [chosen, setChosen] = useState(rememberedEnvironment);
  const [interval, chooseInterval] = useState<Interval>(usually);
  const environment =
    environments.find(({ key }) => key === chosen) ?? environments.find(({ critical }) => critical) ?? environments[0];
  const { data, error, refetch } = useQuery({
    ...usageQuery(api, { project, environment: environment?.key ?? '', flag: flag.key, interval }),
    enabled: environment !== undefined,
  });
  if (environment === undefined) return null;
  return (
    <TitledPart title={m.title}>
      <div className={classes.frame}>
        <div className={classes.controls}>
          <SegmentedControl
            size="xs"
            aria-label={m.environment}
            data={environments.map((one) => ({ value: one.key, label: environmentWord(one) }))}
            value={environment.key}
            onChange={setChosen}
          />
          <SegmentedControl
            size="xs"
            aria-label={m.period}
            data={INTERVALS.map((one) => ({ value: one, label: m.periods[one] }))}
            value={interval}
            onChange={(one) => chooseInterval(one as Interval)}
          />
        </div>
        {data && <Usage usage={data} nameOf={(variation) => nameIn(flag, variation)} />}
        {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={180} role="status" aria-label={m.loading} />}
      </div>
    </TitledPart>
  );
}

function nameIn(flag: FlagWithEnvironments, key: string): string {
  if (key === '') return m.otherVariation;
  return flag.variations.find((variation) => variation.key === key)?.name ?? key;
}

interface UsageProps {
  readonly usage: UsageView;
  nameOf(variation: string): string;
}

function Usage({ usage, nameOf }: UsageProps) {
  const now = useNow();
  const { interval, lastSeenAt, total } = usage;
  if (lastSeenAt === null && total === 0) return <Text c="dimmed">{m.never}</Text>;
  const columns = columnsOf(usage);
  return (
    <>
      <Text>
        {m.total(total, m.inPeriod[interval])}
        {lastSeenAt !== null && (
          <Text span c="dimmed">
            {' · '}
            {m.lastSeen} <TimeText at={lastSeenAt} now={now} />
          </Text>
        )}
      </Text>
      <UsageChart interval={interval} columns={columns} nameOf={nameOf} />
      <Legend usage={usage} nameOf={nameOf} />
      {total > 0 && <UsageTable usage={usage} columns={columns} nameOf={nameOf} />}
    </>
  );
}

function Legend({ usage: { variations, total }, nameOf }: UsageProps) {
  if (total === 0) return null;
  return (
    <ul className={classes.legend}>
      {variations.map(({ variation, count, reasons }, index) => (
        <li key={variation} className={classes.entry}>
          <span className={classes.swatch} data-hue={index % HUES} aria-hidden="true" />
          <span className={classes.name}>{nameOf(variation)}</span>
          <span className={classes.numbers}>
            {m.count(count)} · {m.share(count / total)}
          </span>
          <span className={classes.why}>{reasonWords(reasons)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The most frequent reason first. */
function reasonWords(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, n]) => m.reason(m.reasons[reason] ?? reason, n))
    .join(', ');
}

function UsageTable({ usage, columns, nameOf }: UsageProps & { readonly columns: readonly Column[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.table} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{m.asTable}</summary>
      {isOpen && (
        <SimpleTable
          label={m.table}
          columns={[
            { name: m.when, cell: ({ at }: Column) => columnTime(at, usage.interval) },
            ...usage.variations.map(({ variation }) => ({
              name: nameOf(variation),
              cell: ({ parts }: Column) => m.count(parts.find((part) => part.variation === variation)?.count ?? 0),
            })),
          ]}
          rows={columns.filter((column) => column.total > 0).toReversed()}
          idOf={({ at }) => at}
        />
      )}
    </details>
  );
}
