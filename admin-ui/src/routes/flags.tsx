import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { FlagFilterBar } from '../features/flags/flag-filters.tsx';
import { FlagGrid } from '../features/flags/flag-grid.tsx';
import { useFlagRows } from '../features/flags/flag-list-query.ts';
import { type FlagSearch, filtersOf, isFiltered } from '../features/flags/flag-search.ts';
import { flagMessages as m } from '../features/flags/messages.ts';
import { EmptyState } from '../kit/empty-state.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { LinkButton } from '../kit/link-button.tsx';
import { Page } from '../kit/page.tsx';
import { useSession } from '../lib/session.tsx';
import classes from './flags.module.css';

const route = getRouteApi('/flags');

/** The list of flags, found by search and filters that live in the address. */
export function FlagsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filters = useMemo(() => filtersOf(search), [search]);
  const [range, setRange] = useState({ first: 0, last: 0 });
  const rows = useFlagRows(filters, range.first, range.last);
  const onRange = useCallback((first: number, last: number) => setRange({ first, last }), []);
  const change = (changes: Partial<FlagSearch>, replace: boolean) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace });

  return (
    <div className={classes.page}>
      <Page
        wide
        name={m.title}
        title={
          <>
            {m.title} {rows.total !== null && <span className={classes.count}>{m.count(rows.total)}</span>}
          </>
        }
        aside={<CreateButton />}
      >
        <FlagFilterBar filters={filters} onChange={change} />
        {search.ignored !== undefined && (
          <Alert color="yellow" p="xs">
            <Group justify="space-between">
              {m.filters.ignored(search.ignored)}
              <Button size="xs" variant="subtle" color="yellow" onClick={() => change({ ignored: undefined }, true)}>
                {m.filters.dismiss}
              </Button>
            </Group>
          </Alert>
        )}
        {rows.error !== null && rows.total === null ? (
          <ErrorNotice failed={m.list.failed} error={rows.error} onRetry={rows.retry} />
        ) : (
          <List rows={rows} range={range} onRange={onRange} filtered={isFiltered(filters)} />
        )}
      </Page>
    </div>
  );
}

interface ListProps {
  readonly rows: ReturnType<typeof useFlagRows>;
  readonly range: { readonly first: number; readonly last: number };
  readonly onRange: (first: number, last: number) => void;
  readonly filtered: boolean;
}

function List({ rows, range, onRange, filtered }: ListProps) {
  const { total } = rows;
  if (total === null) return <Skeleton height={400} />;
  if (total === 0) {
    return filtered ? (
      <EmptyState title={m.empty.filtered} />
    ) : (
      <EmptyState title={m.empty.none}>
        <Text c="dimmed">{m.empty.noneWhy}</Text>
        <CreateButton />
      </EmptyState>
    );
  }
  return (
    <>
      <FlagGrid rows={rows} total={total} onRange={onRange} />
      <Text size="sm" c="dimmed" ta="right" className={classes.rows}>
        {m.list.rows(range.first + 1, Math.min(total, range.last + 1), total)}
      </Text>
    </>
  );
}

function CreateButton() {
  const { may } = useSession();
  const mayCreate = may('flag.edit');
  return (
    <LinkButton
      to="/flags/new"
      leftSection={<IconPlus size={18} aria-hidden />}
      disabled={!mayCreate}
      {...(mayCreate ? {} : { title: m.mayNot })}
    >
      {m.create}
    </LinkButton>
  );
}
