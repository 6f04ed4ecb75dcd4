import type { SegmentConfigView, SegmentView } from '@glidepath/server/api-types';
import { Alert, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CommittedNotice } from '../../kit/committed-notice.tsx';
import { ConflictNotice } from '../../kit/conflict-notice.tsx';
import { EditFooter } from '../../kit/edit-footer.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { Sentences } from '../../kit/sentence.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useKeptKeys } from './kept-keys.ts';
import { editedRules, useKeptRules } from './kept-rules.ts';
import { countsOf, isTooLarge } from './key-draft.ts';
import { KeysEditor } from './keys-editor.tsx';
import { segmentMessages as m } from './messages.ts';
import { RulesPanel } from './rules-panel.tsx';
import classes from './segment-definition.module.css';
import { definitionQuery } from './segment-queries.ts';
import { useSegmentReview } from './use-segment-review.ts';

export interface SegmentDefinitionProps {
  readonly segment: SegmentView;
  readonly environment: SessionEnvironment;
}

/** Who belongs to a segment in exactly one environment. */
export function SegmentDefinition({ segment, environment }: SegmentDefinitionProps) {
  const { api } = useServices();
  const { project } = useSession();
  const query = useQuery(definitionQuery(api, { project, environment: environment.key, segment: segment.key }));
  if (query.data) return <Definition segment={segment} environment={environment} live={query.data} />;
  if (query.isPending) return <Skeleton height={320} />;
  return <ErrorNotice failed={m.segment.failed} error={query.error} onRetry={() => void query.refetch()} />;
}

interface DefinitionProps extends SegmentDefinitionProps {
  /** The newest state that is known. */
  readonly live: SegmentConfigView;
}

/** Edit, review, save, and see it applied: keys and rules each as one change. */
function Definition({ segment, environment, live }: DefinitionProps) {
  const { project, may } = useSession();
  const word = environmentWord(environment);
  const place = { project, environment: environment.key, segment: segment.key };
  const storageKey = `${project}/${environment.key}/${segment.key}`;
  const keysKeeper = useKeptKeys(`glidepath-segment-keys/1/${storageKey}`);
  const keeper = useKeptRules(`glidepath-segment/1/${storageKey}`, live);
  const keys = keysKeeper.draft;
  const { base, onTopOf, drafts, reading, hasConflict } = editedRules(keeper.kept, live);
  const review = useSegmentReview({
    place,
    revision: live.revision,
    critical: environment.critical,
    keys,
    rules: reading,
    onSaved: ({ kind }) => (kind === 'rules' ? keeper.discard() : keysKeeper.discard()),
  });
  const { save } = review;
  const keyCounts = countsOf(keys);
  const hasKeys = keyCounts.added + keyCounts.removed > 0;
  const mayEdit = may('segment.edit');

  return (
    <>
      {save.data && !review.isOpen && (
        <CommittedNotice title={m.saved(save.data.revision)} committed={save.data.committed} />
      )}
      {!mayEdit && <Alert color="gray">{m.mayNot}</Alert>}
      <section className={classes.now} aria-label={m.definition.now}>
        <Title order={2} size="h5" mb={4}>
          {m.definition.now} · {m.segment.revision(live.revision)}
        </Title>
        <Sentences lines={live.belongs} label={m.segment.belongsIn(word)} />
        <Text size="sm" c="dimmed" mt={4}>
          {m.definition.order}
        </Text>
      </section>
      <section className={classes.editor} aria-label={m.keys.title}>
        <KeysEditor
          place={place}
          live={live}
          draft={keys}
          disabled={!mayEdit}
          onChange={keysKeeper.keep}
          onEmpty={(list) => review.ask({ kind: 'empty', list })}
        />
        <EditFooter
          state={hasKeys ? m.keys.unsaved(keyCounts.added, keyCounts.removed) : null}
          mayDiscard={hasKeys}
          mayReview={hasKeys && !isTooLarge(keys)}
          review={m.review(word)}
          onDiscard={keysKeeper.discard}
          onReview={() => review.ask({ kind: 'keys' })}
        />
      </section>
      {hasConflict && (
        <ConflictNotice
          base={onTopOf}
          live={live.revision}
          why={m.conflictWhy}
          words={{ before: base.belongs, after: live.belongs }}
          onKeep={keeper.rebase}
          onDiscard={keeper.discard}
        />
      )}
      <section className={classes.editor} aria-label={m.rules.title}>
        <RulesPanel
          saved={base.rules}
          drafts={drafts}
          disabled={!mayEdit}
          onChange={(changed) => keeper.keep(changed)}
        />
        <EditFooter
          state={reading.kind === 'unchanged' ? null : m.rules.unsaved}
          mayDiscard={reading.kind !== 'unchanged'}
          mayReview={reading.kind === 'changed' && !hasConflict}
          review={m.review(word)}
          onDiscard={keeper.discard}
          onReview={() => review.ask({ kind: 'rules' })}
        />
      </section>
      {keeper.kept && (
        <Text size="sm" c="dimmed">
          {m.rules.kept}
        </Text>
      )}
      <ReviewSheet
        opened={review.isOpen}
        onClose={review.close}
        environment={environment}
        flagKey={segment.key}
        action={m.save(word)}
        forecast={review.forecast}
        sending={save.isPending}
        failure={save.isError && <ErrorNotice failed={m.saveFailed} error={save.error} />}
        onConfirm={review.confirm}
      />
    </>
  );
}
