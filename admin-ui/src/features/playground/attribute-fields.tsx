import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { ATTRIBUTE_TYPES, type AttributeRow, type AttributeType, retyped } from './attribute-rows.ts';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';

const m = playgroundMessages.attributes;
const TYPES = ATTRIBUTE_TYPES.map((value) => ({ value, label: m.types[value] }));

export interface AttributeFieldsProps {
  readonly rows: readonly AttributeRow[];
  /** Places of the rows whose text means nothing. */
  readonly unreadable: readonly number[];
  /** Names to choose from. */
  readonly asked: readonly string[];
  readonly onChange: (rows: readonly AttributeRow[]) => void;
}

/** One line per attribute: its name, the type of its value, and the value. */
export function AttributeFields({ rows, unreadable, asked, onChange }: AttributeFieldsProps) {
  const change = (index: number, row: AttributeRow) => onChange(rows.with(index, row));
  const missing = asked.filter((name) => !rows.some((row) => row.name === name));
  const add = (name: string) => onChange([...rows, { name, type: 'text', text: '' }]);
  return (
    <div className={classes.attributes}>
      {rows.map((row, index) => (
        <div key={index} className={classes.attribute}>
          <TextInput
            aria-label={m.name(index + 1)}
            placeholder={m.namePlaceholder}
            autoComplete="off"
            spellCheck={false}
            value={row.name}
            onChange={(event) => change(index, { ...row, name: event.currentTarget.value })}
          />
          <NativeSelect
            aria-label={m.type(row.name)}
            data={TYPES}
            value={row.type}
            onChange={(event) => change(index, retyped(row, event.currentTarget.value as AttributeType))}
          />
          <ValueField
            row={row}
            error={unreadable.includes(index) ? m.unreadable[row.type] : null}
            onChange={(text) => change(index, { ...row, text })}
          />
          <ActionIcon aria-label={m.remove(row.name)} onClick={() => onChange(rows.toSpliced(index, 1))}>
            <IconX size={18} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <div className={classes.buttons}>
        {missing.map((name) => (
          <Button
            key={name}
            size="xs"
            variant="light"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => add(name)}
          >
            {name}
          </Button>
        ))}
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => add('')}>
          {m.add}
        </Button>
      </div>
    </div>
  );
}

interface ValueFieldProps {
  readonly row: AttributeRow;
  readonly error: string | null;
  readonly onChange: (text: string) => void;
}

function ValueField({ row, error, onChange }: ValueFieldProps) {
  const label = m.value(row.name);
  if (row.type === 'boolean') {
    return (
      <NativeSelect
        aria-label={label}
        data={['true', 'false']}
        value={row.text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      aria-label={label}
      inputMode={row.type === 'number' ? 'decimal' : 'text'}
      autoComplete="off"
      spellCheck={false}
      placeholder={m.placeholders[row.type]}
      value={row.text}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
