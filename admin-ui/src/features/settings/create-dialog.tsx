import { Button, Group, Modal, Stack } from '@mantine/core';
import type { FormEventHandler, ReactNode } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { settingsMessages as m } from './messages.ts';

export interface CreateDialogProps {
  readonly opened: boolean;
  /** What is created, as a verb: the title and the button. */
  readonly title: string;
  /** What is said above the error when the server refuses. */
  readonly failed: string;
  readonly creation: { readonly isPending: boolean; readonly error: Error | null };
  readonly onSubmit: FormEventHandler<HTMLFormElement>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The frame of every form that makes something here; its fields are the children. */
export function CreateDialog({ opened, title, failed, creation, onSubmit, onClose, children }: CreateDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          {children}
          {creation.error && <ErrorNotice failed={failed} error={creation.error} />}
          <Group justify="space-between">
            <Button variant="default" onClick={onClose}>
              {m.cancel}
            </Button>
            <Button type="submit" disabled={creation.isPending}>
              {creation.isPending ? m.sending : title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
