import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { EnvironmentCard } from '../../kit/environment-card.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useServices } from '../../lib/services.tsx';
import { criticalFirst, type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { liveVersionsQuery } from './deploy-queries.ts';
import classes from './deploys.module.css';
import { type LiveService, servicesOf } from './live-services.ts';
import { deployMessages } from './messages.ts';

const m = deployMessages.live;

/** What is connected now, in one environment or in each. */
export function LiveVersions({ environment }: { readonly environment: string | undefined }) {
  const { environments } = useSession();
  const shown = criticalFirst(environments).filter(({ key }) => environment === undefined || key === environment);
  return (
    <TitledPart title={m.title}>
      <div className={classes.live}>
        {shown.map((one) => (
          <InEnvironment key={one.key} environment={one} />
        ))}
      </div>
    </TitledPart>
  );
}

function InEnvironment({ environment }: { readonly environment: SessionEnvironment }) {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(liveVersionsQuery(api, project, environment.key));
  const services = servicesOf(data?.items ?? []);
  return (
    <EnvironmentCard environment={environment} label={environmentWord(environment)} head={null}>
      {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={40} />}
      {data && services.length === 0 && (
        <Text size="sm" c="dimmed">
          {m.none}
        </Text>
      )}
      {services.map((service) => (
        <Service key={service.service} live={service} />
      ))}
    </EnvironmentCard>
  );
}

function Service({ live: { service, instances, behind, versions } }: { readonly live: LiveService }) {
  return (
    <div className={classes.service}>
      <Text fw={600}>{service || m.unnamedService}</Text>
      <ul className={classes.bars}>
        {versions.map(({ version, instances: count }) => (
          <li key={version} className={classes.barLine}>
            <span className={classes.barText}>{m.bar(version || m.unnamed, count, instances)}</span>
            <span className={classes.bar} aria-hidden="true">
              <span className={classes.fill} style={{ width: `${(count / instances) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
      {behind > 0 && (
        <Text size="sm" c="orange">
          ⚠ {m.behind(behind)}
        </Text>
      )}
    </div>
  );
}
