import { Alert, Button, CopyButton, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../lib/problem.ts';
import { kitMessages as m } from './messages.ts';
import { Sentence } from './sentence.tsx';

export interface ErrorNoticeProps {
  /** What could not be done: `The flags could not be loaded`. */
  readonly failed: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What failed, how to mend it, and the id to quote. */
export function ErrorNotice({ failed, error, onRetry }: ErrorNoticeProps) {
  const problem = error instanceof ApiError ? error : null;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={failed} role="alert">
      <Text size="sm">
        <Sentence text={error instanceof Error ? error.message : String(error)} />
      </Text>
      {problem && problem.errors.length > 0 && (
        <List size="sm" mt="xs">
          {problem.errors.map((fault) => (
            <List.Item key={`${fault.pointer} ${fault.detail}`}>
              <Sentence text={fault.detail} />
            </List.Item>
          ))}
        </List>
      )}
      {(onRetry || problem?.requestId) && (
        <Group mt="sm" gap="sm">
          {onRetry && (
            <Button size="xs" variant="outline" color="red" onClick={onRetry}>
              {m.error.retry}
            </Button>
          )}
          {problem?.requestId && <RequestId id={problem.requestId} />}
        </Group>
      )}
    </Alert>
  );
}

function RequestId({ id }: { readonly id: string }) {
  return (
    <Group gap={6}>
      <Text size="xs">
        {m.error.requestId} {id}
      </Text>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" color="red" onClick={copy}>
            {copied ? m.error.copied : m.error.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
