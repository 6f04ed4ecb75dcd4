import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EnvironmentChip } from '../../kit/environment-chip.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { nowMessages } from './messages.ts';
import classes from './now.module.css';
import { connectedQuery } from './now-queries.ts';
import { Panel } from './panel.tsx';
import type { DeliveredChange } from './use-changes.ts';

const m = nowMessages.fleet;

export interface FleetPanelProps {
  readonly environments: readonly SessionEnvironment[];
  readonly changes: readonly DeliveredChange[];
}

/** Whether the fleet follows. */
export function FleetPanel({ environments, changes }: FleetPanelProps) {
  const slowest = Math.max(...changes.map(({ delivery }) => delivery?.slowestMs ?? Number.NEGATIVE_INFINITY));
  return (
    <Panel title={m.title}>
      <ul className={classes.list}>
        {environments.map((environment) => (
          <InEnvironment key={environment.key} environment={environment} />
        ))}
      </ul>
      {Number.isFinite(slowest) && (
        <Text size="sm" c="dimmed" mt="sm">
          {m.slowest(slowest)}
        </Text>
      )}
    </Panel>
  );
}

function InEnvironment({ environment }: { readonly environment: SessionEnvironment }) {
  const { api } = useServices();
  const { project } = useSession();
  const live = useQuery(connectedQuery(api, project, environment.key)).data?.items;
  const connected = live?.reduce((sum, { instances }) => sum + instances, 0) ?? 0;
  const onLatest = live?.reduce((sum, one) => sum + one.onLatest, 0) ?? 0;
  return (
    <li className={classes.fleet}>
      <EnvironmentChip environment={environment} />
      {live !== undefined && (
        <Link to="/connections" search={{ env: environment.key }} className={classes.link}>
          {connected === 0 ? m.none : m.connected(connected, onLatest)}
        </Link>
      )}
      {connected > onLatest && (
        <Text span size="sm" c="orange">
          ⚠ {m.behind(connected - onLatest)}
        </Text>
      )}
    </li>
  );
}
