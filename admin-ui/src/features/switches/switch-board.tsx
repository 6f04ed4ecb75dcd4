import { Skeleton, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import type { SessionEnvironment } from '../../lib/session.tsx';
import { switchMessages as m } from './messages.ts';
import classes from './switch-board.module.css';
import { SwitchCard } from './switch-card.tsx';
import { type SwitchState, useSwitches } from './switch-queries.ts';

export interface SwitchBoardProps {
  readonly environment: SessionEnvironment;
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

/** Every kill switch of an environment, each one gesture away from safe. */
export function SwitchBoard({ environment, query, onQuery }: SwitchBoardProps) {
  const { switches, error, retry } = useSwitches(environment.key);
  const [reason, setReason] = useState('');
  const find = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => find.current?.focus()]]);
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          ref={find}
          type="search"
          label={m.find}
          placeholder={m.findPlaceholder}
          leftSection={<IconSearch size={18} aria-hidden />}
          value={query}
          onChange={(event) => onQuery(event.currentTarget.value)}
        />
        <TextInput
          label={m.reason}
          description={m.reasonHint}
          autoComplete="off"
          inputWrapperOrder={['label', 'input', 'description']}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </div>
      {error !== null && error !== undefined && <ErrorNotice failed={m.failed} error={error} onRetry={retry} />}
      {switches === null && !error && <Skeleton height={240} />}
      {switches !== null && <Cards switches={switches} query={query} environment={environment} reason={reason} />}
    </>
  );
}

interface CardsProps {
  readonly switches: readonly SwitchState[];
  readonly query: string;
  readonly environment: SessionEnvironment;
  readonly reason: string;
}

function Cards({ switches, query, environment, reason }: CardsProps) {
  if (switches.length === 0) {
    return (
      <EmptyState title={m.none}>
        <p>{m.noneWhy}</p>
      </EmptyState>
    );
  }
  const wanted = query.trim().toLowerCase();
  const found = switches.filter(
    ({ flag, name }) => flag.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted),
  );
  if (found.length === 0) return <EmptyState title={m.noMatch} />;
  return (
    <div className={classes.cards}>
      {found.map((state) => (
        <SwitchCard key={`${environment.key} ${state.flag}`} state={state} environment={environment} reason={reason} />
      ))}
    </div>
  );
}
