import type { RolloutView } from '@glidepath/server/api-types';
import { Link } from '@tanstack/react-router';
import { Sentence } from '../../kit/sentence.tsx';
import type { Need } from '../../lib/need.ts';
import { nowMessages } from './now-messages.ts';
import classes from './rollout-list.module.css';
import { groupOf, isOver } from './rollout-state.ts';

const m = nowMessages.verbs;

/** What a rollout wants of a person; null while it goes on by itself, or somebody has stopped it on purpose. */
function verbOf(rollout: RolloutView): string | null {
  if (groupOf(rollout) !== 'decide') return null;
  switch (rollout.state) {
    case 'awaiting-approval':
      return m.approve;
    case 'waiting':
      return m.begin;
    case 'holding':
      return m.check;
    default:
      return m.decide;
  }
}

export function needsOfRollouts(rollouts: readonly RolloutView[]): readonly Need[] {
  return rollouts.flatMap((rollout) => {
    const verb = verbOf(rollout);
    if (verb === null) return [];
    const { id, flag, environment, sentence, updatedAt } = rollout;
    const what = (
      <>
        <Link to="/rollouts/$id" params={{ id }} className={classes.link}>
          {flag}
        </Link>{' '}
        <Sentence text={sentence} />
      </>
    );
    return [{ id, verb, what, since: updatedAt, environment }];
  });
}

/** Those that go on, or stand still because somebody wanted it. */
export function movingOf(rollouts: readonly RolloutView[]): readonly RolloutView[] {
  return rollouts.filter((rollout) => !isOver(rollout.state) && verbOf(rollout) === null);
}
