import type { ConfigInstruction } from '@glidepath/core/change';
import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { CommittedNotice } from '../../kit/committed-notice.tsx';
import { ConflictNotice } from '../../kit/conflict-notice.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { configOf, flagOf } from '../../lib/flag-model.ts';
import { exposureChange, frictionOf } from '../../lib/friction.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useForecast } from '../../lib/use-forecast.ts';
import { NO_EDITS } from './draft.ts';
import { type DraftKeeper, useKeptDraft } from './kept-draft.ts';
import { targetingMessages as m } from './messages.ts';
import { readDraft } from './reading.ts';
import { TargetingEditor } from './targeting-editor.tsx';
import { isConflict, useSaveTargeting } from './use-save-targeting.ts';
import { useServerCheck } from './use-server-check.ts';

export interface TargetingProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  /** The newest state that is known. */
  readonly live: FlagConfigView;
  /** Tries a draft: what leads from the live state to it. */
  readonly trial: (instructions: readonly ConfigInstruction[]) => ReactNode;
}

const NO_INSTRUCTIONS: readonly ConfigInstruction[] = [];

/** Edit, review, save, and see it applied. */
export function Targeting({ flag, environment, live, trial }: TargetingProps) {
  const { project, may } = useSession();
  const document = useMemo(() => flagOf(flag), [flag]);
  const keeper = useKeptDraft(`glidepath-draft/2/${project}/${environment.key}/${flag.key}`, live, document);
  const save = useSaveTargeting();
  const [isReviewing, setReviewing] = useState(false);
  const base = keeper.kept?.base ?? live;
  const config = useMemo(() => configOf(base), [base]);
  const draft = keeper.kept?.draft ?? NO_EDITS;
  const reading = useMemo(() => readDraft(document, config, draft), [document, config, draft]);
  const hasConflict = live.revision !== base.revision;
  const change = reading.kind === 'changed' && !hasConflict ? reading : null;
  const refused = useServerCheck(base, reading, may('flag.edit') && !hasConflict);

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
        exposure: change ? exposureChange(config, change.after) : { before: 0, after: 0 },
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
      {save.data && <CommittedNotice title={m.saved(save.data.revision)} committed={save.data.committed} />}
      {keeper.offered && <OfferedDraft keeper={keeper} revision={keeper.offered.base.revision} />}
      {hasConflict && (
        <ConflictNotice
          base={base.revision}
          live={live.revision}
          why={m.conflictWhy}
          words={{ before: base.serves, after: live.serves }}
          onKeep={keeper.rebase}
          onDiscard={keeper.discard}
        />
      )}
      <TargetingEditor
        flag={flag}
        environment={environment}
        base={base}
        config={config}
        keeper={keeper}
        reading={reading}
        refused={refused}
        hasConflict={hasConflict}
        onReview={() => {
          save.reset();
          setReviewing(true);
        }}
      />
      {trial(change?.instructions ?? NO_INSTRUCTIONS)}
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

function OfferedDraft({ keeper, revision }: { readonly keeper: DraftKeeper; readonly revision: number }) {
  return (
    <Alert color="indigo" variant="light" icon={<IconPencil aria-hidden />} title={m.offer.title}>
      <Text size="sm">{m.offer.lead(revision)}</Text>
      <Group mt="sm" gap="sm">
        <Button onClick={keeper.take}>{m.offer.take}</Button>
        <Button variant="default" onClick={keeper.discard}>
          {m.offer.drop}
        </Button>
      </Group>
    </Alert>
  );
}
