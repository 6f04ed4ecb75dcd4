import type { Scalar } from '@glidepath/core';
import { NativeSelect, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { TextListField } from '../../kit/text-list-field.tsx';
import { ruleMessages as m } from './messages.ts';
import { isComparison, type ValueType } from './operator-choices.ts';
import { type ClauseDraft, type RuleProblem, readScalar } from './rule-draft.ts';
import classes from './rules.module.css';

const PROBLEMS_SHOWN = 2;

export interface ValueFieldProps {
  readonly clause: ClauseDraft;
  /** Those of the values. */
  readonly problems: readonly RuleProblem[];
  /** Keys of the segments that there are. */
  readonly segments: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (values: readonly Scalar[]) => void;
}

/** What a clause compares with, typed as its operator takes it. */
export function ValueField({ clause, problems, segments, disabled, onChange }: ValueFieldProps) {
  const { type, values, operator } = clause;
  const error = problems.length > 0 && <Problems problems={problems} />;
  if (type === 'none') return error && <Text c="red">{error}</Text>;
  if (type === 'boolean') return <TruthField values={values} error={error} disabled={disabled} onChange={onChange} />;
  if (isComparison(operator) && values.length <= 1) {
    const field = { type, value: values[0], error, disabled, onChange: (value: Scalar) => onChange([value]) };
    return type === 'instant' ? <InstantField {...field} /> : <OneValueField {...field} />;
  }
  return (
    <TextListField
      label={m.values}
      values={values.map(String)}
      placeholder={values.length === 0 ? m.valuePlaceholders[type] : ''}
      separators={type === 'pattern' ? 'lines' : 'lines-and-commas'}
      error={error}
      disabled={disabled}
      {...(type === 'segment' ? { suggestions: segments } : {})}
      onChange={(texts) =>
        onChange(texts.map((text) => values.find((value) => String(value) === text) ?? readScalar(type, text)))
      }
    />
  );
}

/** Each problem once; of a long list only the first ones. */
function Problems({ problems }: Pick<ValueFieldProps, 'problems'>) {
  const details = [...new Set(problems.map(({ detail }) => detail))];
  const more = details.length - PROBLEMS_SHOWN;
  return (
    <>
      {details.slice(0, PROBLEMS_SHOWN).join(' ')} {more > 0 && m.moreProblems(more)}
    </>
  );
}

interface OneValueFieldProps {
  readonly type: Exclude<ValueType, 'none' | 'boolean'>;
  readonly value: Scalar | undefined;
  readonly error: React.ReactNode;
  readonly disabled: boolean;
  readonly onChange: (value: Scalar) => void;
}

function OneValueField({ type, value, error, disabled, onChange }: OneValueFieldProps) {
  // What is typed on the way to a number, such as `1.`, must not be rewritten.
  const [text, setText] = useState(() => textOf(value));
  if (textOf(value) !== textOf(readScalar(type, text))) setText(textOf(value));
  return (
    <TextInput
      aria-label={m.value}
      inputMode={type === 'number' ? 'decimal' : 'text'}
      placeholder={m.valuePlaceholders[type]}
      autoComplete="off"
      spellCheck={false}
      disabled={disabled}
      error={error}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(readScalar(type, event.currentTarget.value.trim()));
      }}
    />
  );
}

const textOf = (value: Scalar | undefined): string => (value === undefined ? '' : String(value));

/** A time as text, and a picker beside it that writes the text. */
function InstantField(props: OneValueFieldProps) {
  return (
    <div className={classes.instant}>
      <OneValueField {...props} />
      <TextInput
        type="datetime-local"
        aria-label={m.pickTime}
        disabled={props.disabled}
        value={pickedOf(props.value)}
        onChange={(event) => props.onChange(instantOf(event.currentTarget.value))}
      />
    </div>
  );
}

const IN_UTC = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/;

/** What the picker shows: nothing where the time has another offset than UTC. */
function pickedOf(value: Scalar | undefined): string {
  return (typeof value === 'string' && IN_UTC.exec(value)?.[1]) || '';
}

function instantOf(picked: string): string {
  return picked === '' ? '' : `${picked.length === 16 ? `${picked}:00` : picked}Z`;
}

interface TruthFieldProps {
  readonly values: readonly Scalar[];
  readonly error: React.ReactNode;
  readonly disabled: boolean;
  readonly onChange: (values: readonly Scalar[]) => void;
}

function TruthField({ values, error, disabled, onChange }: TruthFieldProps) {
  const value = values.length === 1 ? String(values[0]) : '';
  return (
    <NativeSelect
      aria-label={m.value}
      disabled={disabled}
      error={error}
      value={value}
      data={[
        ...(value === '' ? [{ value: '', label: m.choose }] : []),
        { value: 'true', label: m.yes },
        { value: 'false', label: m.no },
      ]}
      onChange={(event) => onChange([event.currentTarget.value === 'true'])}
    />
  );
}
