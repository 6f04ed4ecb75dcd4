import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconDots,
  IconFlag,
  IconHistory,
  IconPlugConnected,
  IconPower,
  IconRadar2,
  IconRecycle,
  IconRocket,
  IconSettings,
  IconTruckDelivery,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { incidentsQuery } from '../lib/incidents-query.ts';
import { lifecycleCountsQuery } from '../lib/lifecycle-query.ts';
import { rememberedEnvironment } from '../lib/remembered-environment.ts';
import { useServices } from '../lib/services.tsx';
import { useSession } from '../lib/session.tsx';
import { shellMessages } from './messages.ts';
import classes from './shell.module.css';

const m = shellMessages.nav;

/** `isNear`: stands in the bar of a phone, which has no room for all. */
const PAGES = [
  { to: '/now', label: m.now, Icon: IconRadar2, isNear: true },
  { to: '/switches', label: m.switches, Icon: IconPower, isNear: true },
  { to: '/flags', label: m.flags, Icon: IconFlag, isNear: true },
  { to: '/segments', label: m.segments, Icon: IconUsersGroup, isNear: false },
  { to: '/rollouts', label: m.rollouts, Icon: IconRocket, isNear: true },
  { to: '/deploys', label: m.deploys, Icon: IconTruckDelivery, isNear: false },
  { to: '/incidents', label: m.incidents, Icon: IconAlertTriangle, isNear: false },
  { to: '/connections', label: m.connections, Icon: IconPlugConnected, isNear: false },
  { to: '/cleanup', label: m.cleanUp, Icon: IconRecycle, isNear: false },
  { to: '/audit', label: m.audit, Icon: IconHistory, isNear: false },
  { to: '/settings', label: m.settings, Icon: IconSettings, isNear: false },
] as const;

/** Beside the page; on a phone a bar below it. */
export function Navigation() {
  const { api } = useServices();
  const { project } = useSession();
  const open = useQuery(incidentsQuery(api, project, { open: true })).data?.total ?? 0;
  const ready = useQuery(lifecycleCountsQuery(api, project)).data?.ready ?? 0;
  return (
    <nav className={classes.nav} aria-label={m.label}>
      {PAGES.map(({ to, label, Icon, isNear }) => (
        <Link
          key={to}
          to={to}
          search={searchOf(to)}
          className={classes.link}
          data-far={!isNear}
          activeOptions={{ includeSearch: false }}
        >
          <Icon size={20} stroke={1.75} aria-hidden />
          <span>{label}</span>
          {to === '/incidents' && open > 0 && <Badge count={open} of={m.open} isAlarm />}
          {to === '/cleanup' && ready > 0 && <Badge count={ready} of={m.ready} />}
        </Link>
      ))}
      <More />
    </nav>
  );
}

interface BadgeProps {
  readonly count: number;
  /** What is counted. */
  readonly of: string;
  readonly isAlarm?: boolean;
}

function Badge({ count, of, isAlarm = false }: BadgeProps) {
  return (
    <span className={classes.badge} data-alarm={isAlarm}>
      {count} <span className="gp-visually-hidden">{of}</span>
    </span>
  );
}

/** What a phone's bar has no room for. */
function More() {
  const navigate = useNavigate();
  return (
    <Menu position="top-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={`${classes.link} ${classes.moreLink}`}>
          <IconDots size={20} stroke={1.75} aria-hidden />
          <span>{m.more}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {PAGES.filter(({ isNear }) => !isNear).map(({ to, label, Icon }) => (
          <Menu.Item
            key={to}
            leftSection={<Icon size={18} aria-hidden />}
            onClick={() => void navigate({ to, search: searchOf(to) })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Pages of one environment open on the one that this tab showed last. */
function searchOf(to: (typeof PAGES)[number]['to']): { env?: string } {
  const env = rememberedEnvironment();
  const hasEnvironment = to === '/switches' || to === '/connections' || to === '/settings';
  return hasEnvironment && env !== undefined ? { env } : {};
}
