import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';

const TYPING_PAUSE_MS = 120;

export interface SearchFieldProps extends Pick<TextInputProps, 'className' | 'maw' | 'size'> {
  readonly label: string;
  readonly placeholder?: string;
  /** What is searched for now. */
  readonly text: string;
  /** Whether `/` anywhere on the page leads here. */
  readonly hasHotkey?: boolean;
  /** Called once typing pauses. */
  readonly onSearch: (text: string) => void;
}

export function SearchField({
  label,
  placeholder = label,
  text,
  hasHotkey = false,
  onSearch,
  ...look
}: SearchFieldProps) {
  const [typed, setTyped] = useState(text);
  const [shown, setShown] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback(onSearch, TYPING_PAUSE_MS);
  useHotkeys(hasHotkey ? [['/', () => input.current?.focus()]] : []);
  if (text !== shown) {
    // Back, or a cleared filter: what is searched for wins over what was typed.
    setShown(text);
    setTyped(text);
  }
  return (
    <TextInput
      {...look}
      ref={input}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={18} aria-hidden />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}
