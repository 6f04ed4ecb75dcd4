import type { ChannelView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { StatusMark } from '../../kit/status-mark.tsx';
import classes from './channels.module.css';
import { channelMessages as m } from './messages.ts';

/** Whether it is on, what waits for it, and what went wrong last. */
export function ChannelState({ channel: { isEnabled, waiting, lastError } }: { readonly channel: ChannelView }) {
  return (
    <div className={classes.stack}>
      <StatusMark state={isEnabled ? 'on' : 'off'} label={isEnabled ? m.on : m.off} />
      {waiting > 0 && <Text size="sm">{m.waiting(waiting)}</Text>}
      {lastError !== null && (
        <Text size="sm" c="orange">
          ⚠ {m.lastError(lastError)}
        </Text>
      )}
    </div>
  );
}
