import type { EvaluationView } from '@glidepath/server/api-types';
import { Button, Skeleton, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { SimpleTable } from '../../kit/simple-table.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import type { UserContext } from '../../lib/user-context.ts';
import { allEvaluationsQuery } from './evaluation-queries.ts';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';
import { subjectOf } from './playground-search.ts';
import { becauseOf } from './result-words.ts';

const m = playgroundMessages.all;
const PAGE = 100;

export interface AllFlagsProps {
  readonly environment: string;
  readonly context: UserContext;
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

/** What every flag of an environment gives one context. */
export function AllFlags({ environment, context, query, onQuery }: AllFlagsProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(allEvaluationsQuery(api, project, environment, context));
  const [shown, setShown] = useState(PAGE);
  if (!data) {
    return error ? (
      <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={320} aria-label={playgroundMessages.loading} role="status" />
    );
  }
  const found = data.items.filter((evaluation) => isFound(evaluation, query.trim().toLowerCase()));
  return (
    <>
      <div className={classes.pin}>
        <TextInput
          label={m.find}
          type="search"
          value={query}
          onChange={(event) => onQuery(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed" role="status">
          {m.count(found.length, data.items.length)}
        </Text>
      </div>
      {found.length === 0 ? (
        <EmptyState title={m.none} />
      ) : (
        <SimpleTable
          label={m.list}
          rows={found.slice(0, shown)}
          idOf={({ flag }) => flag}
          columns={[
            {
              name: m.flag,
              cell: ({ flag }) => (
                <Link
                  to="/flags/$key/playground"
                  params={{ key: flag }}
                  search={{ env: environment, ...subjectOf(context) }}
                  className={classes.link}
                >
                  {flag}
                </Link>
              ),
            },
            {
              name: m.gets,
              cell: ({ variation }) => (variation === null ? '–' : <Sentence text={`\`${variation}\``} />),
            },
            { name: m.because, cell: (evaluation) => <Sentence text={becauseOf(evaluation, [])} /> },
          ]}
        />
      )}
      {found.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + PAGE)}>
          {m.more}
        </Button>
      )}
    </>
  );
}

function isFound({ flag, variation }: EvaluationView, query: string): boolean {
  return query === '' || flag.toLowerCase().includes(query) || variation?.toLowerCase() === query;
}
