import { Button, Checkbox, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { kitMessages } from './messages.ts';
import classes from './secret-dialog.module.css';

const m = kitMessages.secret;

export interface SecretDialogProps {
  readonly title: string;
  /** Null while there is nothing to show. */
  readonly secret: string | null;
  readonly onClose: () => void;
}

/** Shows a secret once. It can be left only by saying that it was stored. */
export function SecretDialog({ title, secret, onClose }: SecretDialogProps) {
  const [isStored, setStored] = useState(false);

  function close() {
    setStored(false);
    onClose();
  }

  return (
    <Modal
      opened={secret !== null}
      onClose={close}
      title={title}
      size="lg"
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
    >
      <Stack>
        <Text>{m.once}</Text>
        <Code block className={classes.secret}>
          {secret}
        </Code>
        <Group justify="space-between">
          <CopyButton value={secret ?? ''}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? m.copied : m.copy}
              </Button>
            )}
          </CopyButton>
          <Checkbox label={m.stored} checked={isStored} onChange={(event) => setStored(event.currentTarget.checked)} />
          <Button disabled={!isStored} onClick={close}>
            {m.close}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
