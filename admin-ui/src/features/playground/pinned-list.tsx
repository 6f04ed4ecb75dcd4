import { ActionIcon, Button, Text, TextInput } from '@mantine/core';
import { IconPin, IconPinnedOff } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { MOST_PINNED, type PinnedUsers } from '../../lib/pinned-users.ts';
import { attributesInWords, contextName, type UserContext } from '../../lib/user-context.ts';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';

const m = playgroundMessages.pinned;
const SHOWN_ATTRIBUTES = 2;

export interface PinnedListProps {
  readonly pinned: PinnedUsers;
  /** Who is asked about now; null while nobody is. */
  readonly context: UserContext | null;
  readonly onUse: (context: UserContext) => void;
}

/** Contexts under names of their own: asked about again with one click, and watched by every review sheet. */
export function PinnedList({ pinned, context, onUse }: PinnedListProps) {
  return (
    <section className={classes.editor} aria-label={m.title}>
      <div>
        <Text fw={650}>{m.title}</Text>
        <Text size="sm" c="dimmed">
          {pinned.users.length === 0 ? m.none : ''} {m.why}
        </Text>
      </div>
      {pinned.users.length > 0 && (
        <ul className={classes.pinned} aria-label={m.title}>
          {pinned.users.map((user) => (
            <li key={user.name}>
              <button
                type="button"
                className={classes.user}
                aria-label={m.use(user.name)}
                onClick={() => onUse(user.context)}
              >
                <span className={classes.name}>{user.name}</span>
                <span className={classes.dimmed}>{attributesInWords(user.context, SHOWN_ATTRIBUTES)}</span>
              </button>
              <ActionIcon aria-label={m.unpin(user.name)} onClick={() => pinned.unpin(user.name)}>
                <IconPinnedOff size={18} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      {context && <PinForm key={contextName(context)} pinned={pinned} context={context} />}
    </section>
  );
}

function PinForm({ pinned, context }: { readonly pinned: PinnedUsers; readonly context: UserContext }) {
  const [name, setName] = useState(contextName(context));
  const isFull = pinned.users.length >= MOST_PINNED && !pinned.users.some((user) => user.name === name.trim());

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() !== '' && !isFull) pinned.pin({ name: name.trim(), context });
  }

  return (
    <form className={classes.pin} onSubmit={submit}>
      <TextInput
        label={m.name}
        autoComplete="off"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={isFull ? m.full(MOST_PINNED) : null}
      />
      <Button type="submit" variant="default" leftSection={<IconPin size={16} aria-hidden />}>
        {m.pin}
      </Button>
    </form>
  );
}
