import { ActionIcon, Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { TextListField } from '../../kit/text-list-field.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { segmentsQuery } from '../../lib/segments-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { type PointedProblem, ProblemLines, problemsUnder } from './problem-lines.tsx';
import { NEW_STAGE, type StageDraft } from './start-draft.ts';
import classes from './start-form.module.css';
import { startMessages } from './start-messages.ts';

const m = startMessages.stages;
const KINDS = ['percent', 'segment'] as const;

export interface StagesEditorProps {
  readonly stages: readonly StageDraft[];
  readonly problems: readonly PointedProblem[];
  /** Pointers of what cannot be read. */
  readonly unreadable: ReadonlySet<string>;
  readonly onChange: (stages: readonly StageDraft[]) => void;
}

/** Who gets it when, and what it takes to go on. */
export function StagesEditor({ stages, problems, unreadable, onChange }: StagesEditorProps) {
  const last = stages.at(-1);
  return (
    <TitledPart title={m.title}>
      <ol className={classes.cards}>
        {stages.map((stage, index) => (
          <li key={index} className={classes.card}>
            <StageCard
              stage={stage}
              index={index}
              problems={problemsUnder(problems, `/stages/${index}`)}
              unreadable={unreadable}
              onChange={(next) => onChange(stages.with(index, next))}
              onRemove={() => onChange(stages.toSpliced(index, 1))}
              onUp={() => onChange(movedUp(stages, index))}
            />
          </li>
        ))}
      </ol>
      <ProblemLines problems={problems.filter(({ pointer }) => pointer === '/stages')} />
      <Button
        variant="default"
        mt="sm"
        // Before the last one, which is for everybody.
        onClick={() => onChange(last === undefined ? [NEW_STAGE] : [...stages.slice(0, -1), NEW_STAGE, last])}
      >
        {m.add}
      </Button>
    </TitledPart>
  );
}

function movedUp(stages: readonly StageDraft[], index: number): readonly StageDraft[] {
  return [
    ...stages.slice(0, index - 1),
    ...stages.slice(index - 1, index + 1).toReversed(),
    ...stages.slice(index + 1),
  ];
}

interface StageCardProps extends Omit<StagesEditorProps, 'stages' | 'onChange'> {
  readonly stage: StageDraft;
  readonly index: number;
  readonly onChange: (stage: StageDraft) => void;
  readonly onRemove: () => void;
  readonly onUp: () => void;
}

function StageCard({ stage, index, problems, unreadable, onChange, onRemove, onUp }: StageCardProps) {
  const place = index + 1;
  const wrong = (name: string) => (unreadable.has(`/stages/${index}/${name}`) ? startMessages.unreadable : null);
  return (
    <fieldset className={classes.fieldset}>
      <legend className={classes.legend}>{m.stage(place)}</legend>
      <div className={classes.fields}>
        <NativeSelect
          label={m.kind}
          value={stage.kind}
          data={KINDS.map((value) => ({ value, label: m.kinds[value] }))}
          onChange={(event) => onChange({ ...stage, kind: event.currentTarget.value as StageDraft['kind'] })}
        />
        {stage.kind === 'percent' ? (
          <TextInput
            label={m.percent}
            inputMode="decimal"
            autoComplete="off"
            rightSection={<span aria-hidden="true">%</span>}
            value={stage.percent}
            error={wrong('percent')}
            onChange={(event) => onChange({ ...stage, percent: event.currentTarget.value })}
          />
        ) : (
          <SegmentSelect
            segment={stage.segment}
            error={wrong('segment')}
            onChange={(segment) => onChange({ ...stage, segment })}
          />
        )}
        <TextInput
          label={m.bake}
          inputMode="decimal"
          autoComplete="off"
          value={stage.bakeMinutes}
          error={wrong('bakeMinutes')}
          onChange={(event) => onChange({ ...stage, bakeMinutes: event.currentTarget.value })}
        />
        <div className={classes.tools}>
          <ActionIcon aria-label={m.up(place)} disabled={index === 0} onClick={onUp}>
            <IconArrowUp size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon aria-label={m.remove(place)} onClick={onRemove}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </div>
      </div>
      <details className={classes.more}>
        <summary>{m.goesOn(stage.checklist.length, stage.isApproved)}</summary>
        <div className={classes.inside}>
          <TextListField
            visibleLabel
            label={m.checklist}
            placeholder={m.checklistHint}
            separators="lines"
            values={stage.checklist}
            onChange={(checklist) => onChange({ ...stage, checklist })}
          />
          <Checkbox
            size="md"
            label={m.approval}
            checked={stage.isApproved}
            onChange={(event) => onChange({ ...stage, isApproved: event.currentTarget.checked })}
          />
        </div>
      </details>
      <ProblemLines problems={problems} />
    </fieldset>
  );
}

interface SegmentSelectProps {
  readonly segment: string;
  readonly error: string | null;
  readonly onChange: (segment: string) => void;
}

function SegmentSelect({ segment, error, onChange }: SegmentSelectProps) {
  const { api } = useServices();
  const { project } = useSession();
  const segments = useQuery(segmentsQuery(api, project)).data?.items ?? [];
  const keys = new Set([...segments.map(({ key }) => key), ...(segment === '' ? [] : [segment])]);
  return (
    <NativeSelect
      label={m.segment}
      value={segment}
      error={error}
      data={[{ value: '', label: m.chooseSegment }, ...[...keys].map((value) => ({ value, label: value }))]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
