import type { FlagConfigView, FlagPlanView, ReleasePlanView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Sentence } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useNow } from '../../lib/use-now.ts';
import classes from './flag-rollouts.module.css';
import { courseWords, gatesWords, placeWords } from './plan-words.ts';
import { startMessages } from './start-messages.ts';

const m = startMessages.own;

export interface OwnPlanProps {
  readonly own: FlagPlanView;
  readonly config: FlagConfigView;
}

/** How releases of the flag go in an environment unless whoever starts one chooses another course. */
export function OwnPlan({ own: { environment, plan, problem, updatedAt }, config }: OwnPlanProps) {
  const now = useNow();
  return (
    <div className={classes.own}>
      <Text size="sm">
        {plan === null ? <>{m.unusable} </> : <>{m.lead} </>}
        <Sentence
          text={plan === null ? (problem ?? '') : m.releases({ ...plan, place: placeWords(config, plan.at) })}
        />
      </Text>
      {plan !== null && <Details plan={plan} />}
      <Text size="sm" c="dimmed">
        {m.kept} {m.changed} <TimeText at={updatedAt} now={now} />.{' '}
        <Link to="/audit" search={{ flag: config.flag, environment }} className={classes.link}>
          {m.audit}
        </Link>
      </Text>
    </div>
  );
}

function Details({ plan }: { readonly plan: ReleasePlanView }) {
  const { stages, gates, onFailure, requires } = plan;
  return (
    <ul className={classes.facts}>
      <li>{m.stages(courseWords(stages))}</li>
      <li>
        <Sentence text={gates.length === 0 ? m.noGates : m.gates(gatesWords(gates), onFailure)} />
      </li>
      {requires.length > 0 && (
        <li>
          <Sentence text={m.requires(requires)} />
        </li>
      )}
    </ul>
  );
}
