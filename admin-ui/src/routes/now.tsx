import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { needsOfIncidents } from '../features/incidents/incident-needs.tsx';
import { AllQuiet } from '../features/now/all-quiet.tsx';
import { ChangesPanel } from '../features/now/changes-panel.tsx';
import { EnvironmentLinks } from '../features/now/environment-links.tsx';
import { FleetPanel } from '../features/now/fleet-panel.tsx';
import { needsOfKills } from '../features/now/killed-needs.tsx';
import { LedIncidents } from '../features/now/led-incidents.tsx';
import { nowMessages as m } from '../features/now/messages.ts';
import { NeedsPanel } from '../features/now/needs-panel.tsx';
import classes from '../features/now/now.module.css';
import { killedQuery } from '../features/now/now-queries.ts';
import { Panel } from '../features/now/panel.tsx';
import { lastEvent } from '../features/now/situation.ts';
import { useRecentChanges } from '../features/now/use-changes.ts';
import { MovingRollouts } from '../features/rollouts/moving-rollouts.tsx';
import { movingOf, needsOfRollouts } from '../features/rollouts/rollout-needs.tsx';
import { rolloutsQuery } from '../features/rollouts/rollout-queries.ts';
import { environmentWord } from '../kit/environment-chip.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { Page } from '../kit/page.tsx';
import { incidentsQuery } from '../lib/incidents-query.ts';
import { useServices } from '../lib/services.tsx';
import { criticalFirst, type SessionEnvironment, useEnvironment, useSession } from '../lib/session.tsx';

const route = getRouteApi('/now');

/** What waits for somebody, what moves by itself, and whether the fleet follows: in all environments, or in one. */
export function NowPage() {
  const { env } = route.useSearch();
  const { environments } = useSession();
  const environment = useEnvironment(env);
  const shown = environment === null ? criticalFirst(environments) : [environment];
  return (
    <Page
      wide
      critical={environment?.critical ?? false}
      name={m.name(environment && environmentWord(environment))}
      title={m.title}
      aside={<EnvironmentLinks />}
    >
      <Situation environments={shown} />
    </Page>
  );
}

function Situation({ environments }: { readonly environments: readonly SessionEnvironment[] }) {
  const { api } = useServices();
  const { project } = useSession();
  const keys = environments.map(({ key }) => key);
  const { changes, error: changesError } = useRecentChanges(keys);
  const rollouts = useQuery(rolloutsQuery(api, project));
  const incidents = useQuery(incidentsQuery(api, project));
  const kills = useQuery(killedQuery(api, project));
  const isHere = ({ environment }: { readonly environment: string }) => keys.includes(environment);
  const error = rollouts.error ?? incidents.error ?? kills.error ?? changesError;
  if (!rollouts.data || !incidents.data || !kills.data) {
    return error ? <ErrorNotice failed={m.failed} error={error} /> : <Skeleton height={320} aria-label={m.loading} />;
  }

  const rolloutsHere = rollouts.data.items.filter(isHere);
  const incidentsHere = incidents.data.items.filter(isHere);
  const needs = [
    ...needsOfIncidents(incidentsHere),
    ...needsOfRollouts(rolloutsHere),
    ...needsOfKills(kills.data.items).filter(isHere),
  ];
  const moving = movingOf(rolloutsHere);
  const led = incidentsHere.filter(({ resolvedAt, lead }) => resolvedAt === null && lead !== null);
  const isQuiet = needs.length === 0 && moving.length === 0 && led.length === 0;
  return (
    <>
      {error && <ErrorNotice failed={m.stale} error={error} />}
      {isQuiet && (
        <AllQuiet
          since={lastEvent({ changes: changes ?? [], rollouts: rolloutsHere, incidents: incidentsHere })}
          lastIncident={incidentsHere[0]}
        />
      )}
      <div className={classes.panels}>
        {!isQuiet && (
          <>
            <NeedsPanel needs={needs} />
            <Panel title={m.moving.title}>
              <div className={classes.moving}>
                {led.length > 0 && <LedIncidents incidents={led} />}
                {moving.length > 0 && <MovingRollouts rollouts={moving} />}
              </div>
              {led.length === 0 && moving.length === 0 && <Text c="dimmed">{m.moving.none}</Text>}
            </Panel>
          </>
        )}
        <ChangesPanel changes={changes} />
        <FleetPanel environments={environments} changes={changes ?? []} />
      </div>
    </>
  );
}
