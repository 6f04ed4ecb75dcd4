import type { FlagRow, FlagRowState } from '@glidepath/server/api-types';
import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useElementScrollRestoration, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { VirtualGrid } from '../../kit/virtual-grid.tsx';
import { useNames } from '../../lib/members-query.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { shortAge } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import classes from './flag-grid.module.css';
import type { FlagRows } from './flag-list-query.ts';
import { flagMessages as m } from './messages.ts';

const SCROLL_ID = 'flags';
/** Where the row that was opened by keyboard is remembered until somebody comes back. */
const OPENED_ROW = 'glidepath-opened-row';
const ROW_HEIGHT = 57;
const CARD_HEIGHT = 112;
const DAY_MS = 86_400_000;

export interface FlagGridProps {
  readonly rows: FlagRows;
  readonly total: number;
  readonly onRange: (first: number, last: number) => void;
}

/** The list of flags. It is for finding: nothing in a row changes what is served. */
export function FlagGrid({ rows, total, onRange }: FlagGridProps) {
  const { environments } = useSession();
  const navigate = useNavigate();
  const isSmall = useMediaQuery('(max-width: 720px)') ?? false;
  const offset = useElementScrollRestoration({ id: SCROLL_ID })?.scrollY;
  const [openedRow] = useState(takeOpenedRow);

  const open = useCallback(
    (index: number) => {
      const row = rows.row(index);
      if (!row) return;
      sessionStorage.setItem(OPENED_ROW, String(index));
      void navigate({ to: '/flags/$key', params: { key: row.key } });
    },
    [rows, navigate],
  );

  return (
    <VirtualGrid
      label={m.list.label}
      rowCount={total}
      rowHeight={isSmall ? CARD_HEIGHT : ROW_HEIGHT}
      columns={isSmall ? '1fr' : columnsOf(environments)}
      header={isSmall ? undefined : <Headers environments={environments} />}
      row={(index) => {
        const row = rows.row(index);
        if (!row) return <PendingRow />;
        return isSmall ? <FlagCard row={row} /> : <FlagCells row={row} />;
      }}
      onOpen={open}
      onRange={onRange}
      scrollId={SCROLL_ID}
      {...(offset === undefined
        ? {}
        : { initialOffset: offset, ...(openedRow === null ? {} : { initialRow: openedRow }) })}
    />
  );
}

function takeOpenedRow(): number | null {
  const text = sessionStorage.getItem(OPENED_ROW);
  sessionStorage.removeItem(OPENED_ROW);
  return text === null ? null : Number(text);
}

function columnsOf(environments: readonly SessionEnvironment[]): string {
  return `minmax(220px, 1fr) 116px ${environments.map(() => '128px').join(' ')} 72px 116px 92px`;
}

function Headers({ environments }: { readonly environments: readonly SessionEnvironment[] }) {
  return (
    <>
      <Header>{m.list.flag}</Header>
      <Header>{m.list.purpose}</Header>
      {environments.map((environment) => (
        <Header key={environment.key}>{environmentWord(environment)}</Header>
      ))}
      <Header>{m.list.age}</Header>
      <Header>{m.list.owner}</Header>
      <Header>
        <span className="gp-visually-hidden">{m.list.kill}</span>
      </Header>
    </>
  );
}

function Header({ children }: { readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of the windowed grid.
    // biome-ignore lint/a11y/useFocusableInteractive: it does nothing, so it takes no focus.
    <span role="columnheader" className={classes.cell}>
      {children}
    </span>
  );
}

function Cell({ children }: { readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of the windowed grid.
    // biome-ignore lint/a11y/useFocusableInteractive: its row and its links take the focus.
    <span role="gridcell" className={classes.cell}>
      {children}
    </span>
  );
}

function FlagCells({ row }: { readonly row: FlagRow }) {
  const { environments } = useSession();
  const now = useNow();
  const nameOf = useNames();
  return (
    <>
      <Cell>
        <FlagName row={row} />
      </Cell>
      <Cell>{m.purposes[row.purpose]}</Cell>
      {environments.map((environment) => (
        <Cell key={environment.key}>
          <StateLink flag={row.key} environment={environment} state={stateIn(row, environment)} />
        </Cell>
      ))}
      <Cell>
        <Age row={row} now={now} />
      </Cell>
      <Cell>{row.owner === null ? m.list.nobody : nameOf(row.owner)}</Cell>
      <Cell>{row.purpose === 'kill-switch' && <KillLink flag={row.key} />}</Cell>
    </>
  );
}

function FlagCard({ row }: { readonly row: FlagRow }) {
  const { environments } = useSession();
  const now = useNow();
  return (
    <Cell>
      <span className={classes.cardHead}>
        <FlagName row={row} />
        <span className={classes.dimmed}>
          <Age row={row} now={now} />
        </span>
      </span>
      <span className={classes.cardStates}>
        {environments.map((environment) => (
          <span key={environment.key} className={classes.cardState}>
            <span className={classes.dimmed}>{environmentWord(environment)}</span>
            <StateLink flag={row.key} environment={environment} state={stateIn(row, environment)} />
          </span>
        ))}
      </span>
    </Cell>
  );
}

function FlagName({ row }: { readonly row: FlagRow }) {
  return (
    <span className={classes.flag}>
      <Link to="/flags/$key" params={{ key: row.key }} className={classes.key}>
        {row.key}
      </Link>
      <span className={classes.name}>
        {row.archivedAt !== null && <em>{m.list.archived} · </em>}
        {row.name !== row.key && row.name}
        {row.tags.length > 0 && ` ${row.tags.map((tag) => `#${tag}`).join(' ')}`}
      </span>
    </span>
  );
}

/** How old it is, and whether it has outlived what it was made for. */
function Age({ row, now }: { readonly row: FlagRow; readonly now: number }) {
  const age = shortAge(Date.parse(row.createdAt), now);
  if (row.archivedAt !== null || !isOverAge(row, now)) return age;
  return (
    <span className={classes.over} title={m.list.overAge(row.lifetimeDays ?? 0)}>
      {age}!<span className="gp-visually-hidden"> {m.list.overAge(row.lifetimeDays ?? 0)}</span>
    </span>
  );
}

function isOverAge({ createdAt, lifetimeDays }: FlagRow, now: number): boolean {
  return lifetimeDays !== null && now - Date.parse(createdAt) > lifetimeDays * DAY_MS;
}

function stateIn(row: FlagRow, environment: SessionEnvironment): FlagRowState | undefined {
  return row.environments.find((state) => state.environment === environment.key);
}

interface StateLinkProps {
  readonly flag: string;
  readonly environment: SessionEnvironment;
  readonly state: FlagRowState | undefined;
}

function StateLink({ flag, environment, state }: StateLinkProps) {
  if (!state) return null;
  return (
    <Link
      to="/flags/$key/targeting/$env"
      params={{ key: flag, env: environment.key }}
      className={classes.state}
      aria-label={m.list.stateOf(environmentWord(environment), state.label)}
    >
      <StatusMark state={state.state} label={state.label} />
    </Link>
  );
}

function KillLink({ flag }: { readonly flag: string }) {
  return (
    <Link to="/switches/$key" params={{ key: flag }} className={classes.kill} aria-label={m.list.killOf(flag)}>
      {m.list.kill}
    </Link>
  );
}

function PendingRow() {
  return (
    <Cell>
      <Skeleton height={14} width="60%" />
    </Cell>
  );
}
