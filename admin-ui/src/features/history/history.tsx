import type { FlagConfigView, FlagWithEnvironments, HistoryEntry } from '@glidepath/server/api-types';
import { Alert, Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { PropagationLine } from '../../kit/propagation.tsx';
import { historyQuery } from '../../lib/history-query.ts';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useProgress } from '../../lib/use-propagation.ts';
import classes from './history.module.css';
import { HistoryRow } from './history-row.tsx';
import { historyMessages as m } from './messages.ts';
import { RevertSheet } from './revert-sheet.tsx';
import type { Reverted } from './use-revert.ts';

export interface HistoryProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly live: FlagConfigView;
}

/** Every revision of a flag in one environment, newest first, with what it changed and the way back to it. */
export function History({ flag, environment, live }: HistoryProps) {
  const { api } = useServices();
  const { project } = useSession();
  const history = useInfiniteQuery(historyQuery(api, project, environment.key, flag.key));
  const [target, setTarget] = useState<HistoryEntry | null>(null);
  const [reverted, setReverted] = useState<Reverted | null>(null);
  if (history.isPending) return <Skeleton height={320} />;
  if (history.isError) {
    return <ErrorNotice failed={m.failed} error={history.error} onRetry={() => void history.refetch()} />;
  }
  return (
    <>
      {reverted && <RevertedNotice reverted={reverted} />}
      <ol className={classes.entries} aria-label={m.list}>
        {history.data.pages
          .flatMap((page) => page.items)
          .map((entry) => (
            <HistoryRow
              key={entry.seq}
              flag={flag}
              entry={entry}
              isLive={entry.revision === live.revision}
              onRevert={() => setTarget(entry)}
            />
          ))}
      </ol>
      {history.hasNextPage && (
        <Button variant="default" disabled={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {history.isFetchingNextPage ? m.loadingMore : m.more}
        </Button>
      )}
      <RevertSheet
        flag={flag}
        environment={environment}
        live={live}
        target={target}
        onClose={() => setTarget(null)}
        onReverted={setReverted}
      />
    </>
  );
}

function RevertedNotice({ reverted }: { readonly reverted: Reverted }) {
  const { delivery, slow } = useProgress(reverted.committed);
  return (
    <Alert color="green" title={m.reverted(reverted.to, reverted.revision)}>
      <PropagationLine propagation={{ kind: 'committed', at: reverted.committed.at, delivery, slow }} />
    </Alert>
  );
}
