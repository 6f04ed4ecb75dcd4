import type { SegmentMember } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { SearchField } from '../../kit/search-field.tsx';
import { useServices } from '../../lib/services.tsx';
import type { KeyPlace } from './key-draft.ts';
import classes from './keys-editor.module.css';
import { segmentMessages } from './messages.ts';
import { KEYS_PER_PAGE, keysQuery, type SegmentPlace } from './segment-queries.ts';

const m = segmentMessages.keys;

export interface KeysTableProps {
  readonly place: SegmentPlace;
  readonly at: KeyPlace;
  /** Keys that are to go. */
  readonly removed: readonly string[];
  readonly disabled: boolean;
  readonly onRemoved: (keys: readonly string[]) => void;
  readonly onEmpty: () => void;
}

/** The saved keys of one list, page by page: never more than one page is drawn. */
export function KeysTable({ place, at, removed, disabled, onRemoved, onEmpty }: KeysTableProps) {
  const { api } = useServices();
  const [q, setQ] = useState('');
  const [page, setPage] = useState(0);
  const query = useQuery(keysQuery(api, place, { ...at, q, page }));
  const total = query.data?.total ?? 0;
  const gone = new Set(removed);
  return (
    <section aria-label={m.present}>
      <div className={classes.tableHead}>
        <Title order={3} size="h6">
          {m.present}
        </Title>
        <SearchField
          className={classes.search ?? ''}
          label={m.search}
          text={q}
          onSearch={(words) => {
            setQ(words);
            setPage(0);
          }}
        />
      </div>
      {query.isPending && <Skeleton height={120} />}
      {query.isError && <ErrorNotice failed={m.failed} error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && total === 0 && (
        <Text size="sm" c="dimmed">
          {q === '' ? m.none : m.noMatch}
        </Text>
      )}
      {query.data && total > 0 && (
        <>
          <ul className={classes.rows} aria-label={m.present}>
            {query.data.items.map((member) => (
              <Row
                key={member.key}
                member={member}
                goes={gone.has(member.key)}
                disabled={disabled}
                onToggle={(goes) =>
                  onRemoved(goes ? [...removed, member.key] : removed.filter((key) => key !== member.key))
                }
              />
            ))}
          </ul>
          <Group justify="space-between" mt="xs">
            <Pages page={page} total={total} onPage={setPage} />
            {q === '' && (
              <Button size="compact-sm" variant="subtle" color="red" disabled={disabled} onClick={onEmpty}>
                {m.empty(total)}
              </Button>
            )}
          </Group>
        </>
      )}
    </section>
  );
}

interface RowProps {
  readonly member: SegmentMember;
  readonly goes: boolean;
  readonly disabled: boolean;
  readonly onToggle: (goes: boolean) => void;
}

function Row({ member: { key }, goes, disabled, onToggle }: RowProps) {
  return (
    <li className={classes.row} data-goes={goes}>
      <span className={classes.key}>{key}</span>
      {goes && (
        <Text span size="sm" c="red">
          {m.goes}
        </Text>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        color={goes ? 'gray' : 'red'}
        disabled={disabled}
        aria-label={goes ? m.keepOf(key) : m.removeOf(key)}
        onClick={() => onToggle(!goes)}
      >
        {goes ? m.keepOne : m.removeOne}
      </Button>
    </li>
  );
}

interface PagesProps {
  readonly page: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}

function Pages({ page, total, onPage }: PagesProps) {
  const last = Math.ceil(total / KEYS_PER_PAGE) - 1;
  const first = page * KEYS_PER_PAGE + 1;
  return (
    <Group component="nav" gap="sm" aria-label={m.pages}>
      <Button size="compact-sm" variant="default" disabled={page === 0} onClick={() => onPage(page - 1)}>
        {m.previous}
      </Button>
      <Text span size="sm" className={classes.range}>
        {m.range(Math.min(first, total), Math.min(total, first + KEYS_PER_PAGE - 1), total)}
      </Text>
      <Button size="compact-sm" variant="default" disabled={page >= last} onClick={() => onPage(page + 1)}>
        {m.next}
      </Button>
    </Group>
  );
}
