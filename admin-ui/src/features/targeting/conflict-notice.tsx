import type { FlagConfigView } from '@glidepath/server/api-types';
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { DiffView } from '../../kit/diff-view.tsx';
import { targetingMessages } from './messages.ts';

const m = targetingMessages.conflict;

export interface ConflictNoticeProps {
  readonly base: FlagConfigView;
  readonly live: FlagConfigView;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** Somebody else saved meanwhile: what they changed, and the two ways on. */
export function ConflictNotice({ base, live, onKeep, onDiscard }: ConflictNoticeProps) {
  return (
    <Alert
      color="orange"
      icon={<IconGitMerge aria-hidden />}
      title={m.title(live.revision, base.revision)}
      role="alert"
    >
      <Text size="sm" mb="xs">
        {m.why}
      </Text>
      <DiffView before={base.serves} after={live.serves} label={m.what} />
      <Group mt="sm" gap="sm">
        <Button onClick={onKeep}>{m.keep(live.revision)}</Button>
        <Button variant="default" onClick={onDiscard}>
          {m.discard}
        </Button>
      </Group>
    </Alert>
  );
}
