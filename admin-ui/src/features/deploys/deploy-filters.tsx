import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { useSession } from '../../lib/session.tsx';
import { type DeployFilters, STATUSES } from './deploy-search.ts';
import classes from './deploys.module.css';
import { deployMessages } from './messages.ts';

const m = deployMessages.log;
const TYPING_PAUSE_MS = 300;

export interface DeployFilterBarProps {
  readonly filters: DeployFilters;
  /** An undefined part is taken out. */
  readonly onFilter: (change: DeployFilters) => void;
}

export function DeployFilterBar({ filters, onFilter }: DeployFilterBarProps) {
  const { environments } = useSession();
  const byService = useDebouncedCallback(
    (service: string) => onFilter({ service: service || undefined }),
    TYPING_PAUSE_MS,
  );
  return (
    <div className={classes.filters}>
      <TextInput
        label={m.service}
        type="search"
        autoComplete="off"
        defaultValue={filters.service ?? ''}
        onChange={(event) => byService(event.currentTarget.value.trim())}
      />
      <NativeSelect
        label={m.environment}
        value={filters.env ?? ''}
        data={[
          { value: '', label: m.any },
          ...environments.map((environment) => ({ value: environment.key, label: environmentWord(environment) })),
        ]}
        onChange={(event) => onFilter({ env: event.currentTarget.value || undefined })}
      />
      <NativeSelect
        label={m.status}
        value={filters.status ?? ''}
        data={[{ value: '', label: m.any }, ...STATUSES.map((value) => ({ value, label: m.statuses[value] }))]}
        onChange={(event) => onFilter({ status: STATUSES.find((status) => status === event.currentTarget.value) })}
      />
    </div>
  );
}
