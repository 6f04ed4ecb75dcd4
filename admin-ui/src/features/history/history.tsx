import type { FlagConfigView, FlagWithEnvironments, HistoryEntry } from '@glidepath/server/api-types';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CommittedNotice } from '../../kit/committed-notice.tsx';
import { flagOf } from '../../lib/flag-model.ts';
import { historyQuery } from '../../lib/history-query.ts';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { HistoryList } from './history-list.tsx';
import { historyMessages as m } from './messages.ts';
import { describeConfig } from './recorded.ts';
import { RevertSheet } from './revert-sheet.tsx';
import type { Selection } from './selection.ts';
import type { Reverted } from './use-revert.ts';

export interface HistoryProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly live: FlagConfigView;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

/** Every revision of a flag in one environment, with what it changed and the way back to it. */
export function History({ flag, environment, live, selection, onSelect }: HistoryProps) {
  const { api } = useServices();
  const { project, may } = useSession();
  const history = useInfiniteQuery(historyQuery(api, project, environment.key, flag.key));
  const [target, setTarget] = useState<HistoryEntry | null>(null);
  const [reverted, setReverted] = useState<Reverted | null>(null);
  return (
    <>
      {reverted && (
        <CommittedNotice title={m.reverted(reverted.to, reverted.revision)} committed={reverted.committed} />
      )}
      <HistoryList
        history={history}
        liveRevision={live.revision}
        describe={describeConfig(flagOf(flag))}
        mayRevert={flag.archivedAt === null && may('flag.edit')}
        selection={selection}
        onSelect={onSelect}
        onRevert={setTarget}
      />
      <RevertSheet
        flag={flag}
        environment={environment}
        live={live}
        target={target}
        onClose={() => setTarget(null)}
        onReverted={(done) => {
          setReverted(done);
          onSelect({});
        }}
      />
    </>
  );
}
