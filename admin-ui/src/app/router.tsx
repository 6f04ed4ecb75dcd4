import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import * as z from 'zod/mini';
import { readAuditSearch } from '../features/audit/audit-search.ts';
import { readDeploySearch } from '../features/deploys/deploy-search.ts';
import { readFlagSearch } from '../features/flags/flag-search.ts';
import { readHistorySearch } from '../features/history/history-search.ts';
import { readCleanUpSearch } from '../features/lifecycle/cleanup-search.ts';
import { readAllFlagsSearch, readPlaygroundSearch } from '../features/playground/playground-search.ts';
import { parseSearch, searchReader, stringifySearch } from '../lib/search.ts';
import { BrokenPage, MissingPage } from './fallback-pages.tsx';
import { Home } from './home.tsx';
import { Shell } from './shell.tsx';

const inEnvironment = searchReader({ env: z.string() });
const onBoard = searchReader({ env: z.string(), q: z.string() });

const root = createRootRoute({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
  notFoundComponent: MissingPage,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Home,
});

const now = createRoute({
  getParentRoute: () => root,
  path: '/now',
  validateSearch: inEnvironment,
  component: lazyRouteComponent(() => import('../routes/now.tsx'), 'NowPage'),
});

const flags = createRoute({
  getParentRoute: () => root,
  path: '/flags',
  validateSearch: readFlagSearch,
  component: lazyRouteComponent(() => import('../routes/flags.tsx'), 'FlagsPage'),
});

const newFlag = createRoute({
  getParentRoute: () => root,
  path: '/flags/new',
  component: lazyRouteComponent(() => import('../routes/new-flag.tsx'), 'NewFlagPage'),
});

const flag = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key',
  component: lazyRouteComponent(() => import('../routes/flag.tsx'), 'FlagPage'),
});

const targetingChoice = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/targeting',
  component: lazyRouteComponent(() => import('../routes/targeting.tsx'), 'TargetingChoicePage'),
});

const targeting = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/targeting/$env',
  component: lazyRouteComponent(() => import('../routes/targeting.tsx'), 'TargetingPage'),
});

const playground = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/playground',
  validateSearch: readPlaygroundSearch,
  component: lazyRouteComponent(() => import('../routes/playground.tsx'), 'PlaygroundPage'),
});

const allFlags = createRoute({
  getParentRoute: () => root,
  path: '/playground',
  validateSearch: readAllFlagsSearch,
  component: lazyRouteComponent(() => import('../routes/all-flags.tsx'), 'AllFlagsPage'),
});

const dependencies = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/dependencies',
  validateSearch: inEnvironment,
  component: lazyRouteComponent(() => import('../routes/dependencies.tsx'), 'DependenciesPage'),
});

const flagVariations = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/variations',
  component: lazyRouteComponent(() => import('../routes/flag-variations.tsx'), 'FlagVariationsPage'),
});

const flagHistory = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/history',
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('../routes/flag-history.tsx'), 'FlagHistoryPage'),
});

const flagCode = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/code',
  component: lazyRouteComponent(() => import('../routes/flag-code.tsx'), 'FlagCodePage'),
});

const flagLifecycle = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/lifecycle',
  component: lazyRouteComponent(() => import('../routes/flag-lifecycle.tsx'), 'FlagLifecyclePage'),
});

const cleanUp = createRoute({ getParentRoute: () => root, path: '/cleanup' });

const staleFlags = createRoute({
  getParentRoute: () => cleanUp,
  path: '/',
  validateSearch: readCleanUpSearch,
  component: lazyRouteComponent(() => import('../routes/cleanup.tsx'), 'CleanUpPage'),
});

const digest = createRoute({
  getParentRoute: () => cleanUp,
  path: '/digest',
  component: lazyRouteComponent(() => import('../routes/cleanup.tsx'), 'DigestPage'),
});

const segments = createRoute({
  getParentRoute: () => root,
  path: '/segments',
  validateSearch: searchReader({ q: z.string() }),
  component: lazyRouteComponent(() => import('../routes/segments.tsx'), 'SegmentsPage'),
});

const segment = createRoute({
  getParentRoute: () => root,
  path: '/segments/$key',
  component: lazyRouteComponent(() => import('../routes/segment.tsx'), 'SegmentPage'),
});

const segmentDefinition = createRoute({
  getParentRoute: () => root,
  path: '/segments/$key/definition/$env',
  component: lazyRouteComponent(() => import('../routes/segment.tsx'), 'SegmentDefinitionPage'),
});

const segmentHistory = createRoute({
  getParentRoute: () => root,
  path: '/segments/$key/history',
  validateSearch: inEnvironment,
  component: lazyRouteComponent(() => import('../routes/segment.tsx'), 'SegmentHistoryPage'),
});

