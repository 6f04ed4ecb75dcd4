import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { Alert, Group, SegmentedControl, Text } from '@mantine/core';
import { EmptyState } from '../../kit/empty-state.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { usePinnedUsers } from '../../lib/pinned-users.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import type { UserContext } from '../../lib/user-context.ts';
import { Answer } from './answer.tsx';
import { askedAttributes } from './asked-attributes.ts';
import { ContextEditor } from './context-editor.tsx';
import { Matrix } from './matrix.tsx';
import { playgroundMessages as m } from './messages.ts';
import { PinnedList } from './pinned-list.tsx';
import classes from './playground.module.css';
import { type PlaygroundSearch, readSubject, type SubjectReading, subjectOf } from './playground-search.ts';

export interface PlaygroundProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly live: FlagConfigView;
  readonly search: PlaygroundSearch;
  /** Writes into the address; `replace` where the step back should skip it. */
  readonly onSearch: (change: Partial<PlaygroundSearch>, replace: boolean) => void;
}

const NOBODY: UserContext = {};

/** Evaluates a flag as somebody, with the reason. The address says everything, so it can be sent to others. */
export function Playground(props: PlaygroundProps) {
  const { live, search, onSearch } = props;
  const { project } = useSession();
  const pinned = usePinnedUsers(project);
  const reading = readSubject(search);
  const context = reading.kind === 'context' ? reading.context : null;
  return (
    <>
      {search.ignored !== undefined && <Alert color="yellow">{m.ignored(search.ignored)}</Alert>}
      <div className={classes.playground}>
        <div className={classes.side}>
          <ContextEditor
            context={context ?? NOBODY}
            asked={askedAttributes(live)}
            onChange={(next) => onSearch(subjectOf(next), true)}
          />
          <PinnedList
            pinned={pinned}
            context={context}
            onUse={(next) => onSearch({ ...subjectOf(next), view: undefined }, false)}
          />
        </div>
        <div className={classes.main}>
          <Ways search={search} onSearch={onSearch} />
          {search.view === 'matrix' ? (
            <Matrix {...props} users={pinned.users} />
          ) : (
            <OneUser {...props} reading={reading} />
          )}
        </div>
      </div>
    </>
  );
}

function OneUser({ reading, ...props }: PlaygroundProps & { readonly reading: SubjectReading }) {
  switch (reading.kind) {
    case 'nobody':
      return (
        <EmptyState title={m.nobody}>
          <Text c="dimmed">{m.nobodyHow}</Text>
        </EmptyState>
      );
    case 'unreadable':
      return <Alert color="red">{m.unreadable}</Alert>;
    case 'context':
      return <Answer {...props} context={reading.context} />;
  }
}

/** To everybody who is pinned, and to every flag for this one. */
function Ways({ search, onSearch }: Pick<PlaygroundProps, 'search' | 'onSearch'>) {
  const { env, as, attributes, view } = search;
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={m.view}
        value={view ?? 'one'}
        onChange={(value) => onSearch({ view: value === 'matrix' ? 'matrix' : undefined }, false)}
        data={[
          { value: 'one', label: m.matrix.back },
          { value: 'matrix', label: m.matrix.open },
        ]}
      />
      <LinkButton to="/playground" search={{ env, as, attributes }} variant="subtle" size="xs">
        {m.elsewhere.all}
      </LinkButton>
    </Group>
  );
}
