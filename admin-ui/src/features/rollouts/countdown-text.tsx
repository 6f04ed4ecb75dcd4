import type { RolloutView } from '@glidepath/server/api-types';
import { clockWords } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { countdownOf } from './countdown.ts';
import classes from './countdown-text.module.css';
import { rolloutMessages } from './messages.ts';

const m = rolloutMessages.countdown;
const SECOND_MS = 1_000;

export interface CountdownTextProps {
  readonly rollout: RolloutView;
  /** Whether the moment itself stands beside it. */
  readonly withTime?: boolean;
}

/** How long until the next thing happens by itself, by the server's clock. */
export function CountdownText({ rollout, withTime = false }: CountdownTextProps) {
  const countdown = countdownOf(rollout, useNow(SECOND_MS));
  switch (countdown.kind) {
    case 'none':
      return <span className={classes.words}>{m.none}</span>;
    case 'stopped':
      return (
        <span className={classes.words} data-stopped="true">
          <span aria-hidden="true">‖ </span>
          {m.stoodStill(clockWords(countdown.leftMs))}
        </span>
      );
    case 'running':
      if (countdown.leftMs === 0) return <span className={classes.words}>{m.anyMoment}</span>;
      return (
        <span className={classes.words} role="timer" aria-label={m.label}>
          {m.in} {clockWords(countdown.leftMs)}
          {withTime && ` ${m.at(timeOf(countdown.at))}`}
        </span>
      );
  }
}

/** `03:12:40`, in UTC. */
function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
