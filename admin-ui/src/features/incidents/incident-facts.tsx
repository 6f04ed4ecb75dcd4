import type { IncidentView } from '@glidepath/server/api-types';
import { Button, Group, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { membersQuery } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { absoluteTime, durationWords } from '../../lib/time.ts';
import classes from './incident.module.css';
import { incidentMessages } from './messages.ts';
import { useIncidentStep } from './use-incident-step.ts';

const m = incidentMessages.facts;

export interface IncidentPartProps {
  readonly incident: IncidentView;
  readonly disabled: boolean;
}

/** What is known about it. */
export function IncidentFacts({ incident, disabled }: IncidentPartProps) {
  const { environment, flags, rollout, services, deploys, startedAt, detectedAt, resolvedAt, openedBy } = incident;
  const started = Date.parse(startedAt);
  const detected = Date.parse(detectedAt);
  const facts: readonly (readonly [name: string, fact: ReactNode])[] = [
    [m.environment, <EnvironmentName key={m.environment} environment={environment} />],
    [m.flags, flags.length === 0 ? m.everything : <Flags keys={flags} />],
    ...(rollout === null ? [] : [[m.rollout, <RolloutLink key={m.rollout} id={rollout} />] as const]),
    ...(services.length === 0 ? [] : [[m.services, services.join(', ')] as const]),
    ...(deploys.length === 0 ? [] : [[m.deploys, deploys.join(', ')] as const]),
    [m.started, absoluteTime(started)],
    [m.detected, moment(detected, detected > started ? m.after(durationWords(detected - started)) : null)],
    ...(resolvedAt === null ? [] : [[m.resolved, resolvedWords(Date.parse(resolvedAt), started)] as const]),
    [m.opened, openedBy],
  ];
  return (
    <TitledPart title={m.label}>
      <dl className={classes.facts}>
        <dt>{m.lead}</dt>
        <dd>
          <Lead incident={incident} disabled={disabled} />
        </dd>
        {facts.map(([name, fact]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </Fragment>
        ))}
      </dl>
    </TitledPart>
  );
}

function resolvedWords(resolved: number, started: number): string {
  return moment(resolved, m.lasted(durationWords(resolved - started)));
}

function moment(at: number, aside: string | null): string {
  return aside === null ? absoluteTime(at) : `${absoluteTime(at)} · ${aside}`;
}

/** Who leads; whoever may edit can take it over. */
function Lead({ incident: { id, lead, revision, resolvedAt }, disabled }: IncidentPartProps) {
  const { api } = useServices();
  const { member } = useSession().session;
  const members = useQuery(membersQuery(api)).data?.items ?? [];
  const step = useIncidentStep(id);
  const give = (next: string | null) => step.mutate({ kind: 'edit', revision, edit: { lead: next } });
  // Also while the members are not loaded, and for one that is blocked.
  const known = members.some((one) => one.id === lead) || lead === null ? [] : [{ value: lead, label: lead }];
  const people = members
    .filter((one) => one.disabledAt === null || one.id === lead)
    .map(({ id: value, name: label }) => ({ value, label }));
  return (
    <>
      <Group gap="xs">
        <NativeSelect
          aria-label={m.lead}
          value={lead ?? ''}
          disabled={disabled || step.isPending}
          data={[{ value: '', label: m.nobody }, ...known, ...people]}
          onChange={(event) => give(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        />
        {lead === null && resolvedAt === null && (
          <Button variant="default" disabled={disabled || step.isPending} onClick={() => give(member.id)}>
            {m.take}
          </Button>
        )}
      </Group>
      {step.isError && <ErrorNotice failed={m.failed} error={step.error} />}
    </>
  );
}

function Flags({ keys }: { readonly keys: readonly string[] }) {
  return keys.map((key, index) => (
    <Fragment key={key}>
      {index > 0 && ', '}
      <Link to="/flags/$key" params={{ key }} className={classes.link}>
        {key}
      </Link>
    </Fragment>
  ));
}

function RolloutLink({ id }: { readonly id: string }) {
  return (
    <Link to="/rollouts/$id" params={{ id }} className={classes.link}>
      {m.rolloutLink}
    </Link>
  );
}
