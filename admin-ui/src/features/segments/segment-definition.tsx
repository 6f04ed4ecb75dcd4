import type { SegmentConfigView, SegmentView } from '@glidepath/server/api-types';
import { Alert, Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { IconCheck, IconGitMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { DiffView } from '../../kit/diff-view.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { PropagationLine } from '../../kit/propagation.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { Sentences } from '../../kit/sentence.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useProgress } from '../../lib/use-propagation.ts';
import { useKeptKeys } from './kept-keys.ts';
import { editedRules, type RulesKeeper, useKeptRules } from './kept-rules.ts';
import { countsOf, isTooLarge } from './key-draft.ts';
import { KeysEditor } from './keys-editor.tsx';
import { segmentMessages as m } from './messages.ts';
import { RulesPanel } from './rules-panel.tsx';
import classes from './segment-definition.module.css';
import { definitionQuery } from './segment-queries.ts';
import type { SegmentSaved } from './use-save-segment.ts';
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
  const { base, drafts, reading, hasConflict } = editedRules(keeper.kept, live);
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
  const mayEdit = may('segment.edit');

  return (
    <>
      {save.data && !review.isOpen && <SavedNotice saved={save.data} />}
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
        <Footer
          word={word}
          what={keyCounts.added + keyCounts.removed === 0 ? null : m.keys.unsaved(keyCounts.added, keyCounts.removed)}
          isReady={!isTooLarge(keys)}
          onDiscard={keysKeeper.discard}
          onReview={() => review.ask({ kind: 'keys' })}
        />
      </section>
      {hasConflict && <Conflict keeper={keeper} live={live} />}
      <section className={classes.editor} aria-label={m.rules.title}>
        <RulesPanel
          saved={base.rules}
          drafts={drafts}
          disabled={!mayEdit}
          onChange={(changed) => keeper.keep(changed)}
        />
        <Footer
          word={word}
          what={reading.kind === 'unchanged' ? null : m.rules.unsaved}
          isReady={reading.kind === 'changed' && !hasConflict}
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

interface FooterProps {
  readonly word: string;
  /** What is not saved yet; null = nothing. */
  readonly what: string | null;
  readonly isReady: boolean;
  readonly onDiscard: () => void;
  readonly onReview: () => void;
}

function Footer({ word, what, isReady, onDiscard, onReview }: FooterProps) {
  return (
    <div className={classes.footer}>
      <Text span size="sm" c="dimmed" role="status">
        {what ?? m.nothing}
      </Text>
      <div className={classes.actions}>
        <Button variant="default" size="md" disabled={what === null} onClick={onDiscard}>
          {m.discard}
        </Button>
        <Button size="md" disabled={what === null || !isReady} onClick={onReview}>
          {m.review(word)}
        </Button>
      </div>
    </div>
  );
}

/** Somebody else saved meanwhile: what they changed, and the two ways on. */
function Conflict({ keeper, live }: { readonly keeper: RulesKeeper; readonly live: SegmentConfigView }) {
  const base = keeper.kept?.base ?? live;
  return (
    <Alert
      color="orange"
      icon={<IconGitMerge aria-hidden />}
      title={m.conflict.title(live.revision, keeper.kept?.onTopOf ?? base.revision)}
      role="alert"
    >
      <Text size="sm" mb="xs">
        {m.conflict.why}
      </Text>
      <DiffView before={base.belongs} after={live.belongs} label={m.conflict.what} />
      <Group mt="sm" gap="sm">
        <Button onClick={keeper.rebase}>{m.conflict.keep(live.revision)}</Button>
        <Button variant="default" onClick={keeper.discard}>
          {m.conflict.discard}
        </Button>
      </Group>
    </Alert>
  );
}

function SavedNotice({ saved }: { readonly saved: SegmentSaved }) {
  const { delivery, slow } = useProgress(saved.committed);
  return (
    <Alert color="green" variant="light" icon={<IconCheck aria-hidden />} title={m.saved(saved.revision)}>
      <PropagationLine propagation={{ kind: 'committed', at: saved.committed.at, delivery, slow }} />
    </Alert>
  );
}
