import { Button, Modal, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useServices } from '../../lib/services.tsx';
import { accessMessages } from './messages.ts';
import { SignInForm } from './sign-in-form.tsx';

const m = accessMessages.signIn;
/** Above every sheet and dialog: a review may be what needs the session. */
const ON_TOP = 400;

export interface SignInDialogProps {
  readonly onSignedIn: () => Promise<unknown>;
  readonly onLeave: () => void;
}

/** Over the page when a session ended in the middle of something: the refused requests are sent again afterwards. */
export function SignInDialog({ onSignedIn, onLeave }: SignInDialogProps) {
  const { reauthentication } = useServices();
  const isAsked = useSyncExternalStore(reauthentication.subscribe, reauthentication.isAsked);

  async function signedIn() {
    await onSignedIn();
    reauthentication.succeed();
  }

  function leave() {
    reauthentication.giveUp();
    onLeave();
  }

  return (
    <Modal
      zIndex={ON_TOP}
      opened={isAsked}
      onClose={leave}
      title={m.again}
      closeOnClickOutside={false}
      withCloseButton={false}
    >
      <Text size="sm">{m.againWhy}</Text>
      <SignInForm onSignedIn={signedIn} />
      <Button variant="subtle" color="gray" mt="xs" fullWidth onClick={leave}>
        {m.leave}
      </Button>
    </Modal>
  );
}
