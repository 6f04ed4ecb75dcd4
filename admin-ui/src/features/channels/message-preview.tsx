import type { ChannelEvent, ChannelView } from '@glidepath/server/api-types';
import { Code, NativeSelect, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { SlackMessage } from '../../kit/slack-message.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { messagePreviewQuery } from './channel-queries.ts';
import classes from './channels.module.css';
import { EVENTS } from './event-picker.tsx';
import { channelMessages } from './messages.ts';

const m = channelMessages.preview;

export interface MessagePreviewProps {
  readonly kind: ChannelView['kind'];
  readonly event: ChannelEvent;
  readonly environment: string | undefined;
  readonly onEvent: (event: ChannelEvent) => void;
}

/** The message that an event makes in this kind of channel, as the server would send it. */
export function MessagePreview({ kind, event, environment, onEvent }: MessagePreviewProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error } = useQuery(messagePreviewQuery(api, project, { kind, event, environment }));
  return (
    <section aria-label={m.title} className={classes.preview}>
      <NativeSelect
        label={m.of}
        value={event}
        data={EVENTS.map((value) => ({ value, label: channelMessages.events[value] }))}
        onChange={(change) => onEvent(change.currentTarget.value as ChannelEvent)}
      />
      <Text size="sm" c="dimmed">
        {m.looksLike}
      </Text>
      {error && <ErrorNotice failed={m.failed} error={error} />}
      {!data && !error && <Skeleton height={120} />}
      {data && kind === 'slack' && isSlack(data.payload) && <SlackMessage blocks={data.payload.blocks} />}
      {data && !(kind === 'slack' && isSlack(data.payload)) && (
        <Code block className={classes.payload}>
          {JSON.stringify(data.payload, null, 2)}
        </Code>
      )}
    </section>
  );
}

/** The preview before this one stays until the next is there: it may be one of another kind. */
function isSlack(payload: unknown): payload is { readonly blocks: readonly unknown[] } {
  return typeof payload === 'object' && payload !== null && 'blocks' in payload;
}
