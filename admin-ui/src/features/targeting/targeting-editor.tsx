import type { FlagConfig } from '@glidepath/core';
import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { Alert, Text, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { EditFooter } from '../../kit/edit-footer.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { useNames } from '../../lib/members-query.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { NO_EDITS, ruleDraftsOf, type TargetingDraft, withTargetKeys } from './draft.ts';
import { GateEditor } from './gate-editor.tsx';
import type { DraftKeeper } from './kept-draft.ts';
import { targetingMessages as m } from './messages.ts';
import { PrerequisitesEditor } from './prerequisites-editor.tsx';
import { type PlacedProblem, problemsAt } from './problem-place.ts';
import type { DraftReading } from './reading.ts';
import { RulesEditor } from './rules-editor.tsx';
import { serveDraftOf } from './serve-draft.ts';
import { ServeEditor } from './serve-editor.tsx';
import classes from './targeting-editor.module.css';
import { TargetsEditor } from './targets-editor.tsx';

export interface TargetingEditorProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  /** The state that is edited: what was live when the edits began. */
  readonly base: FlagConfigView;
  readonly config: FlagConfig;
  readonly keeper: DraftKeeper;
  readonly reading: DraftReading;
  /** What the server would refuse. */
  readonly refused: readonly PlacedProblem[];
  /** Whether somebody else has saved meanwhile. */
  readonly hasConflict: boolean;
  readonly onReview: () => void;
}

/** What a flag does in exactly one environment. Nothing here is saved before it was reviewed. */
export function TargetingEditor(props: TargetingEditorProps) {
  const { flag, environment, base, config, keeper, reading, refused } = props;
  const { may } = useSession();
  const nameOf = useNames();
  const draft = keeper.kept?.draft ?? NO_EDITS;
  const edit = (change: Partial<TargetingDraft>) => keeper.keep({ ...draft, ...change });
  const isLocked = flag.archivedAt !== null;
  const mayEdit = may('flag.edit') && !isLocked;
  const mayToggle = may('flag.toggle') && !isLocked;
  const problems = [...(reading.kind === 'invalid' ? reading.problems : []), ...refused];

  return (
    <section className={classes.editor} aria-label={m.title(environmentWord(environment))}>
      {base.killed && <Alert color="red">{m.killed(nameOf(base.killed.by))}</Alert>}
      {!mayEdit && !isLocked && <Alert color="gray">{mayToggle ? m.mayToggle : m.mayNot}</Alert>}
      <GateEditor
        on={draft.on ?? config.on}
        offVariation={draft.offVariation ?? config.offVariation}
        variations={flag.variations}
        mayToggle={mayToggle}
        mayEdit={mayEdit}
        onToggle={(on) => edit({ on })}
        onOffVariation={(offVariation) => edit({ offVariation })}
      />
      <PrerequisitesEditor
        flag={flag.key}
        prerequisites={draft.prerequisites ?? config.prerequisites}
        problems={problemsAt(problems, 'prerequisites')}
        disabled={!mayEdit}
        onChange={(prerequisites) => edit({ prerequisites })}
      />
      <TargetsEditor
        config={config}
        variations={flag.variations}
        edited={draft.targets}
        problems={problemsAt(problems, 'targets')}
        disabled={!mayEdit}
        onChange={(target, keys) => edit({ targets: withTargetKeys(config, draft.targets, target, keys) })}
      />
      <RulesEditor
        flag={flag}
        config={config}
        rules={draft.rules ?? ruleDraftsOf(config, flag)}
        problems={problems}
        disabled={!mayEdit}
        onChange={(rules) => edit({ rules })}
      />
      <section className={classes.part}>
        <Title order={3} size="h5">
          {m.everyone.title}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {m.everyone.lead}
        </Text>
        <ServeEditor
          whom={m.everyone.name}
          variations={flag.variations}
          serve={draft.fallthrough ?? serveDraftOf(config.fallthrough, flag)}
          saved={config.fallthrough}
          offVariation={config.offVariation}
          disabled={!mayEdit}
          onChange={(fallthrough) => edit({ fallthrough })}
        />
        {problemsAt(problems, 'flag').map(({ detail }) => (
          <Text key={detail} size="sm" c="red" mt="xs" role="alert">
            {detail}
          </Text>
        ))}
      </section>
      <Footer {...props} />
    </section>
  );
}

function Footer({ environment, keeper, reading, refused, hasConflict, onReview }: TargetingEditorProps) {
  const mayReview = reading.kind === 'changed' && refused.length === 0 && !hasConflict;
  useHotkeys([['mod+Enter', () => mayReview && onReview()]], []);
  return (
    <EditFooter
      state={stateInWords(reading, refused)}
      isWrong={reading.kind === 'invalid' || refused.length > 0}
      isSticky
      mayDiscard={keeper.kept !== null}
      mayReview={mayReview}
      review={m.review(environmentWord(environment))}
      onDiscard={keeper.discard}
      onReview={onReview}
    />
  );
}

function stateInWords(reading: DraftReading, refused: readonly PlacedProblem[]): string | null {
  switch (reading.kind) {
    case 'unchanged':
      return null;
    case 'invalid':
      return m.invalid(reading.problems.length);
    case 'changed':
      return refused.length > 0 ? m.refused(refused.length) : m.unsaved(reading.instructions.length);
  }
}