const switches = createRoute({
  getParentRoute: () => root,
  path: '/switches',
  validateSearch: onBoard,
  component: lazyRouteComponent(() => import('../routes/switches.tsx'), 'SwitchesPage'),
});

const oneSwitch = createRoute({
  getParentRoute: () => root,
  path: '/switches/$key',
  validateSearch: inEnvironment,
  component: lazyRouteComponent(() => import('../routes/switches.tsx'), 'SwitchPage'),
});

const rollouts = createRoute({
  getParentRoute: () => root,
  path: '/rollouts',
  component: lazyRouteComponent(() => import('../routes/rollouts.tsx'), 'RolloutsPage'),
});

const rollout = createRoute({
  getParentRoute: () => root,
  path: '/rollouts/$id',
  component: lazyRouteComponent(() => import('../routes/rollout.tsx'), 'RolloutPage'),
});

const newRollout = createRoute({
  getParentRoute: () => root,
  path: '/flags/$key/rollout/new',
  validateSearch: inEnvironment,
  component: lazyRouteComponent(() => import('../routes/new-rollout.tsx'), 'NewRolloutPage'),
});

const deploys = createRoute({ getParentRoute: () => root, path: '/deploys' });

const deployLog = createRoute({
  getParentRoute: () => deploys,
  path: '/',
  validateSearch: readDeploySearch,
  component: lazyRouteComponent(() => import('../routes/deploys.tsx'), 'DeploysPage'),
});

const webhooks = createRoute({
  getParentRoute: () => deploys,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('../routes/deploys.tsx'), 'WebhooksPage'),
});

const policies = createRoute({
  getParentRoute: () => deploys,
  path: '/policies',
  component: lazyRouteComponent(() => import('../routes/deploys.tsx'), 'PoliciesPage'),
});

const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  component: lazyRouteComponent(() => import('../routes/incidents.tsx'), 'IncidentsPage'),
});

const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('../routes/incident.tsx'), 'IncidentPage'),
});

const connections = createRoute({
  getParentRoute: () => root,
  path: '/connections',
  validateSearch: inEnvironment,
  component: lazyRouteComponent(() => import('../routes/connections.tsx'), 'ConnectionsPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('../routes/audit.tsx'), 'AuditPage'),
});

const command = createRoute({
  getParentRoute: () => root,
  path: '/cli',
  component: lazyRouteComponent(() => import('../routes/command.tsx'), 'CommandPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: inEnvironment,
  beforeLoad: ({ search, location }) => {
    if (location.pathname.endsWith('/settings')) throw redirect({ to: '/settings/keys', search });
  },
});

const keys = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: lazyRouteComponent(() => import('../routes/settings.tsx'), 'KeysPage'),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyRouteComponent(() => import('../routes/settings.tsx'), 'MembersPage'),
});

const tokens = createRoute({
  getParentRoute: () => settings,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../routes/settings.tsx'), 'TokensPage'),
});

const plans = createRoute({
  getParentRoute: () => settings,
  path: '/plans',
  component: lazyRouteComponent(() => import('../routes/plans.tsx'), 'PlansPage'),
});

const channels = createRoute({
  getParentRoute: () => settings,
  path: '/channels',
  component: lazyRouteComponent(() => import('../routes/channels.tsx'), 'ChannelsPage'),
});

const channel = createRoute({
  getParentRoute: () => settings,
  path: '/channels/$id',
  component: lazyRouteComponent(() => import('../routes/channels.tsx'), 'ChannelPage'),
});

const linkSlack = createRoute({
  getParentRoute: () => root,
  path: '/link-slack',
  component: lazyRouteComponent(() => import('../routes/channels.tsx'), 'LinkSlackPage'),
});

const routeTree = root.addChildren([
  home,
  now,
  flags,
  newFlag,
  flag,
  targetingChoice,
  targeting,
  flagVariations,
  playground,
  allFlags,
  dependencies,
  flagHistory,
  flagCode,
  flagLifecycle,
  cleanUp.addChildren([staleFlags, digest]),
  segments,
  segment,
  segmentDefinition,
  segmentHistory,
  switches,
  oneSwitch,
  rollouts,
  rollout,
  newRollout,
  deploys.addChildren([deployLog, webhooks, policies]),
  incidents,
  incident,
  connections,
  audit,
  command,
  linkSlack,
  settings.addChildren([keys, members, tokens, plans, channels, channel]),
]);

/** `basepath`: what stands before every route, see `basePathOf`. */
export function createAppRouter(basepath: string) {
  return createRouter({
    routeTree,
    basepath,
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultErrorComponent: BrokenPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
