import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconDots,
  IconFlag,
  IconHistory,
  IconPlugConnected,
  IconPower,
  IconRocket,
  IconSettings,
  IconUsersGroup,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { rememberedEnvironment } from '../lib/remembered-environment.ts';
import { shellMessages } from './messages.ts';
import classes from './shell.module.css';

const m = shellMessages.nav;

/** `isNear`: stands in the bar of a phone, which has no room for all. */
const PAGES = [
  { to: '/switches', label: m.switches, Icon: IconPower, isNear: true },
  { to: '/flags', label: m.flags, Icon: IconFlag, isNear: true },
  { to: '/segments', label: m.segments, Icon: IconUsersGroup, isNear: false },
  { to: '/rollouts', label: m.rollouts, Icon: IconRocket, isNear: true },
  { to: '/connections', label: m.connections, Icon: IconPlugConnected, isNear: false },
  { to: '/audit', label: m.audit, Icon: IconHistory, isNear: false },
  { to: '/settings', label: m.settings, Icon: IconSettings, isNear: false },
] as const;

/** Beside the page; on a phone a bar below it. */
export function Navigation() {
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
        </Link>
      ))}
      <More />
    </nav>
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
