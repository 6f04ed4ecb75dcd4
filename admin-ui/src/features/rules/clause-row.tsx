import { ActionIcon, Checkbox, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useId } from 'react';
import { ruleMessages as m } from './messages.ts';
import { operatorMenu, type ValueType } from './operator-choices.ts';
import { type ClauseDraft, type RuleProblem, withOperator } from './rule-draft.ts';
import type { RuleSuggestions } from './rule-list.tsx';
import classes from './rules.module.css';
import { ValueField } from './value-field.tsx';

export interface ClauseRowProps {
  readonly clause: ClauseDraft;
  /** From 0. */
  readonly index: number;
  /** Pointers lead into the clause: `/values/3`. */
  readonly problems: readonly RuleProblem[];
  readonly suggestions: RuleSuggestions;
  readonly disabled: boolean;
  readonly onChange: (clause: ClauseDraft) => void;
  readonly onRemove: () => void;
}

/** One condition of a rule: whose attribute, how it is compared, and with what. */
export function ClauseRow({ clause, index, problems, suggestions, disabled, onChange, onRemove }: ClauseRowProps) {
  const id = useId();
  const at = (part: string) => problems.filter(({ pointer }) => pointer.startsWith(part));
  const detailOf = (part: string) => at(part)[0]?.detail;
  const others = problems.filter(({ pointer }) => !/^\/(kind|attribute|operator|values)/.test(pointer));
  return (
    <fieldset className={classes.clause} data-segment={clause.type === 'segment'} aria-label={m.clause(index + 1)}>
      <span className={classes.joint} aria-hidden="true">
        {index === 0 ? '' : m.and}
      </span>
      <TextInput
        className={classes.kind}
        aria-label={m.kind}
        autoComplete="off"
        spellCheck={false}
        list={`${id}-kinds`}
        disabled={disabled}
        error={detailOf('/kind')}
        value={clause.kind}
        onChange={(event) => onChange({ ...clause, kind: event.currentTarget.value.trim() })}
      />
      <Suggestions id={`${id}-kinds`} values={suggestions.kinds} />
      {clause.type !== 'segment' && (
        <TextInput
          className={classes.attribute}
          aria-label={m.attribute}
          placeholder={m.attributePlaceholder}
          autoComplete="off"
          spellCheck={false}
          list={`${id}-attributes`}
          disabled={disabled}
          error={detailOf('/attribute')}
          value={clause.attribute}
          onChange={(event) => onChange({ ...clause, attribute: event.currentTarget.value })}
        />
      )}
      <Suggestions id={`${id}-attributes`} values={suggestions.attributes} />
      <Checkbox
        className={classes.negate}
        label={m.negate}
        disabled={disabled}
        checked={clause.negate}
        onChange={(event) => onChange({ ...clause, negate: event.currentTarget.checked })}
      />
      <NativeSelect
        className={classes.operator}
        aria-label={m.operator}
        disabled={disabled}
        error={detailOf('/operator')}
        value={idOf(clause)}
        data={menuOf(clause)}
        onChange={(event) => onChange(withOperator(clause, choiceOf(event.currentTarget.value)))}
      />
      <div className={classes.values}>
        <ValueField
          key={clause.type}
          clause={clause}
          problems={at('/values')}
          segments={suggestions.segments}
          disabled={disabled}
          onChange={(values) => onChange({ ...clause, values })}
        />
      </div>
      <ActionIcon
        className={classes.removeClause}
        aria-label={m.removeClause(index + 1)}
        disabled={disabled}
        onClick={onRemove}
      >
        <IconX size={18} aria-hidden />
      </ActionIcon>
      {others.map(({ detail }) => (
        <Text key={detail} size="sm" c="red" className={classes.wholeRow}>
          {detail}
        </Text>
      ))}
    </fieldset>
  );
}

function Suggestions({ id, values }: { readonly id: string; readonly values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

const idOf = ({ operator, type }: Pick<ClauseDraft, 'operator' | 'type'>): string => `${operator} ${type}`;

function choiceOf(id: string) {
  const [operator = '', type = 'text'] = id.split(' ');
  return { operator, type: type as ValueType };
}

function menuOf(clause: ClauseDraft) {
  const groups = operatorMenu(clause.negate).map(({ group, choices }) => ({
    group: m.groups[group],
    items: choices.map((choice) => ({ value: idOf(choice), label: choice.label })),
  }));
  const isKnown = groups.some(({ items }) => items.some(({ value }) => value === idOf(clause)));
  // Of a newer server: shown as it is, until somebody chooses another.
  return isKnown ? groups : [{ value: idOf(clause), label: clause.operator }, ...groups];
}
