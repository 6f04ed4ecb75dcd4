import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { Alert, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { PropagationLine } from '../../kit/propagation.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { configOf } from '../../lib/flag-model.ts';
import { exposureChange, frictionOf } from '../../lib/friction.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useForecast } from '../../lib/use-forecast.ts';
import { useProgress } from '../../lib/use-propagation.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { NO_EDITS, readDraft } from './draft.ts';
import { useKeptDraft } from './kept-draft.ts';
import { targetingMessages as m } from './messages.ts';
import { TargetingEditor } from './targeting-editor.tsx';
import { isConflict, type Saved, useSaveTargeting } from './use-save-targeting.ts';

export interface TargetingProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  /** The newest state that is known. */
  readonly live: FlagConfigView;
}

/** Edit, review, save, and see it applied. */
export function Targeting({ flag, environment, live }: TargetingProps) {
  const { project } = useSession();
  const keeper = useKeptDraft(`glidepath-draft/1/${project}/${environment.key}/${flag.key}`, live);
  const save = useSaveTargeting();
  const [isReviewing, setReviewing] = useState(false);
  const base = keeper.kept?.base ?? live;
  const reading = readDraft(configOf(base), keeper.kept?.draft ?? NO_EDITS);
  const hasConflict = live.revision !== base.revision;
  const change = reading.kind === 'changed' && !hasConflict ? reading : null;

  const forecast = useForecast(
    isReviewing && change
      ? {
          project,
          environment: environment.key,
          flag: flag.key,
          revision: base.revision,
          instructions: change.instructions,
        }
      : null,
    (towardSafe) =>
      frictionOf({
        critical: environment.critical,
        towardSafe,
        exposure: change ? exposureChange(configOf(base), change.after) : { before: 0, after: 0 },
      }),
  );

  function confirm(comment: string) {
    if (!change) return;
    save.mutate(
      { base, instructions: change.instructions, comment },
      {
        onSuccess: () => {
          keeper.discard();
          setReviewing(false);
        },
        onError: (error) => {
          if (isConflict(error)) setReviewing(false);
        },
      },
    );
  }

  return (
    <>
      {save.data && <SavedNotice saved={save.data} />}
      {hasConflict && <ConflictNotice base={base} live={live} onKeep={keeper.rebase} onDiscard={keeper.discard} />}
      <TargetingEditor
        flag={flag}
        environment={environment}
        base={base}
        keeper={keeper}
        onReview={() => {
          save.reset();
          setReviewing(true);
        }}
      />
      <Text size="sm" c="dimmed">
        {m.editing(base.revision)}
        {keeper.kept && ` · ${m.keptDraft}`}
      </Text>
      <ReviewSheet
        opened={isReviewing && change !== null}
        onClose={() => setReviewing(false)}
        environment={environment}
        flagKey={flag.key}
        action={m.save(environmentWord(environment))}
        forecast={forecast}
        sending={save.isPending}
        failure={save.isError && !isConflict(save.error) && <ErrorNotice failed={m.saveFailed} error={save.error} />}
        onConfirm={confirm}
      />
    </>
  );
}

function SavedNotice({ saved }: { readonly saved: Saved }) {
  const { delivery, slow } = useProgress(saved.committed);
  return (
    <Alert color="green" variant="light" icon={<IconCheck aria-hidden />} title={m.saved(saved.revision)}>
      <PropagationLine propagation={{ kind: 'committed', at: saved.committed.at, delivery, slow }} />
    </Alert>
  );
}
