import type { UnknownKeyView } from '@glidepath/server/api-types';
import { Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { usageMessages } from './messages.ts';
import classes from './usage.module.css';
import { unknownKeysQuery } from './usage-queries.ts';

const m = usageMessages.unknown;

/** What code asks for in vain in one environment: mistyped keys, removed flags, fallbacks of another type. */
export function UnknownKeys({ environment }: { readonly environment: string }) {
  const { api } = useServices();
  const { project } = useSession();
  const now = useNow();
  const { data, error, refetch } = useQuery(unknownKeysQuery(api, project, environment));
  return (
    <TitledPart title={m.title}>
      {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {data && (
        <Text c="dimmed" mb="sm">
          {data.total === 0 ? m.none : m.lead}
        </Text>
      )}
      {data && data.total > 0 && (
        <SimpleTable
          label={m.list}
          columns={columnsFor(now)}
          rows={data.items}
          idOf={({ key, error: problem }) => `${problem} ${key}`}
        />
      )}
      {data && data.total > data.items.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {m.more(data.items.length, data.total)}
        </Text>
      )}
    </TitledPart>
  );
}

function columnsFor(now: number): readonly Column<UnknownKeyView>[] {
  return [
    { name: m.key, cell: (unknown) => <KeyLink unknown={unknown} /> },
    { name: m.problem, cell: ({ error }) => m.errors[error] ?? error },
    { name: m.calls, cell: ({ count }) => usageMessages.count(count) },
    { name: m.lastSeen, cell: ({ lastSeenAt }) => <TimeText at={lastSeenAt} now={now} /> },
    { name: m.askedBy, cell: ({ app, sdk }) => [app, sdk].filter((name) => name !== '').join(' · ') },
  ];
}

/** To the flag, or to what is known of a flag that is not there: it may have been removed. */
function KeyLink({ unknown: { key, error } }: { readonly unknown: UnknownKeyView }) {
  const name = <Code className={classes.key}>{key}</Code>;
  if (error !== 'FLAG_NOT_FOUND') {
    return (
      <Link to="/flags/$key" params={{ key }} className={classes.link}>
        {name}
      </Link>
    );
  }
  return (
    <Link to="/audit" search={{ flag: key }} className={classes.link} aria-label={m.recorded(key)}>
      {name}
    </Link>
  );
}
