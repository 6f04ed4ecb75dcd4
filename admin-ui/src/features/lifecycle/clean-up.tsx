import type { CleanUpView } from '@glidepath/server/api-types';
import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { BulkArchive } from './bulk-archive.tsx';
import { CleanUpCard } from './cleanup-card.tsx';
import { CleanUpFilterBar } from './cleanup-filters.tsx';
import { type CleanUpSearch, filtersOf, isFiltered } from './cleanup-search.ts';
import classes from './lifecycle.module.css';
import { cleanUpQuery } from './lifecycle-queries.ts';
import { lifecycleMessages as m } from './messages.ts';
import { StandingPart } from './standing-part.tsx';

export interface CleanUpProps {
  readonly search: CleanUpSearch;
  /** `typing` replaces the entry in the browser's history, any other change makes one. */
  readonly onChange: (change: Partial<CleanUpSearch>, typing: boolean) => void;
}

/** The stale flags of the project, how many there are, and what can be done about each. */
export function CleanUp({ search, onChange }: CleanUpProps) {
  const { api } = useServices();
  const { project, session } = useSession();
  const filters = filtersOf(search);
  const query = useInfiniteQuery(cleanUpQuery(api, { project, filters, me: session.member.id }));
  const pages = query.data?.pages ?? [];
  const [first] = pages;
  return (
    <>
      {first && <StandingPart view={first} filters={filters} onChange={onChange} />}
      <CleanUpFilterBar filters={filters} onChange={onChange} />
      {search.ignored !== undefined && (
        <Alert color="yellow" p="xs">
          <Group justify="space-between">
            {m.filters.ignored(search.ignored)}
            <Button size="xs" variant="subtle" color="yellow" onClick={() => onChange({ ignored: undefined }, true)}>
              {m.filters.dismiss}
            </Button>
          </Group>
        </Alert>
      )}
      {!first && query.error && (
        <ErrorNotice failed={m.failed} error={query.error} onRetry={() => void query.refetch()} />
      )}
      {!first && !query.error && <Skeleton height={320} role="status" aria-label={m.loading} />}
      {first && (
        <List
          pages={pages}
          filtered={isFiltered(filters)}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : null}
          isLoading={query.isFetchingNextPage}
        />
      )}
    </>
  );
}

interface ListProps {
  readonly pages: readonly CleanUpView[];
  readonly filtered: boolean;
  /** Null where all are shown. */
  readonly onMore: (() => void) | null;
  readonly isLoading: boolean;
}

function List({ pages, filtered, onMore, isLoading }: ListProps) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const items = pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return filtered ? (
      <EmptyState title={m.list.filtered} />
    ) : (
      <EmptyState title={m.list.none}>
        <Text c="dimmed">{m.list.noneWhy}</Text>
      </EmptyState>
    );
  }
  function select(flag: string, isSelected: boolean) {
    const next = new Set(selected);
    if (isSelected) next.add(flag);
    else next.delete(flag);
    setSelected(next);
  }
  const chosen = items.map(({ flag }) => flag).filter((flag) => selected.has(flag));
  return (
    <>
      <section className={classes.list} aria-label={m.list.label}>
        {items.map((view) => (
          <CleanUpCard
            key={view.flag}
            view={view}
            isSelected={selected.has(view.flag)}
            onSelect={(isSelected) => select(view.flag, isSelected)}
          />
        ))}
      </section>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {m.list.shown(items.length, pages[0]?.total ?? items.length)}
        </Text>
        {onMore && (
          <Button variant="default" disabled={isLoading} onClick={onMore}>
            {m.list.more}
          </Button>
        )}
      </Group>
      {chosen.length > 0 && <BulkArchive flags={chosen} onClear={() => setSelected(new Set())} />}
    </>
  );
}
