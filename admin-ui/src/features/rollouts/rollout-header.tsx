import type { RolloutView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Sentence } from '../../kit/sentence.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useAnnounce } from '../../lib/announce.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useNow } from '../../lib/use-now.ts';
import { countdownOf } from './countdown.ts';
import { CountdownText } from './countdown-text.tsx';
import { rolloutMessages as m } from './messages.ts';
import classes from './rollout-header.module.css';
import { isOver, STATE_MARKS } from './rollout-state.ts';

/** Where the rollout is, why, and what comes next and when. */
export function RolloutHeader({ rollout }: { readonly rollout: RolloutView }) {
  const now = useNow();
  const nameOf = useNames();
  const { state, stage, plan, percent, sentence, startedBy, startedAt, flag } = rollout;
  useAnnouncement(rollout);
  return (
    <section className={classes.header} aria-label={m.states[state]}>
      <p className={classes.state}>
        <StatusMark state={STATE_MARKS[state]} label={m.states[state]} />
        {stage !== null && <span>{m.stageOf(stage + 1, plan.stages.length)}</span>}
        <span className={classes.percent}>{m.percent(percent)}</span>
        {!isOver(state) && <Next rollout={rollout} />}
      </p>
      <Text>
        <Sentence text={sentence} />
      </Text>
      <Standstill rollout={rollout} />
      <Text size="sm" c="dimmed">
        <Link to="/flags/$key" params={{ key: flag }} className={classes.link}>
          {m.inFlag(flag)}
        </Link>
        {' · '}
        <Sentence text={m.releases(plan.variation, plan.control)} />
        {` · ${m.startedBy} ${nameOf(startedBy)} `}
        <TimeText at={startedAt} now={now} />
      </Text>
    </section>
  );
}

function Next({ rollout }: { readonly rollout: RolloutView }) {
  const { next } = rollout;
  const isTimed = countdownOf(rollout, useNow()).kind !== 'none';
  return (
    <span className={classes.next}>
      {next !== null && <span>{m.countdown.next(next.what)}</span>}
      {isTimed && (
        <span className={classes.clock}>
          <CountdownText rollout={rollout} withTime />
        </span>
      )}
      {next?.waitsFor && <span>{m.waitsFor(next.waitsFor)}</span>}
    </span>
  );
}

/** What it means that the clock stands. */
function Standstill({ rollout }: { readonly rollout: RolloutView }) {
  const now = useNow();
  if (rollout.state === 'paused') return <Text fw={600}>{m.countdown.paused(rollout.percent)}</Text>;
  if (countdownOf(rollout, now).kind === 'stopped') return <Text fw={600}>{m.countdown.noData}</Text>;
  return null;
}

/** A rollout that moves while somebody looks is said aloud, also to those who look elsewhere. */
function useAnnouncement({ flag, state, sentence }: RolloutView) {
  const announce = useAnnounce();
  const last = useRef(state);
  useEffect(() => {
    if (last.current === state) return;
    last.current = state;
    announce(m.announce.moved(flag, m.states[state], sentence.replaceAll('`', '')));
  }, [announce, flag, state, sentence]);
}
