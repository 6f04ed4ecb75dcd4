import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { NativeSelect } from '@mantine/core';
import { TitledPart } from '../../kit/titled-part.tsx';
import { type PointedProblem, ProblemLines } from './problem-lines.tsx';
import type { StartDraft } from './start-draft.ts';
import classes from './start-form.module.css';
import { startMessages } from './start-messages.ts';

const m = startMessages.what;

export interface ReleasedFieldsProps {
  readonly flag: FlagWithEnvironments;
  readonly live: FlagConfigView;
  readonly draft: StartDraft;
  readonly problems: readonly PointedProblem[];
  readonly onChange: (change: Partial<Pick<StartDraft, 'variation' | 'control' | 'at'>>) => void;
}

/** What people get, instead of what, and which of them. */
export function ReleasedFields({ flag, live, draft, problems, onChange }: ReleasedFieldsProps) {
  const variations = flag.variations.map(({ key, name }) => ({ value: key, label: name ?? key }));
  const places = [
    { value: 'fallthrough', label: m.everyone },
    ...live.rules.map(({ id, name }, index) => ({ value: id, label: m.rule(index + 1, name) })),
  ];
  return (
    <TitledPart title={m.title}>
      <div className={classes.fields}>
        <NativeSelect
          label={m.variation}
          value={draft.variation}
          data={variations}
          onChange={(event) => onChange({ variation: event.currentTarget.value })}
        />
        <NativeSelect
          label={m.control}
          description={m.controlHint}
          inputWrapperOrder={['label', 'input', 'description']}
          value={draft.control}
          data={variations}
          onChange={(event) => onChange({ control: event.currentTarget.value })}
        />
        <NativeSelect
          label={m.at}
          value={draft.at}
          data={places}
          onChange={(event) => onChange({ at: event.currentTarget.value })}
        />
      </div>
      <ProblemLines problems={problems} />
    </TitledPart>
  );
}
