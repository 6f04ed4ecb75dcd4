import type { RolloutView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { useNow } from '../../lib/use-now.ts';
import { countdownOf } from './countdown.ts';
import { CountdownText } from './countdown-text.tsx';
import { rolloutMessages } from './messages.ts';
import classes from './moving-rollouts.module.css';
import { nowMessages as m } from './now-messages.ts';
import { STATE_MARKS } from './rollout-state.ts';

/** What moves by itself: from where to where, when, and what its gates say. */
export function MovingRollouts({ rollouts }: { readonly rollouts: readonly RolloutView[] }) {
  return (
    <ul className={classes.list}>
      {rollouts.map((rollout) => (
        <Moving key={rollout.id} rollout={rollout} />
      ))}
    </ul>
  );
}

function Moving({ rollout }: { readonly rollout: RolloutView }) {
  const { id, flag, environment, state, percent, next, gates, cause } = rollout;
  const now = useNow();
  const counted = gates.filter(({ gate }) => gate.role !== 'dry-run');
  const passing = counted.filter(({ verdict }) => verdict?.kind === 'pass').length;
  return (
    <li className={classes.line}>
      <span className={classes.head}>
        <StatusMark state={STATE_MARKS[state]} label={rolloutMessages.states[state]} />
        <Link to="/rollouts/$id" params={{ id }} className={classes.link}>
          {flag}
        </Link>
        <EnvironmentName environment={environment} />
        <span className={classes.figure}>
          {next === null ? rolloutMessages.percent(percent) : m.step(percent, next.what)}
        </span>
        {countdownOf(rollout, now).kind !== 'none' && <CountdownText rollout={rollout} />}
        {counted.length > 0 && <span className={classes.figure}>{m.gates(passing, counted.length)}</span>}
      </span>
      {cause !== null && (
        <Text size="sm" c="dimmed">
          <Sentence text={cause.reason} />
        </Text>
      )}
      {counted.map(
        ({ gate, consequence }) =>
          consequence !== null && (
            <Text key={gate.id} size="sm" c="orange">
              ⚠ {gate.id}: <Sentence text={consequence} />
            </Text>
          ),
      )}
    </li>
  );
}
