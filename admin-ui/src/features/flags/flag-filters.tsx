import { Button, Group, NativeSelect } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { SearchField } from '../../kit/search-field.tsx';
import { useSession } from '../../lib/session.tsx';
import classes from './flag-filters.module.css';
import {
  FLAG_PURPOSES,
  FLAG_SORTS,
  FLAG_STATES,
  type FlagFilters,
  type FlagSearch,
  isFiltered,
} from './flag-search.ts';
import { flagMessages as m } from './messages.ts';

export interface FlagFiltersProps {
  readonly filters: FlagFilters;
  /** `typing` replaces the entry in the browser's history, any other change makes one. */
  readonly onChange: (change: Partial<FlagSearch>, typing: boolean) => void;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

export function FlagFilterBar({ filters, onChange }: FlagFiltersProps) {
  const { environments } = useSession();
  const apply = (change: Partial<FlagSearch>) => onChange(change, false);
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={classes.bar}>
      <SearchField
        hasHotkey
        className={classes.search}
        label={m.filters.search}
        placeholder={m.filters.placeholder}
        text={filters.q ?? ''}
        onSearch={(q) => onChange({ q }, true)}
      />
      <Button
        variant="default"
        className={classes.toggle}
        leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {m.filters.toggle(countOf(filters))}
      </Button>
      <Group gap="xs" align="flex-end" className={classes.filters} data-open={isOpen}>
        <Filter
          label={m.filters.state}
          value={filters.state}
          choices={FLAG_STATES.map((value) => ({ value, label: m.filters.states[value] }))}
          onChange={(state) => apply({ state: state as FlagFilters['state'] })}
        />
        <Filter
          label={m.filters.environment}
          value={filters.environment}
          choices={environments.map((environment) => ({ value: environment.key, label: environmentWord(environment) }))}
          onChange={(environment) => apply({ environment })}
        />
        <Filter
          label={m.filters.purpose}
          value={filters.purpose}
          choices={FLAG_PURPOSES.map((value) => ({ value, label: m.purposes[value] }))}
          onChange={(purpose) => apply({ purpose: purpose as FlagFilters['purpose'] })}
        />
        <NativeSelect
          aria-label={m.filters.sort}
          className={classes.filter}
          value={filters.sort ?? FLAG_SORTS[0]}
          data={FLAG_SORTS.map((value) => ({ value, label: m.filters.sorts[value] }))}
          onChange={(event) => apply({ sort: sortOf(event.currentTarget.value) })}
        />
        <Button
          variant={filters.owner === 'me' ? 'filled' : 'default'}
          aria-pressed={filters.owner === 'me'}
          onClick={() => apply({ owner: filters.owner === 'me' ? undefined : 'me' })}
        >
          {m.filters.mine}
        </Button>
        <Button
          variant={filters.archived ? 'filled' : 'default'}
          aria-pressed={filters.archived !== undefined}
          onClick={() => apply({ archived: filters.archived ? undefined : 'true' })}
        >
          {m.filters.archived}
        </Button>
        {filters.tag !== undefined && (
          <Button variant="default" onClick={() => apply({ tag: undefined })}>
            #{filters.tag} ×
          </Button>
        )}
        {isFiltered(filters) && (
          <Button variant="subtle" color="gray" onClick={() => apply(NO_FILTERS)}>
            {m.filters.clear}
          </Button>
        )}
      </Group>
    </div>
  );
}

/** The order that was chosen; nothing for the usual one. */
function sortOf(value: string): FlagFilters['sort'] {
  return FLAG_SORTS.slice(1).find((sort) => sort === value);
}

/** How many filters are set that a phone hides behind a button. */
function countOf({ q: _q, ...hidden }: FlagFilters): number {
  return Object.values(hidden).filter((value) => value !== undefined && value !== '').length;
}

const NO_FILTERS = {
  q: undefined,
  state: undefined,
  purpose: undefined,
  environment: undefined,
  owner: undefined,
  tag: undefined,
  archived: undefined,
} satisfies Partial<FlagSearch>;

interface FilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string | undefined) => void;
}

function Filter({ label, value, choices, onChange }: FilterProps) {
  return (
    <NativeSelect
      aria-label={label}
      className={classes.filter}
      value={value ?? ''}
      data={[{ value: '', label: `${label}: ${m.filters.any}` }, ...choices]}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  );
}
