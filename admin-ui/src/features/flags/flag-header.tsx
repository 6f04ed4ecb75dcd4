import type { FlagWithEnvironments } from '@glidepath/server/api-types';
import { Badge, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import tabs from '../../kit/tabs.module.css';
import { useNames } from '../../lib/members-query.ts';
import { rememberedEnvironment } from '../../lib/remembered-environment.ts';
import { useSession } from '../../lib/session.tsx';
import classes from './flag-header.module.css';
import { flagMessages as m } from './messages.ts';

/** Name, purpose, owner and tags: the same above every part of a flag. */
export function FlagLead({ flag }: { readonly flag: FlagWithEnvironments }) {
  const nameOf = useNames();
  return (
    <Group gap="xs">
      <Text span>{flag.name === flag.key ? flag.description : flag.name}</Text>
      <Badge variant="light" color="gray" tt="none">
        {m.purposes[flag.purpose]}
      </Badge>
      {flag.owner !== null && <Text span>{nameOf(flag.owner)}</Text>}
      {flag.tags.map((tag) => (
        <Link key={tag} to="/flags" search={{ tag }} className={classes.tag}>
          #{tag}
        </Link>
      ))}
    </Group>
  );
}

/** Parts that belong to no environment. */
const OF_ALL = [
  { to: '/flags/$key/code', label: m.flag.code },
  { to: '/flags/$key/lifecycle', label: m.flag.lifecycle },
] as const;

/** Parts that name their environment in the query of their address. */
const IN_ENVIRONMENT = [
  { to: '/flags/$key/playground', label: m.flag.playground },
  { to: '/flags/$key/dependencies', label: m.flag.dependencies },
  { to: '/flags/$key/history', label: m.flag.history },
] as const;

/** The parts of a flag, as links: each has an address of its own. */
export function FlagTabs({ flag }: { readonly flag: string }) {
  const { environments } = useSession();
  const env = rememberedEnvironment() ?? environments.find((environment) => !environment.critical)?.key;
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone not all of them fit.
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, []);
  return (
    <nav ref={nav} className={tabs.tabs} aria-label={m.flag.sections}>
      <Link to="/flags/$key" params={{ key: flag }} activeOptions={{ exact: true }} className={tabs.tab}>
        {m.flag.overview}
      </Link>
      {env === undefined ? null : (
        <Link to="/flags/$key/targeting/$env" params={{ key: flag, env }} className={tabs.tab}>
          {m.flag.targeting}
        </Link>
      )}
      <Link to="/flags/$key/variations" params={{ key: flag }} className={tabs.tab}>
        {m.flag.variations}
      </Link>
      {IN_ENVIRONMENT.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ key: flag }}
          search={env === undefined ? {} : { env }}
          activeOptions={{ includeSearch: false }}
          className={tabs.tab}
        >
          {label}
        </Link>
      ))}
      {OF_ALL.map(({ to, label }) => (
        <Link key={to} to={to} params={{ key: flag }} className={tabs.tab}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
