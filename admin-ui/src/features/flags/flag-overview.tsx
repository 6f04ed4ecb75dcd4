import { stateOf } from '@glidepath/core/change';
import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { Badge, Code, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { EnvironmentCard, EnvironmentCards } from '../../kit/environment-card.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { Sentences } from '../../kit/sentence.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { configOf, flagOf } from '../../lib/flag-model.ts';
import { useNames } from '../../lib/members-query.ts';
import { criticalFirst, type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import classes from './flag-overview.module.css';
import { flagMessages } from './messages.ts';

const m = flagMessages.flag;

export interface FlagOverviewProps {
  readonly flag: FlagWithEnvironments;
  /** Stands between who gets what and what the flag is. */
  readonly children?: ReactNode;
}

/** Who gets what, in every environment side by side, in plain words. */
export function FlagOverview({ flag, children }: FlagOverviewProps) {
  const { environments } = useSession();
  const ordered = criticalFirst(environments);
  return (
    <>
      <TitledPart title={m.whoGetsWhat}>
        <EnvironmentCards>
          {ordered.map((environment) => {
            const config = flag.environments.find((candidate) => candidate.environment === environment.key);
            return config && <InEnvironment key={environment.key} {...{ flag, environment, config }} />;
          })}
        </EnvironmentCards>
      </TitledPart>
      {children}
      <Variations flag={flag} />
      <Details flag={flag} />
    </>
  );
}

interface InEnvironmentProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly config: FlagConfigView;
}

function InEnvironment({ flag, environment, config }: InEnvironmentProps) {
  const nameOf = useNames();
  const now = useNow();
  const { state, label } = stateOf(flagOf(flag), configOf(config));
  const word = environmentWord(environment);
  const params = { key: flag.key, env: environment.key };
  return (
    <EnvironmentCard
      environment={environment}
      label={m.whoGetsWhatIn(word)}
      head={
        <>
          <StatusMark state={state} label={label} />
          <Text size="sm" c="dimmed">
            {m.revision(config.revision)} · <TimeText at={config.updatedAt} now={now} />
          </Text>
        </>
      }
    >
      {config.killed && (
        <Text size="sm" c="red" fw={600}>
          {m.killedBy(nameOf(config.killed.by), config.killed.reason)}
        </Text>
      )}
      <Sentences lines={config.serves} label={m.whoGetsWhatIn(word)} />
      <Group gap="xs" mt="sm">
        <LinkButton to="/flags/$key/targeting/$env" params={params} variant="default">
          {m.edit(word)}
        </LinkButton>
        {(config.killed !== null || config.on) && (
          <LinkButton
            to="/switches/$key"
            params={{ key: flag.key }}
            search={{ env: environment.key }}
            variant="outline"
            color="red"
          >
            {config.killed ? m.restore(word) : m.kill(word)}
          </LinkButton>
        )}
      </Group>
    </EnvironmentCard>
  );
}

function Variations({ flag }: { readonly flag: FlagWithEnvironments }) {
  const safe = new Set(flag.environments.map((config) => config.offVariation));
  return (
    <TitledPart title={m.variations}>
      <ul className={classes.variations}>
        {flag.variations.map((variation) => (
          <li key={variation.key} className={classes.variation}>
            <Text span fw={600}>
              {variation.name ?? variation.key}
            </Text>
            <Code className={classes.value}>{JSON.stringify(variation.value)}</Code>
            {safe.has(variation.key) && (
              <Badge variant="light" color="green" tt="none">
                {m.safe}
              </Badge>
            )}
          </li>
        ))}
      </ul>
    </TitledPart>
  );
}

function Details({ flag }: { readonly flag: FlagWithEnvironments }) {
  const now = useNow();
  const nameOf = useNames();
  return (
    <TitledPart title={m.details}>
      <dl className={classes.details}>
        <Detail term={m.created}>
          <TimeText at={flag.createdAt} now={now} /> · {nameOf(flag.createdBy)}
        </Detail>
        <Detail term={m.browsers}>{flag.clientSide ? m.browsersYes : m.browsersNo}</Detail>
        <Detail term={m.life}>{flag.lifetimeDays === null ? m.permanent : m.lifeDays(flag.lifetimeDays)}</Detail>
      </dl>
    </TitledPart>
  );
}

function Detail({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className={classes.detail}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
