import type { MemberView } from '@glidepath/server/api-types';
import { Button, Group, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { SearchField } from '../../kit/search-field.tsx';
import { membersQuery } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { type CleanUpFilters, type CleanUpSearch, isFiltered, READINESS, SORTS } from './cleanup-search.ts';
import classes from './lifecycle.module.css';
import { lifecycleMessages } from './messages.ts';

const m = lifecycleMessages.filters;

export interface CleanUpFilterBarProps {
  readonly filters: CleanUpFilters;
  /** `typing` replaces the entry in the browser's history, any other change makes one. */
  readonly onChange: (change: Partial<CleanUpSearch>, typing: boolean) => void;
}

export function CleanUpFilterBar({ filters, onChange }: CleanUpFilterBarProps) {
  const { api } = useServices();
  const members = useQuery(membersQuery(api)).data?.items ?? [];
  const apply = (change: Partial<CleanUpSearch>) => onChange(change, false);
  return (
    <div className={classes.filters}>
      <SearchField
        hasHotkey
        className={classes.search}
        label={m.search}
        placeholder={m.placeholder}
        text={filters.q ?? ''}
        onSearch={(q) => onChange({ q }, true)}
      />
      <Group gap="xs">
        <NativeSelect
          aria-label={m.ready}
          value={filters.ready ?? ''}
          data={[any(m.ready), ...READINESS.map((value) => ({ value, label: m.readiness[value] }))]}
          onChange={(event) => apply({ ready: READINESS.find((one) => one === event.currentTarget.value) })}
        />
        <NativeSelect
          aria-label={m.owner}
          value={filters.owner ?? ''}
          data={[any(m.owner), ...ownersOf(members, filters.owner)]}
          onChange={(event) => apply({ owner: event.currentTarget.value || undefined })}
        />
        <NativeSelect
          aria-label={m.sort}
          value={filters.sort ?? SORTS[0]}
          data={SORTS.map((value) => ({ value, label: m.sorts[value] }))}
          // Nothing for the usual order.
          onChange={(event) => apply({ sort: SORTS.slice(1).find((one) => one === event.currentTarget.value) })}
        />
        {filters.age !== undefined && (
          <Button variant="default" onClick={() => apply({ age: undefined })}>
            {m.age(filters.age)}
          </Button>
        )}
        {isFiltered(filters) && (
          <Button variant="subtle" color="gray" onClick={() => apply(NO_FILTERS)}>
            {m.clear}
          </Button>
        )}
      </Group>
    </div>
  );
}

const NO_FILTERS = {
  q: undefined,
  ready: undefined,
  owner: undefined,
  age: undefined,
} satisfies Partial<CleanUpSearch>;

function any(label: string) {
  return { value: '', label: `${label}: ${m.any}` };
}

/** Members by their names; an owner in the address who is none of them stays to be seen. */
function ownersOf(members: readonly MemberView[], chosen: string | undefined) {
  const known = [
    { value: 'me', label: m.me },
    { value: 'none', label: m.nobody },
    ...members.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const isKnown = chosen === undefined || known.some(({ value }) => value === chosen);
  return isKnown ? known : [...known, { value: chosen, label: chosen }];
}
