import { Alert, Button, Group, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { DiffView } from './diff-view.tsx';
import { kitMessages } from './messages.ts';

const m = kitMessages.conflict;

export interface ConflictNoticeProps {
  /** The revision that was edited. */
  readonly base: number;
  /** The one that somebody else saved. */
  readonly live: number;
  /** What becomes of the edits. */
  readonly why: string;
  /** What they changed, in words. */
  readonly words?: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** Somebody else saved meanwhile: what they changed, and the two ways on. */
export function ConflictNotice({ base, live, why, words, onKeep, onDiscard }: ConflictNoticeProps) {
  return (
    <Alert color="orange" icon={<IconGitMerge aria-hidden />} title={m.title(live, base)} role="alert">
      <Text size="sm" mb="xs">
        {why}
      </Text>
      {words && <DiffView {...words} label={m.what} />}
      <Group mt="sm" gap="sm">
        <Button onClick={onKeep}>{m.keep(live)}</Button>
        <Button variant="default" onClick={onDiscard}>
          {m.discard}
        </Button>
      </Group>
    </Alert>
  );
}
