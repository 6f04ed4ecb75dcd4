import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** All figures of this process, for Prometheus. */
export interface Metrics {
  /** Features register their own figures here. */
  readonly registry: Registry;
  readonly stream: StreamMetrics;
  readonly usage: UsageMetrics;
  readonly gates: GateMetrics;
  /** Requests that a rate limit refused. */
  readonly rateLimited: Counter<'limit'>;
  readonly contentType: string;
  /** The body of `/metrics`. */
  text(): Promise<string>;
}

/** What the stream tells about itself. Environments are labelled `project/environment`. */
export interface StreamMetrics {
  readonly connections: Gauge<'environment' | 'kind'>;
  readonly handshakes: Counter<'result'>;
  readonly transfers: Counter<'environment' | 'intent' | 'reason'>;
  readonly delivery: Histogram<'environment'>;
  readonly broadcast: Histogram;
  readonly nacks: Counter<'environment' | 'code'>;
  readonly breakers: Counter<'environment'>;
  readonly ended: Counter<'reason'>;
  readonly polls: Counter<'answer'>;
  readonly eventLoopDelay: Gauge<'quantile'>;
}

/** What SDKs report of their evaluations. */
export interface UsageMetrics {
  readonly reports: Counter<'result'>;
  readonly evaluations: Counter;
  readonly missing: Counter;
  readonly dropped: Counter;
  /** Series of `health`, `metrics` and `track`. */
  readonly health: Counter<'kind'>;
}

/** What the gates of rollouts say. */
export interface GateMetrics {
  readonly verdicts: Counter<'kind' | 'verdict'>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Opens the figures of one process. `withProcess` adds memory, CPU, handles and garbage collection: those observers
 * belong to the whole process and cannot be stopped, so only the real process asks for them.
 */
export function openMetrics({ withProcess }: { readonly withProcess: boolean }): Metrics {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  return {
    registry,
    stream: streamMetrics(registry),
    usage: usageMetrics(registry),
    gates: gateMetrics(registry),
    rateLimited: new Counter({
      registers: [registry],
      name: 'glidepath_rate_limited_total',
      help: 'Requests refused by a rate limit',
      labelNames: ['limit'],
    }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function streamMetrics(registry: Registry): StreamMetrics {
  const registers = [registry];
  return {
    connections: new Gauge({
      registers,
      name: 'glidepath_connections',
      help: 'Open streams',
      labelNames: ['environment', 'kind'],
    }),
    handshakes: new Counter({
      registers,
      name: 'glidepath_handshakes_total',
      help: 'Handshakes of streams by result: admitted, or why they were refused',
      labelNames: ['result'],
    }),
    transfers: new Counter({
      registers,
      name: 'glidepath_transfers_total',
      help: 'Answers to a basis: none, delta or full, and why',
      labelNames: ['environment', 'intent', 'reason'],
    }),
    delivery: new Histogram({
      registers,
      name: 'glidepath_delivery_seconds',
      help: 'Commit of a change until an SDK acknowledged that it applied it; an upper bound',
      labelNames: ['environment'],
      buckets: SECONDS,
    }),
    broadcast: new Histogram({
      registers,
      name: 'glidepath_broadcast_seconds',
      help: 'Handing one change to all streams of its environment',
      buckets: [0.001, ...SECONDS],
    }),
    nacks: new Counter({
      registers,
      name: 'glidepath_nacks_total',
      help: 'Changes that an SDK could not apply',
      labelNames: ['environment', 'code'],
    }),
    breakers: new Counter({
      registers,
      name: 'glidepath_breakers_opened_total',
      help: 'How often an SDK stopped serving a variation, because calls that it guards kept failing',
      labelNames: ['environment'],
    }),
    ended: new Counter({
      registers,
      name: 'glidepath_connections_ended_total',
      help: 'Streams that ended, by reason',
      labelNames: ['reason'],
    }),
    polls: new Counter({
      registers,
      name: 'glidepath_polls_total',
      help: 'Payload requests by answer',
      labelNames: ['answer'],
    }),
    eventLoopDelay: new Gauge({
      registers,
      name: 'glidepath_event_loop_delay_seconds',
      help: 'How late the event loop was in the last window',
      labelNames: ['quantile'],
    }),
  };
}

function usageMetrics(registry: Registry): UsageMetrics {
  const registers = [registry];
  return {
    reports: new Counter({
      registers,
      name: 'glidepath_usage_reports_total',
      help: 'Reports of counts by result: added, or repeated and left aside',
      labelNames: ['result'],
    }),
    evaluations: new Counter({
      registers,
      name: 'glidepath_evaluations_total',
      help: 'Evaluations that SDKs have reported',
    }),
    missing: new Counter({
      registers,
      name: 'glidepath_evaluations_missing_total',
      help: 'Reported evaluations that gave no value but the fallback of the caller',
    }),
    dropped: new Counter({
      registers,
      name: 'glidepath_evaluations_dropped_total',
      help: 'Evaluations that SDKs could not keep count of',
    }),
    health: new Counter({
      registers,
      name: 'glidepath_health_series_total',
      help: 'Reported series of how flags are doing: operations, numbers and events of applications',
      labelNames: ['kind'],
    }),
  };
}

function gateMetrics(registry: Registry): GateMetrics {
  return {
    verdicts: new Counter({
      registers: [registry],
      name: 'glidepath_gate_verdicts_total',
      help: 'What gates of rollouts said when they were asked: pass, fail, inconclusive, no-data or provider-error',
      labelNames: ['kind', 'verdict'],
    }),
  };
}
