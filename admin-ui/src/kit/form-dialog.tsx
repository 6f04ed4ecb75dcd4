import { Button, Group, Stack } from '@mantine/core';
import type { FormEventHandler, ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { kitMessages } from './messages.ts';

const m = kitMessages.form;

export interface FormDialogProps {
  readonly opened: boolean;
  /** What is done, as a verb: the title and the button. */
  readonly title: string;
  /** The button's text where the title says no more than what it is about. */
  readonly action?: string;
  readonly size?: string;
  /** Whether there is all that it takes. */
  readonly isReady?: boolean;
  /** What is said above the error when the server refuses. */
  readonly failed: string;
  readonly creation: { readonly isPending: boolean; readonly error: Error | null };
  readonly onSubmit: FormEventHandler<HTMLFormElement>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The frame of a form that makes or edits something; its fields are the children. */
export function FormDialog({
  opened,
  title,
  action = title,
  size = 'md',
  isReady = true,
  failed,
  creation,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size={size}>
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          {children}
          {creation.error && <ErrorNotice failed={failed} error={creation.error} />}
          <Group justify="space-between">
            <Button variant="default" onClick={onClose}>
              {m.cancel}
            </Button>
            <Button type="submit" disabled={creation.isPending || !isReady}>
              {creation.isPending ? m.sending : action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
