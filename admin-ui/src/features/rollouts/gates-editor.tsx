import { ActionIcon, Button, Checkbox, Menu, NativeSelect, Text, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { TitledPart } from '../../kit/titled-part.tsx';
import { type Field, gateFields } from './gate-fields.ts';
import type { Gate } from './gate-words.ts';
import { type PointedProblem, ProblemLines, problemsUnder } from './problem-lines.tsx';
import { fieldsOf, type GateDraft, newGate, type StartDraft } from './start-draft.ts';
import classes from './start-form.module.css';
import { startMessages } from './start-messages.ts';

const m = startMessages.gates;
const KINDS = Object.keys(gateFields) as readonly Gate['kind'][];
const ROLES = Object.keys(m.roles) as readonly Gate['role'][];
const NO_DATA = Object.keys(m.noData) as readonly Gate['onNoData'][];
const FAILURES = Object.keys(m.failures) as readonly StartDraft['onFailure'][];

export interface GatesEditorProps {
  readonly gates: readonly GateDraft[];
  readonly onFailure: StartDraft['onFailure'];
  readonly problems: readonly PointedProblem[];
  readonly unreadable: ReadonlySet<string>;
  readonly onChange: (change: Partial<Pick<StartDraft, 'gates' | 'onFailure'>>) => void;
}

/** What is looked at while it runs, and what it may do. */
export function GatesEditor({ gates, onFailure, problems, unreadable, onChange }: GatesEditorProps) {
  const replace = (next: readonly GateDraft[]) => onChange({ gates: next });
  return (
    <TitledPart title={m.title}>
      {gates.length === 0 && <Text mb="sm">{m.none}</Text>}
      <ul className={classes.cards}>
        {gates.map((gate, index) => (
          <li key={index} className={classes.card}>
            <GateCard
              gate={gate}
              index={index}
              problems={problemsUnder(problems, `/gates/${index}`)}
              unreadable={unreadable}
              onChange={(next) => replace(gates.with(index, next))}
              onRemove={() => replace(gates.toSpliced(index, 1))}
            />
          </li>
        ))}
      </ul>
      <ProblemLines problems={problems.filter(({ pointer }) => pointer === '/gates')} />
      <div className={classes.below}>
        <Menu position="bottom-start" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <Button variant="default">{m.add}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {KINDS.map((kind) => (
              <Menu.Item key={kind} onClick={() => replace([...gates, newGate(kind, gates)])}>
                {m.kinds[kind]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <NativeSelect
          label={m.onFailure}
          value={onFailure}
          data={FAILURES.map((value) => ({ value, label: m.failures[value] }))}
          onChange={(event) => onChange({ onFailure: event.currentTarget.value as StartDraft['onFailure'] })}
        />
      </div>
    </TitledPart>
  );
}

interface GateCardProps extends Pick<GatesEditorProps, 'problems' | 'unreadable'> {
  readonly gate: GateDraft;
  readonly index: number;
  readonly onChange: (gate: GateDraft) => void;
  readonly onRemove: () => void;
}

function GateCard({ gate, index, problems, unreadable, onChange, onRemove }: GateCardProps) {
  const wrong = (name: string) => (unreadable.has(`/gates/${index}/${name}`) ? startMessages.unreadable : null);
  return (
    <fieldset className={classes.fieldset}>
      <legend className={classes.legend}>
        {m.kinds[gate.kind]} · {gate.id}
      </legend>
      <div className={classes.fields}>
        {fieldsOf(gate.kind).map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            text={gate.values[field.name] ?? ''}
            error={wrong(field.name)}
            onChange={(text) => onChange({ ...gate, values: { ...gate.values, [field.name]: text } })}
          />
        ))}
        <NativeSelect
          label={m.role}
          value={gate.role}
          data={ROLES.map((value) => ({ value, label: m.roles[value] }))}
          onChange={(event) => onChange({ ...gate, role: event.currentTarget.value as Gate['role'] })}
        />
        <div className={classes.tools}>
          <ActionIcon aria-label={m.remove(gate.id)} onClick={onRemove}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </div>
      </div>
      <details className={classes.more}>
        <summary>{m.more}</summary>
        <div className={classes.fields}>
          <TextInput
            label={m.id}
            autoComplete="off"
            spellCheck={false}
            value={gate.id}
            onChange={(event) => onChange({ ...gate, id: event.currentTarget.value })}
          />
          <TextInput
            label={m.minSamples}
            inputMode="numeric"
            value={gate.minSamples}
            error={wrong('minSamples')}
            onChange={(event) => onChange({ ...gate, minSamples: event.currentTarget.value })}
          />
          <TextInput
            label={m.window}
            inputMode="decimal"
            value={gate.windowMinutes}
            error={wrong('windowMinutes')}
            onChange={(event) => onChange({ ...gate, windowMinutes: event.currentTarget.value })}
          />
          <NativeSelect
            label={m.onNoData}
            value={gate.onNoData}
            data={NO_DATA.map((value) => ({ value, label: m.noData[value] }))}
            onChange={(event) => onChange({ ...gate, onNoData: event.currentTarget.value as Gate['onNoData'] })}
          />
        </div>
      </details>
      <ProblemLines problems={problems} />
    </fieldset>
  );
}

interface FieldInputProps {
  readonly field: Field;
  readonly text: string;
  readonly error: string | null;
  readonly onChange: (text: string) => void;
}

function FieldInput({ field, text, error, onChange }: FieldInputProps) {
  const { label, kind } = field;
  switch (kind) {
    case 'yes-no':
      return (
        <Checkbox
          className={classes.yesNo ?? ''}
          size="md"
          label={label}
          checked={text === 'yes'}
          onChange={(event) => onChange(event.currentTarget.checked ? 'yes' : 'no')}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          label={label}
          value={text}
          data={[...field.choices]}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
      return (
        <Textarea
          className={classes.wide ?? ''}
          label={label}
          rows={1}
          spellCheck={false}
          value={text}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'number':
    case 'percent':
    case 'optional-number':
    case 'words':
      return (
        <TextInput
          label={label}
          inputMode={kind === 'words' ? 'text' : 'decimal'}
          autoComplete="off"
          value={text}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
