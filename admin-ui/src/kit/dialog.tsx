import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

/** A dialog from which the focus goes back to what opened it, also where the dialog is there only while it is open. */
export function Dialog(props: ModalProps) {
  useFocusReturn(props.opened);
  return <Modal {...props} />;
}

/** Mantine sees to dialogs that open after they were made; of those that are made open it does not know the opener. */
function useFocusReturn(opened: boolean): void {
  const [opener] = useState(() => (opened ? document.activeElement : null));
  useEffect(
    () => () => {
      const isNobodys = document.activeElement === null || document.activeElement === document.body;
      if (isNobodys && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    },
    [opener],
  );
}
