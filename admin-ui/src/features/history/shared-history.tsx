import type { FlagWithEnvironments, HistoryEntry } from '@glidepath/server/api-types';
import { Alert } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Forecast, ReviewSheet } from '../../kit/review-sheet.tsx';
import { flagOf } from '../../lib/flag-model.ts';
import { reviewMessages } from '../../lib/review-messages.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { documentsOf } from './comparison.tsx';
import { HistoryList } from './history-list.tsx';
import { historyMessages as m } from './messages.ts';
import { describeShared } from './recorded.ts';
import type { Selection } from './selection.ts';
import { sharedHistoryQuery, sharedRevertQuery, useSharedRevert } from './use-shared-revert.ts';

export interface SharedHistoryProps {
  readonly flag: FlagWithEnvironments;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

/** Every revision of what environments share of a flag: its variations, name, tags. */
export function SharedHistory({ flag, selection, onSelect }: SharedHistoryProps) {
  const { api } = useServices();
  const { project, may } = useSession();
  const history = useInfiniteQuery(sharedHistoryQuery(api, project, flag.key));
  const [target, setTarget] = useState<HistoryEntry | null>(null);
  const [reverted, setReverted] = useState<{ readonly to: number; readonly revision: number } | null>(null);
  return (
    <>
      {reverted && <Alert color="green" title={m.reverted(reverted.to, reverted.revision)} />}
      <HistoryList
        history={history}
        liveRevision={flag.revision}
        describe={describeShared}
        mayRevert={flag.archivedAt === null && may('flag.edit')}
        selection={selection}
        onSelect={onSelect}
        onRevert={setTarget}
      />
      {target && (
        <SharedRevertSheet
          flag={flag}
          target={target}
          onClose={() => setTarget(null)}
          onReverted={(revision) => {
            setReverted({ to: target.revision, revision });
            setTarget(null);
            onSelect({});
          }}
        />
      )}
    </>
  );
}

interface SharedRevertSheetProps {
  readonly flag: FlagWithEnvironments;
  readonly target: HistoryEntry;
  readonly onClose: () => void;
  readonly onReverted: (revision: number) => void;
}

/** What environments share goes to all of them at once, so the strictest one decides how careful to be. */
function SharedRevertSheet({ flag, target, onClose, onReverted }: SharedRevertSheetProps) {
  const { environments } = useSession();
  const revert = useSharedRevert();
  const critical = environments.some((environment) => environment.critical);
  const subject = { flag: flag.key, revision: flag.revision, to: target.revision };
  const forecast = useSharedForecast(flag, target, critical);
  return (
    <ReviewSheet
      opened
      onClose={onClose}
      environment={{ key: '*', name: m.shared.everywhere, critical }}
      flagKey={flag.key}
      action={m.shared.revertAction(target.revision)}
      forecast={forecast}
      sending={revert.isPending}
      failure={revert.isError && <ErrorNotice failed={m.revertFailed} error={revert.error} />}
      onConfirm={(comment) =>
        revert.mutate({ ...subject, comment }, { onSuccess: ({ document }) => onReverted(document.revision) })
      }
    />
  );
}

function useSharedForecast(flag: FlagWithEnvironments, target: HistoryEntry, critical: boolean): Forecast {
  const { api } = useServices();
  const { project } = useSession();
  const subject = { flag: flag.key, revision: flag.revision, to: target.revision };
  const { data, error, refetch } = useQuery(sharedRevertQuery(api, project, subject));
  if (error) return { kind: 'failed', error, retry: () => void refetch() };
  if (!data) return { kind: 'loading' };
  const now = describeShared(flagOf(flag));
  const then = describeShared(target.after);
  return {
    kind: 'ready',
    summary: data.summary,
    before: now.words,
    after: then.words,
    towardSafe: false,
    friction: { confirm: 'click', comment: critical ? 'required' : 'optional', typedKey: false },
    details: {
      heading: reviewMessages.heading(flag.key, flag.revision),
      sections: [],
      documents: documentsOf(now, then),
    },
  };
}
