import type { SegmentRow } from '@glidepath/server/api-types';
import { Button, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../kit/empty-state.tsx';
import { EnvironmentChip, environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { useServices } from '../../lib/services.tsx';
import { criticalFirst, type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { segmentMessages as m } from './messages.ts';
import classes from './segment-list.module.css';
import { segmentListQuery } from './segment-queries.ts';

/** Every segment with who belongs to it, and how much it is used. */
export function SegmentList({ q }: { readonly q: string }) {
  const { api } = useServices();
  const { project, environments } = useSession();
  const query = useInfiniteQuery(segmentListQuery(api, project, q));
  if (query.isPending) return <Skeleton height={320} />;
  if (query.isError) {
    return <ErrorNotice failed={m.failed} error={query.error} onRetry={() => void query.refetch()} />;
  }
  const rows = query.data.pages.flatMap((page) => page.items);
  if (rows.length === 0 && q !== '') return <EmptyState title={m.noMatch} />;
  if (rows.length === 0) {
    return (
      <EmptyState title={m.none}>
        <Text c="dimmed">{m.noneWhy}</Text>
      </EmptyState>
    );
  }
  const ordered = criticalFirst(environments);
  const columns: readonly Column<SegmentRow>[] = [
    { name: m.columns.segment, cell: (row) => <Name row={row} /> },
    { name: m.columns.belongs, cell: (row) => <Belongs row={row} environments={ordered} /> },
    { name: m.columns.used, cell: (row) => <UsedBy row={row} environments={ordered} /> },
  ];
  return (
    <div className={classes.list}>
      <SimpleTable label={m.title} columns={columns} rows={rows} idOf={(row) => row.key} />
      {query.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {m.more}
        </Button>
      )}
    </div>
  );
}

function Name({ row }: { readonly row: SegmentRow }) {
  return (
    <div className={classes.name}>
      <Link to="/segments/$key" params={{ key: row.key }} className={classes.link}>
        {row.name}
      </Link>
      {row.name !== row.key && <code className={classes.key}>{row.key}</code>}
      {row.description !== '' && (
        <Text size="sm" c="dimmed" lineClamp={2}>
          {row.description}
        </Text>
      )}
    </div>
  );
}

interface CellProps {
  readonly row: SegmentRow;
  readonly environments: readonly SessionEnvironment[];
}

function Belongs({ row, environments }: CellProps) {
  const places = environments.flatMap((environment) => {
    const place = row.environments.find((candidate) => candidate.environment === environment.key);
    return place ? [{ environment, place }] : [];
  });
  const empty = places.filter(({ place }) => isEmpty(place));
  return (
    <div className={classes.places}>
      {places
        .filter(({ place }) => !isEmpty(place))
        .map(({ environment, place }) => (
          <div key={environment.key} className={classes.place}>
            <div>
              <EnvironmentChip environment={environment} />
            </div>
            <Membership place={place} />
          </div>
        ))}
      {empty.length > 0 && (
        <Text size="sm" c="dimmed">
          {m.nobodyIn(empty.map(({ environment }) => environmentWord(environment)))}
        </Text>
      )}
    </div>
  );
}

type RowPlace = SegmentRow['environments'][number];

const isEmpty = ({ included, excluded, rules }: RowPlace) => included + excluded + rules === 0;

function Membership({ place }: { readonly place: RowPlace }) {
  const named = Number(place.included > 0) + Number(place.excluded > 0);
  const hidden = place.rules - (place.belongs.length - named);
  return (
    <div className={classes.sentences}>
      {place.belongs.map((line) => (
        <Text key={line} size="sm" className={classes.line}>
          <Sentence text={line} />
        </Text>
      ))}
      {hidden > 0 && (
        <Text size="sm" c="dimmed">
          {m.moreRules(hidden)}
        </Text>
      )}
    </div>
  );
}

function UsedBy({ row, environments }: CellProps) {
  const { flags, segments } = row.usedBy;
  if (flags + segments === 0) {
    return (
      <Text span size="sm" c="dimmed">
        {m.unused}
      </Text>
    );
  }
  return (
    <div className={classes.used}>
      {flags > 0 && <Text size="sm">{m.usedByFlags(flags)}</Text>}
      {segments > 0 && <Text size="sm">{m.usedBySegments(segments)}</Text>}
      {environments
        .filter(({ critical }) => critical)
        .map((environment) => {
          const users = row.environments.find((place) => place.environment === environment.key)?.usedBy ?? 0;
          return users === 0 ? null : (
            <Text key={environment.key} size="sm" fw={600}>
              {m.usedIn(users, environmentWord(environment))}
            </Text>
          );
        })}
    </div>
  );
}
