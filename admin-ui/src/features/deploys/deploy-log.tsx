import type { DeployView } from '@glidepath/server/api-types';
import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../kit/empty-state.tsx';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { type Status, StatusMark } from '../../kit/status-mark.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { durationWords } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { deploysQuery } from './deploy-queries.ts';
import type { DeployFilters } from './deploy-search.ts';
import classes from './deploys.module.css';
import { deployMessages } from './messages.ts';

const m = deployMessages.log;

const MARKS = {
  started: 'moving',
  succeeded: 'done',
  failed: 'failed',
  'rolled-back': 'attention',
} as const satisfies Record<DeployView['status'], Status>;

/** What was brought where, with what runs of it now and which rollouts waited for it. */
export function DeployLog({ filters }: { readonly filters: DeployFilters }) {
  const { api } = useServices();
  const { project } = useSession();
  const columns = useColumns();
  const log = useInfiniteQuery(deploysQuery(api, project, filters));
  if (!log.data) {
    return log.error ? (
      <ErrorNotice failed={m.failed} error={log.error} onRetry={() => void log.refetch()} />
    ) : (
      <Skeleton height={240} role="status" aria-label={m.loading} />
    );
  }
  const deploys = log.data.pages.flatMap((page) => page.items);
  if (deploys.length === 0) return <Nothing isFiltered={Object.values(filters).some((value) => value !== undefined)} />;
  return (
    <>
      <SimpleTable label={m.list} columns={columns} rows={deploys} idOf={({ id }) => id} />
      {log.hasNextPage && (
        <div>
          <Button variant="default" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {log.isFetchingNextPage ? m.loadingMore : m.more}
          </Button>
        </div>
      )}
    </>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <EmptyState title={m.noneHere} />;
  return (
    <EmptyState title={m.none}>
      <p>
        <Sentence text={m.noneWhy} />
      </p>
    </EmptyState>
  );
}

function useColumns(): readonly Column<DeployView>[] {
  const now = useNow();
  const nameOf = useNames();
  return [
    { name: m.service, cell: ({ service }) => service },
    { name: m.version, cell: (deploy) => <Version deploy={deploy} /> },
    { name: m.environment, cell: ({ environment }) => <EnvironmentName environment={environment} /> },
    { name: m.status, cell: ({ status }) => <StatusMark state={MARKS[status]} label={m.statuses[status]} /> },
    { name: m.when, cell: (deploy) => <When deploy={deploy} now={now} /> },
    { name: m.by, cell: ({ deployedBy, reportedBy }) => deployedBy ?? nameOf(reportedBy) },
    { name: m.live, cell: ({ instances }) => (instances === 0 ? m.notLive : m.instances(instances)) },
    { name: m.rollouts, cell: ({ rollouts }) => rollouts.length > 0 && <Rollouts rollouts={rollouts} /> },
  ];
}

function Version({ deploy: { service, version, attempt, commit, url } }: { readonly deploy: DeployView }) {
  return (
    <span className={classes.stack}>
      <span>
        <code>{version}</code>
        {attempt > 1 && <span className={classes.aside}> {m.attempt(attempt)}</span>}
      </span>
      {commit !== null && commit !== version && <code className={classes.aside}>{commit.slice(0, 12)}</code>}
      {url !== null && (
        <a href={url} target="_blank" rel="noreferrer" className={classes.link} aria-label={m.pageOf(service, version)}>
          {m.page}
        </a>
      )}
    </span>
  );
}

function When({ deploy: { startedAt, finishedAt }, now }: { readonly deploy: DeployView; readonly now: number }) {
  const took = finishedAt === null ? 0 : Date.parse(finishedAt) - Date.parse(startedAt);
  return (
    <span className={classes.stack}>
      <TimeText at={startedAt} now={now} />
      {took > 0 && <span className={classes.aside}>{m.took(durationWords(took))}</span>}
    </span>
  );
}

function Rollouts({ rollouts }: Pick<DeployView, 'rollouts'>) {
  return (
    <span className={classes.stack}>
      {rollouts.map(({ id, flag, state }) => (
        <span key={id}>
          <Link to="/rollouts/$id" params={{ id }} className={classes.link}>
            {flag}
          </Link>{' '}
          <span className={classes.aside}>{state.replaceAll('-', ' ')}</span>
        </span>
      ))}
    </span>
  );
}
