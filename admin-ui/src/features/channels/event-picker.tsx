import type { ChannelEvent } from '@glidepath/server/api-types';
import { Checkbox, Stack } from '@mantine/core';
import { channelMessages } from './messages.ts';

export const EVENTS = Object.keys(channelMessages.events) as readonly ChannelEvent[];

export interface EventPickerProps {
  readonly events: readonly ChannelEvent[];
  readonly error: string | null;
  /** `last` is the one that was chosen or taken away. */
  readonly onChange: (events: readonly ChannelEvent[], last: ChannelEvent) => void;
}

/** What a channel is told of. */
export function EventPicker({ events, error, onChange }: EventPickerProps) {
  return (
    <Checkbox.Group label={channelMessages.form.events} value={[...events]} error={error}>
      <Stack gap={6} mt={6}>
        {EVENTS.map((event) => (
          <Checkbox
            key={event}
            value={event}
            label={channelMessages.events[event]}
            onChange={({ currentTarget: { checked } }) =>
              onChange(
                EVENTS.filter((other) => (other === event ? checked : events.includes(other))),
                event,
              )
            }
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
