import type { FlagConfig } from '@glidepath/core';
import { diffConfig } from '@glidepath/core/change';
import type { FlagConfigView, FlagView, HistoryEntry } from '@glidepath/server/api-types';
import { useMemo } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { configOf, flagOf } from '../../lib/flag-model.ts';
import { exposureChange, frictionOf } from '../../lib/friction.ts';
import { recordedConfig } from '../../lib/recorded-config.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useForecast } from '../../lib/use-forecast.ts';
import { historyMessages as m } from './messages.ts';
import { type Reverted, useRevert } from './use-revert.ts';

export interface RevertSheetProps {
  readonly flag: FlagView;
  readonly environment: SessionEnvironment;
  readonly live: FlagConfigView;
  /** The entry whose state is to come back; null while nobody asked. */
  readonly target: HistoryEntry | null;
  readonly onClose: () => void;
  readonly onReverted: (reverted: Reverted) => void;
}

/** The inverse change, already filled in. It goes through the same review as any other. */
export function RevertSheet({ flag, environment, live, target, onClose, onReverted }: RevertSheetProps) {
  const { project } = useSession();
  const revert = useRevert();
  const inverse = useMemo(() => inverseOf(flag, live, target), [flag, live, target]);
  const forecast = useForecast(
    inverse && {
      project,
      environment: environment.key,
      flag: flag.key,
      revision: live.revision,
      instructions: inverse.instructions,
    },
    (towardSafe) =>
      frictionOf({
        critical: environment.critical,
        towardSafe,
        exposure: inverse ? exposureChange(inverse.before, inverse.after) : { before: 0, after: 0 },
      }),
  );

  function close() {
    revert.reset();
    onClose();
  }

  function confirm(comment: string) {
    if (!target) return;
    revert.mutate(
      { live, to: target.revision, comment },
      {
        onSuccess: (reverted) => {
          onReverted(reverted);
          close();
        },
      },
    );
  }

  return (
    <ReviewSheet
      opened={target !== null}
      onClose={close}
      environment={environment}
      flagKey={flag.key}
      action={m.revertAction(target?.revision ?? 0, environmentWord(environment))}
      forecast={forecast}
      sending={revert.isPending}
      failure={revert.isError && <ErrorNotice failed={m.revertFailed} error={revert.error} />}
      onConfirm={confirm}
    />
  );
}

interface Inverse {
  readonly before: FlagConfig;
  readonly after: FlagConfig;
  readonly instructions: ReturnType<typeof diffConfig>;
}

function inverseOf(flag: FlagView, live: FlagConfigView, target: HistoryEntry | null): Inverse | null {
  const recorded = recordedConfig(target?.after);
  if (!recorded) return null;
  const before = configOf(live);
  // Nothing but a restore ends a kill.
  const after = { ...recorded, killed: before.killed };
  return { before, after, instructions: diffConfig(flagOf(flag), before, after) };
}
