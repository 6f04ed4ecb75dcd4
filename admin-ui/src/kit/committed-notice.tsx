import { Alert } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type Committed, useProgress } from '../lib/use-propagation.ts';
import { PropagationLine } from './propagation.tsx';

/** What was saved, and who has it by now. */
export function CommittedNotice({ title, committed }: { readonly title: string; readonly committed: Committed }) {
  const { delivery, slow } = useProgress(committed);
  return (
    <Alert color="green" variant="light" icon={<IconCheck aria-hidden />} title={title}>
      <PropagationLine propagation={{ kind: 'committed', at: committed.at, delivery, slow }} />
    </Alert>
  );
}
