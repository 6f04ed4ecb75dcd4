import type { FlagPlanView, FlagWithEnvironments, RolloutView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EnvironmentChip, environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useServices } from '../../lib/services.tsx';
import { criticalFirst, type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { CountdownText } from './countdown-text.tsx';
import classes from './flag-rollouts.module.css';
import { rolloutMessages } from './messages.ts';
import { OwnPlan } from './own-plan.tsx';
import { flagPlansQuery, rolloutsQuery } from './rollout-queries.ts';
import { isOver, STATE_MARKS } from './rollout-state.ts';
import { StageBar } from './stage-bar.tsx';

const m = rolloutMessages.flag;

/** What is being rolled out of a flag in each environment, and the way to start it. */
export function FlagRollouts({ flag }: { readonly flag: FlagWithEnvironments }) {
  const { api } = useServices();
  const { project, environments } = useSession();
  const { data, error, refetch } = useQuery(rolloutsQuery(api, project, { flag: flag.key }));
  const owned = useQuery(flagPlansQuery(api, project, flag.key));
  return (
    <TitledPart title={m.title}>
      {owned.isError && <ErrorNotice failed={m.failedPlans} error={owned.error} onRetry={() => void owned.refetch()} />}
      {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {data && (
        <ul className={classes.list}>
          {criticalFirst(environments).map((environment) => (
            <li key={environment.key} className={classes.line}>
              <EnvironmentChip environment={environment} />
              <InEnvironment
                flag={flag}
                environment={environment}
                // Those that changed last come first; of two there, one is over.
                rollouts={data.items.filter((rollout) => rollout.environment === environment.key)}
                own={owned.data?.items.find((plan) => plan.environment === environment.key)}
              />
            </li>
          ))}
        </ul>
      )}
    </TitledPart>
  );
}

interface InEnvironmentProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly rollouts: readonly RolloutView[];
  readonly own: FlagPlanView | undefined;
}

function InEnvironment({ flag, environment, rollouts, own }: InEnvironmentProps) {
  const live = rollouts.find(({ state }) => !isOver(state));
  const last = live ?? rollouts[0];
  const config = flag.environments.find((one) => one.environment === environment.key);
  return (
    <>
      {last === undefined ? (
        <Text span c="dimmed">
          {m.none}
        </Text>
      ) : (
        <Summary rollout={last} />
      )}
      {live === undefined && flag.archivedAt === null && (
        <Start {...{ flag, environment }} isOn={config?.on ?? false} />
      )}
      {own && config && <OwnPlan own={own} config={config} />}
    </>
  );
}

function Summary({ rollout }: { readonly rollout: RolloutView }) {
  const { id, state, sentence } = rollout;
  return (
    <>
      <StageBar rollout={rollout} />
      <Link to="/rollouts/$id" params={{ id }} className={classes.link}>
        <StatusMark state={STATE_MARKS[state]} label={rolloutMessages.states[state]} />
      </Link>
      {!isOver(state) && <CountdownText rollout={rollout} />}
      <Text span size="sm" className={classes.sentence}>
        <Sentence text={sentence} />
      </Text>
    </>
  );
}

interface StartProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly isOn: boolean;
}

function Start({ flag, environment, isOn }: StartProps) {
  const { may } = useSession();
  if (!may('rollout.run')) return null;
  if (!isOn) {
    return (
      <Text span size="sm" c="dimmed">
        {m.mayNotOff}
      </Text>
    );
  }
  return (
    <LinkButton
      to="/flags/$key/rollout/new"
      params={{ key: flag.key }}
      search={{ env: environment.key }}
      variant="default"
      className={classes.start ?? ''}
    >
      {m.start(environmentWord(environment))}
    </LinkButton>
  );
}
