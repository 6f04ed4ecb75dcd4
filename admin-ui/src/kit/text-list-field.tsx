import { Button, CloseButton, CopyButton, Group, Input, Text, TextInput } from '@mantine/core';
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { listMessages as m } from './list-messages.ts';
import { type Addition, found, type Separators, withTyped } from './text-list.ts';
import classes from './text-list-field.module.css';

const FEW = 12;
const MOST_SHOWN = 100;

export interface TextListFieldProps {
  /** Of the field into which entries are typed. */
  readonly label: string;
  /** Whether the label is seen, not only read out. */
  readonly visibleLabel?: boolean;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  readonly placeholder?: string;
  readonly separators?: Separators;
  readonly suggestions?: readonly string[];
  readonly error?: ReactNode;
  readonly disabled?: boolean;
}

/**
 * A list of texts: typed one by one, or pasted by the thousand. A long one is shown as its count and can be opened,
 * searched and thinned; no more than a hundred entries are ever drawn.
 */
export function TextListField(props: TextListFieldProps) {
  const { label, values, disabled = false, visibleLabel = false } = props;
  const id = useId();
  const [typed, setTyped] = useState('');
  const [addition, setAddition] = useState<Addition | null>(null);

  function add(text: string) {
    const next = withTyped(values, text, props.separators ?? 'lines-and-commas');
    setTyped('');
    if (next.added + next.duplicates === 0) return;
    setAddition(next);
    if (next.added > 0) props.onChange(next.values);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      add(typed);
    }
    const last = values.at(-1);
    if (event.key === 'Backspace' && typed === '' && values.length <= FEW && last !== undefined) {
      props.onChange(values.slice(0, -1));
    }
  }

  function onPaste(event: ClipboardEvent<HTMLInputElement>) {
    const text = event.clipboardData.getData('text');
    const { selectionStart, selectionEnd } = event.currentTarget;
    const isPart = typed !== '' && !(selectionStart === 0 && selectionEnd === typed.length);
    // A single word is put where the cursor is; a list becomes entries at once.
    if (isPart || !/[\r\n,;\t]/.test(text.trim())) return;
    event.preventDefault();
    add(text);
  }

  return (
    <div className={classes.field}>
      {visibleLabel && <Input.Label htmlFor={id}>{label}</Input.Label>}
      <div className={classes.box}>
        {values.length > 0 && values.length <= FEW && (
          <Chips label={label} values={values} disabled={disabled} onChange={props.onChange} />
        )}
        <TextInput
          id={id}
          className={classes.entry}
          variant="unstyled"
          aria-label={visibleLabel ? undefined : label}
          placeholder={props.placeholder}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          list={props.suggestions ? `${id}-suggestions` : undefined}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => add(typed)}
        />
        {props.suggestions && (
          <datalist id={`${id}-suggestions`}>
            {props.suggestions.map((suggestion) => (
              <option key={suggestion} value={suggestion} />
            ))}
          </datalist>
        )}
      </div>
      {values.length > FEW && <LongList label={label} values={values} disabled={disabled} onChange={props.onChange} />}
      {addition && (addition.added > 1 || addition.duplicates > 0) && (
        <Text size="sm" c="dimmed" role="status">
          {m.added(addition.added, addition.duplicates)}
        </Text>
      )}
      {props.error && (
        <Text size="sm" c="red" className={classes.error}>
          {props.error}
        </Text>
      )}
    </div>
  );
}

type ListProps = Pick<TextListFieldProps, 'label' | 'values' | 'onChange'> & { readonly disabled: boolean };

function Chips({
  values,
  shown = values,
  label,
  disabled,
  onChange,
}: ListProps & { readonly shown?: readonly string[] }) {
  return (
    <ul className={classes.chips} aria-label={m.entriesOf(label)}>
      {shown.map((value) => (
        <li key={value} className={classes.chip}>
          <span className={classes.text}>{value}</span>
          <CloseButton
            size={24}
            aria-label={m.remove(value)}
            disabled={disabled}
            onClick={() => onChange(values.filter((other) => other !== value))}
          />
        </li>
      ))}
    </ul>
  );
}

function LongList({ label, values, disabled, onChange }: ListProps) {
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const { count, shown } = found(values, isOpen ? words : '', isOpen ? MOST_SHOWN : 0);
  return (
    <div className={classes.long}>
      <Group gap="xs">
        <Text span size="sm" fw={600}>
          {m.count(values.length)}
        </Text>
        <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? m.hide : m.show}
        </Button>
        <CopyButton value={values.join('\n')}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="subtle" onClick={copy}>
              {copied ? m.copied : m.copy}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-sm" variant="subtle" color="red" disabled={disabled} onClick={() => onChange([])}>
          {m.clear}
        </Button>
      </Group>
      {isOpen && (
        <>
          <TextInput
            size="sm"
            mt={4}
            aria-label={m.searchIn(label)}
            placeholder={m.search}
            autoComplete="off"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed" mt={4} role="status">
            {m.shown(shown.length, count)}
          </Text>
          <Chips label={label} values={values} shown={shown} disabled={disabled} onChange={onChange} />
        </>
      )}
    </div>
  );
}
