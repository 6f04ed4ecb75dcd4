import type { Directory } from '../auth/directory.ts';
import type { Vault } from '../auth/vault.ts';
import type { Clock, Random } from '../clock.ts';
import type { Api } from '../http/api.ts';
import type { ErrorDialect } from '../http/dialect.ts';
import type { RateLimit } from '../http/limits.ts';
import { internalProblem, PROBLEM_TYPE, problemOf } from '../http/problems.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { FlagSets } from '../served/flag-sets.ts';
import { letPageReadRefusal } from '../served/origins.ts';
import { createProbe } from '../served/probe.ts';
import type { Hub } from '../stream/hub.ts';
import type { StreamLimits } from '../stream/limits.ts';
import type { Reports } from '../usage/reports.ts';
import { openBrowsers } from './browsers.ts';
import { registerClientRoutes } from './client-routes.ts';
import { browserLimits } from './limits.ts';
import { browserMetrics } from './metrics.ts';
import { createVouching } from './vouching.ts';

/** What browsers are served: values of client-side flags for one context, and never a rule. */
export interface Clients {
  readonly dialect: ErrorDialect;
  register(api: Api, counts: { readonly reports: Reports; readonly limit: RateLimit }): void;
  drain(): Promise<void>;
  close(): void;
}

export interface ClientsDeps {
  readonly hub: Hub;
  readonly flagSets: FlagSets;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: Vault;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly replica: string;
  /** Of client keys, which everybody knows, per key and network. */
  readonly evaluations: RateLimit;
  readonly streamLimits: StreamLimits;
  readonly isOverloaded: () => boolean;
}

export function openClients(deps: ClientsDeps): Clients {
  const { directory, vault, streamLimits } = deps;
  const vouching = createVouching({ directory, vault });
  const metrics = browserMetrics(deps.metrics);
  const shared = { ...deps, vouching, isReadable: createProbe(), metrics };
  const browsers = openBrowsers({ ...shared, limits: browserLimits(streamLimits) });
  return {
    dialect: problemsForPages(directory),
    register: (api, counts) => registerClientRoutes(api, { ...shared, browsers, counts }),
    drain: () => browsers.drain(),
    close: () => browsers.close(),
  };
}

/** Problem documents that a page may read. */
function problemsForPages(directory: Pick<Directory, 'allowsOrigin'>): ErrorDialect {
  return {
    prefix: '/client',
    tell(refusal, request, reply) {
      letPageReadRefusal(request, reply, directory);
      const body = refusal === null ? internalProblem(request.id) : problemOf(refusal, request.id);
      return { status: body.status, type: PROBLEM_TYPE, body };
    },
  };
}
