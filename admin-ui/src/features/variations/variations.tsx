import type { Flag } from '@glidepath/core';
import type { FlagView, FlagWithEnvironments, Written } from '@glidepath/server/api-types';
import { Alert, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { ConflictNotice } from '../../kit/conflict-notice.tsx';
import type { EnvironmentIdentity } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Forecast, ReviewSheet } from '../../kit/review-sheet.tsx';
import { flagOf } from '../../lib/flag-model.ts';
import type { Friction } from '../../lib/friction.ts';
import { useSession } from '../../lib/session.tsx';
import { useKeptSharedDraft } from './kept-shared-draft.ts';
import { variationMessages as m } from './messages.ts';
import { documentOf, linesOf } from './review-lines.ts';
import { type SharedCheck, useSaveShared, useSharedCheck } from './use-shared-change.ts';
import { altersMeaning, NO_EDITS, readSharedDraft, type SharedReading, variationDraftsOf } from './variation-draft.ts';
import { VariationsEditor } from './variations-editor.tsx';

/** Edit what environments share of a flag, review it, save it. */
export function Variations({ flag: live }: { readonly flag: FlagWithEnvironments }) {
  const { project, environments } = useSession();
  const keeper = useKeptSharedDraft(`glidepath-variations/1/${project}/${live.key}`, live);
  const [isReviewing, setReviewing] = useState(false);
  const save = useSaveShared(live.key);
  const base = keeper.kept?.base ?? live;
  const flag = useMemo(() => flagOf(base), [base]);
  const draft = keeper.kept?.draft ?? NO_EDITS;
  const reading = useMemo(() => readSharedDraft(flag, draft), [flag, draft]);
  const drafts = draft.variations ?? variationDraftsOf(flag);
  const hasConflict = live.revision !== base.revision;
  const check = useSharedCheck(base, reading, drafts);
  const everywhere = everyEnvironment(environments.some(({ critical }) => critical));
  const change = reading.kind === 'changed' && !hasConflict ? reading : null;

  function confirm(comment: string) {
    if (!change) return;
    save.mutate(
      { revision: base.revision, instructions: change.instructions, comment },
      {
        onSuccess: () => {
          keeper.discard();
          setReviewing(false);
        },
      },
    );
  }

  return (
    <>
      {save.data && <SavedNotice written={save.data} />}
      {hasConflict && (
        <ConflictNotice
          base={base.revision}
          live={live.revision}
          why={m.conflictWhy}
          onKeep={keeper.rebase}
          onDiscard={keeper.discard}
        />
      )}
      <VariationsEditor
        flag={base}
        drafts={drafts}
        draft={draft}
        reading={reading}
        refused={check.problems}
        isKept={keeper.kept !== null}
        hasConflict={hasConflict}
        onChange={keeper.keep}
        onDiscard={keeper.discard}
        onReview={() => {
          save.reset();
          setReviewing(true);
        }}
      />
      <ReviewSheet
        opened={isReviewing && change !== null}
        onClose={() => setReviewing(false)}
        environment={everywhere}
        flagKey={flag.key}
        action={m.save}
        forecast={forecastOf(flag, base.revision, reading, check, everywhere.critical)}
        sending={save.isPending}
        failure={save.isError && <ErrorNotice failed={m.saveFailed} error={save.error} />}
        onConfirm={confirm}
      />
    </>
  );
}

/** What environments share goes to all of them at once, so the strictest one decides how careful to be. */
function everyEnvironment(critical: boolean): EnvironmentIdentity {
  return { key: '*', name: m.everywhere, critical };
}

function forecastOf(
  flag: Flag,
  revision: number,
  reading: SharedReading,
  { summary, error, problems, retry }: SharedCheck,
  critical: boolean,
): Forecast {
  if (reading.kind !== 'changed') return { kind: 'loading' };
  if (error !== null || problems.length > 0) return { kind: 'failed', error: error ?? problems[0]?.detail, retry };
  if (summary === null) return { kind: 'loading' };
  const friction: Friction = {
    confirm: 'click',
    comment: critical && altersMeaning(reading.instructions) ? 'required' : 'optional',
    typedKey: false,
  };
  return {
    kind: 'ready',
    summary,
    ...linesOf(flag, reading.after),
    towardSafe: false,
    friction,
    details: {
      heading: m.heading(flag.key, revision),
      sections: [],
      documents: { before: documentOf(flag), after: documentOf(reading.after) },
    },
  };
}

function SavedNotice({ written }: { readonly written: Written<FlagView> }) {
  const reached = Object.keys(written.versions);
  return (
    <Alert color="green" variant="light" icon={<IconCheck aria-hidden />} title={m.saved(written.document.revision)}>
      <Text size="sm">{reached.length > 0 ? m.reached(reached.join(', ')) : m.reachedNobody}</Text>
    </Alert>
  );
}
