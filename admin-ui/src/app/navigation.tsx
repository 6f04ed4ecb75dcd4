import {
  IconFlag,
  IconHistory,
  IconPlugConnected,
  IconPower,
  IconRocket,
  IconSettings,
  IconUsersGroup,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { rememberedEnvironment } from '../lib/remembered-environment.ts';
import { shellMessages } from './messages.ts';
import classes from './shell.module.css';

const m = shellMessages.nav;

const PAGES = [
  { to: '/switches', label: m.switches, Icon: IconPower },
  { to: '/flags', label: m.flags, Icon: IconFlag },
  { to: '/segments', label: m.segments, Icon: IconUsersGroup },
  { to: '/rollouts', label: m.rollouts, Icon: IconRocket },
  { to: '/connections', label: m.connections, Icon: IconPlugConnected },
  { to: '/audit', label: m.audit, Icon: IconHistory },
  { to: '/settings', label: m.settings, Icon: IconSettings },
] as const;

/** Beside the page; on a phone a bar below it. */
export function Navigation() {
  return (
    <nav className={classes.nav} aria-label={m.label}>
      {PAGES.map(({ to, label, Icon }) => (
        <Link key={to} to={to} search={searchOf(to)} className={classes.link} activeOptions={{ includeSearch: false }}>
          <Icon size={20} stroke={1.75} aria-hidden />
          <span>{label}</span>
        </Link>
      ))}
    </nav>
  );
}

/** Pages of one environment open on the one that this tab showed last. */
function searchOf(to: (typeof PAGES)[number]['to']): { env?: string } {
  const env = rememberedEnvironment();
  const hasEnvironment = to === '/switches' || to === '/connections' || to === '/settings';
  return hasEnvironment && env !== undefined ? { env } : {};
}
