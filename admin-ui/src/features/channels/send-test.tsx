import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ApiError } from '../../lib/problem.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { channelPath } from './channel-queries.ts';
import classes from './channels.module.css';
import { channelMessages } from './messages.ts';

const m = channelMessages.sending;

interface TestOutcome {
  readonly delivered: boolean;
  readonly detail: string;
}

export interface SendTestProps {
  readonly id: string;
  readonly name: string;
  readonly size: 'xs' | 'sm';
  readonly disabled: boolean;
}

/** Sends a message now, and says what came of it. */
export function SendTest({ id, name, size, disabled }: SendTestProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const test = useMutation({
    mutationFn: () => api.post<TestOutcome>(`${channelPath(project, id)}/test`, { idempotencyKey: newId() }),
  });
  return (
    <div className={classes.stack}>
      <div>
        <Button
          size={size}
          variant="default"
          disabled={disabled || test.isPending}
          aria-label={m.actionOf(name)}
          onClick={() => test.mutate()}
        >
          {test.isPending ? m.busy : m.action}
        </Button>
      </div>
      <output className={classes.outcome}>
        {test.data && <Outcome outcome={test.data} />}
        {test.error && (
          <Text size="sm" c="red">
            ✕ {m.failed}: {test.error instanceof ApiError ? test.error.message : String(test.error)}
          </Text>
        )}
      </output>
    </div>
  );
}

function Outcome({ outcome: { delivered, detail } }: { readonly outcome: TestOutcome }) {
  return (
    <Text size="sm" c={delivered ? 'green' : 'red'}>
      {delivered ? `✓ ${m.delivered(detail)}` : `✕ ${m.notDelivered(detail)}`}
    </Text>
  );
}
