import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { kitMessages } from './messages.ts';

const m = kitMessages.typedConfirm;

export interface TypedConfirmProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** The verb with its object; also the button's text. */
  readonly action: string;
  /** What happens, in numbers where possible. */
  readonly effect: string;
  /** What must be typed. */
  readonly word: string;
  readonly sending: boolean;
  readonly failure?: ReactNode;
  readonly onConfirm: () => void;
}

/** For what cannot be undone: the name of the thing must be typed. */
export function TypedConfirm(props: TypedConfirmProps) {
  const { opened, onClose, action, effect, word, sending, failure, onConfirm } = props;
  const [typed, setTyped] = useState('');

  function close() {
    setTyped('');
    onClose();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (typed === word && !sending) onConfirm();
  }

  return (
    <Modal opened={opened} onClose={close} title={action}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{effect}</Text>
          <TextInput
            label={m.type(word)}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {failure}
          <Group justify="space-between">
            <Button variant="default" onClick={close}>
              {m.cancel}
            </Button>
            <Button type="submit" color="red" disabled={typed !== word || sending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
