import { NativeSelect, TextInput } from '@mantine/core';
import { TextListField } from '../../kit/text-list-field.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { type PointedProblem, ProblemLines } from './problem-lines.tsx';
import type { StartConditionDraft, StartDraft } from './start-draft.ts';
import classes from './start-form.module.css';
import { startMessages } from './start-messages.ts';

const m = startMessages.start;
const KINDS = Object.keys(m.kinds) as readonly StartConditionDraft['kind'][];
const DEPLOY_FIELDS = [
  { name: 'service', label: m.service },
  { name: 'minVersion', label: m.minVersion },
  { name: 'coverage', label: m.coverage },
  { name: 'delayMinutes', label: m.delay },
] as const;

export interface StartConditionProps {
  readonly start: StartConditionDraft;
  readonly requires: readonly string[];
  readonly problems: readonly PointedProblem[];
  readonly unreadable: ReadonlySet<string>;
  readonly onChange: (change: Partial<Pick<StartDraft, 'start' | 'requires'>>) => void;
}

/** What sets the rollout off. */
export function StartCondition({ start, requires, problems, unreadable, onChange }: StartConditionProps) {
  const set = (change: Partial<StartConditionDraft>) => onChange({ start: { ...start, ...change } });
  const wrong = (name: string) => (unreadable.has(`/start/${name}`) ? startMessages.unreadable : null);
  return (
    <TitledPart title={m.title}>
      <div className={classes.card}>
        <div className={classes.fields}>
          <NativeSelect
            label={m.kind}
            value={start.kind}
            data={KINDS.map((value) => ({ value, label: m.kinds[value] }))}
            onChange={(event) => set({ kind: event.currentTarget.value as StartConditionDraft['kind'] })}
          />
          {start.kind === 'at' && (
            <TextInput
              type="datetime-local"
              label={m.at}
              value={start.at}
              error={wrong('at')}
              onChange={(event) => set({ at: event.currentTarget.value })}
            />
          )}
          {start.kind === 'deploy' &&
            DEPLOY_FIELDS.map(({ name, label }) => (
              <TextInput
                key={name}
                label={label}
                autoComplete="off"
                spellCheck={false}
                value={start[name]}
                error={wrong(name)}
                onChange={(event) => set({ [name]: event.currentTarget.value })}
              />
            ))}
        </div>
        <TextListField
          visibleLabel
          label={m.requires}
          values={requires}
          onChange={(keys) => onChange({ requires: keys })}
        />
        <ProblemLines problems={problems} />
      </div>
    </TitledPart>
  );
}
