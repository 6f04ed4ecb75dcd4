import { Tooltip } from '@mantine/core';
import { absoluteTime, relativeTime } from '../lib/time.ts';
import classes from './time-text.module.css';

export interface TimeTextProps {
  /** RFC 3339. */
  readonly at: string;
  readonly now: number;
}

/** A moment, relative to now; the absolute one is shown on hover and focus, and stands in the markup. */
export function TimeText({ at, now }: TimeTextProps) {
  const moment = Date.parse(at);
  return (
    <Tooltip label={absoluteTime(moment)} events={{ hover: true, focus: true, touch: true }}>
      <time className={classes.time} dateTime={at}>
        {relativeTime(moment, now)}
      </time>
    </Tooltip>
  );
}
