import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { Alert, Badge, Button, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { configOf } from '../../lib/flag-model.ts';
import { useNames } from '../../lib/members-query.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { NO_EDITS, readDraft, serveDraftOf, type TargetingDraft, targetId } from './draft.ts';
import { FallthroughEditor } from './fallthrough-editor.tsx';
import type { DraftKeeper } from './kept-draft.ts';
import { targetingMessages as m } from './messages.ts';
import { RulesInWords } from './rules-in-words.tsx';
import classes from './targeting-editor.module.css';
import { TargetsEditor } from './targets-editor.tsx';

export interface TargetingEditorProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  /** The state that is edited: what was live when the edits began. */
  readonly base: FlagConfigView;
  readonly keeper: DraftKeeper;
  readonly onReview: () => void;
}

/** What a flag does in exactly one environment. Nothing here is saved before it was reviewed. */
export function TargetingEditor({ flag, environment, base, keeper, onReview }: TargetingEditorProps) {
  const { may } = useSession();
  const nameOf = useNames();
  const config = configOf(base);
  const draft = keeper.kept?.draft ?? NO_EDITS;
  const reading = readDraft(config, draft);
  const edit = (change: Partial<TargetingDraft>) => keeper.keep({ ...draft, ...change });
  const isLocked = flag.archivedAt !== null;
  const mayEdit = may('flag.edit') && !isLocked;
  const mayToggle = may('flag.toggle') && !isLocked;

  return (
    <section className={classes.editor} aria-label={m.title(environmentWord(environment))}>
      {base.killed && <Alert color="red">{m.killed(nameOf(base.killed.by))}</Alert>}
      {!mayEdit && !isLocked && <Alert color="gray">{mayToggle ? m.mayToggle : m.mayNot}</Alert>}
      <section className={classes.part}>
        <Group gap="md">
          <Title order={3} size="h5">
            {m.flagIs}
          </Title>
          <SegmentedControl
            aria-label={m.flagIs}
            disabled={!mayToggle}
            value={(draft.on ?? config.on) ? 'on' : 'off'}
            onChange={(value) => edit({ on: value === 'on' })}
            data={[
              { value: 'on', label: m.on },
              { value: 'off', label: m.off },
            ]}
          />
        </Group>
        <Text size="sm" mt="xs">
          {m.ifOff} <Sentence text={`\`${config.offVariation}\``} />{' '}
          <Badge variant="light" color="green" tt="none">
            {m.safe}
          </Badge>
        </Text>
        {config.prerequisites.map((needed) => (
          <Text key={needed.flag} size="sm" mt="xs">
            {m.needs} <Sentence text={m.needsOf(needed.flag, needed.variations.join(', '))} />
          </Text>
        ))}
      </section>
      <TargetsEditor
        config={config}
        variations={flag.variations}
        edited={draft.targets}
        disabled={!mayEdit}
        onChange={(target, keys) => edit({ targets: { ...draft.targets, [targetId(target)]: keys } })}
      />
      <RulesInWords flag={flag} config={config} />
      <FallthroughEditor
        config={config}
        variations={flag.variations}
        serve={draft.fallthrough ?? serveDraftOf(config.fallthrough, flag)}
        disabled={!mayEdit}
        onChange={(fallthrough) => edit({ fallthrough })}
      />
      <div className={classes.footer}>
        <Text span size="sm" c="dimmed">
          {reading.kind === 'changed' ? m.unsaved(reading.instructions.length) : m.nothing}
        </Text>
        <div className={classes.actions}>
          <Button variant="default" size="md" disabled={keeper.kept === null} onClick={keeper.discard}>
            {m.discard}
          </Button>
          <Button size="md" disabled={reading.kind !== 'changed'} onClick={onReview}>
            {m.review(environmentWord(environment))}
          </Button>
        </div>
      </div>
    </section>
  );
}
