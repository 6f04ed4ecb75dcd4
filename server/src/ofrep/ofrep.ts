import { Counter, Gauge } from 'prom-client';
import type { Directory } from '../auth/directory.ts';
import type { Clock, Random } from '../clock.ts';
import type { Api } from '../http/api.ts';
import type { ErrorDialect } from '../http/dialect.ts';
import type { RateLimit } from '../http/limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { FlagSets } from '../served/flag-sets.ts';
import type { Hub } from '../stream/hub.ts';
import type { StreamLimits } from '../stream/limits.ts';
import { type EventStreams, openEventStreams } from './event-streams.ts';
import { protocolDialect } from './failures.ts';
import { registerOfrepRoutes } from './ofrep-routes.ts';
import { readableUrl } from './paths.ts';
import { createTickets, type Tickets } from './tickets.ts';

/** OpenFeature's remote evaluation, version 0.3 of its protocol. */
export interface Ofrep {
  readonly dialect: ErrorDialect;
  readonly readableUrl: (url: string) => string;
  readonly tickets: Tickets;
  register(api: Api): void;
  /** Ends all event streams; to be called before the HTTP server is closed, which would wait for them. */
  close(): void;
}

export interface OfrepDeps {
  readonly hub: Hub;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly random: Random;
  readonly flagSets: FlagSets;
  readonly secret: string;
  readonly streamLimits: StreamLimits;
  readonly isOverloaded: () => boolean;
  /** Of client keys, which everybody knows, per key and network. */
  readonly limit: RateLimit;
  readonly metrics: Metrics;
}

export function openOfrep(deps: OfrepDeps): Ofrep {
  const { hub, directory, clock, random, flagSets, secret, streamLimits: limits, isOverloaded, limit, metrics } = deps;
  const tickets = createTickets({ secret, directory, clock });
  const streams = openEventStreams({ clock, random, flagSets, limits, isOverloaded });
  const figures = figuresOf(metrics, streams);
  const unsubscribe = [hub.onMoved((moved) => streams.moved(moved)), directory.onRevoked((ids) => streams.revoke(ids))];
  return {
    dialect: protocolDialect(directory),
    readableUrl,
    tickets,
    register: (api) =>
      registerOfrepRoutes(api, { hub, directory, clock, limit, tickets, flagSets, streams, ...figures }),
    close() {
      for (const stop of unsubscribe) stop();
      streams.close();
    },
  };
}

function figuresOf({ registry }: Metrics, streams: EventStreams) {
  const registers = [registry];
  new Gauge({
    registers,
    name: 'glidepath_event_streams',
    help: 'Open event streams of remote evaluation',
    collect() {
      this.set(streams.size);
    },
  });
  return {
    answers: new Counter({
      registers,
      name: 'glidepath_remote_evaluations_total',
      help: 'Answers of remote evaluation: of one flag or all of them, evaluated or not modified',
      labelNames: ['request', 'answer'],
    }),
  };
}
