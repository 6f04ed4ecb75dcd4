import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { RolloutForecastView } from '../http/release-types.ts';
import type { Logger } from '../log.ts';
import type { GateMetrics } from '../metrics/metrics.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { signatureHeaders } from '../outbound/signature.ts';
import type { ReleasePlan } from '../rollouts/plan.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Reads, Store, StoredDocument } from '../store/store.ts';
import { forecastOf } from './forecast.ts';
import { trialOf } from './gate-trial.ts';
import type { Sources } from './gate-world.ts';
import { type Judge, openJudge } from './judge-loop.ts';
import type { CoverageOf } from './judge-world.ts';

export interface GatesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GateMetrics;
  readonly coverageOf: CoverageOf;
  readonly outbound: Outbound;
  /** Of the team's own Prometheus, without a path; null = none. */
  readonly prometheusUrl: string | null;
  readonly prometheusToken: string | null;
  /** Of Standard Webhooks; null = gates ask no webhooks. */
  readonly webhookSecret: string | null;
  onHarm(): void;
}

/** A plan that is about to start, and where. */
interface Planned {
  readonly project: StoredDocument<ProjectBody>;
  readonly environment: StoredDocument<EnvironmentBody>;
  readonly flag: string;
  readonly plan: ReleasePlan;
}

/** What watches rollouts. */
export interface Gates extends Judge {
  /** What a plan would meet; refuses one with a gate that could never say anything. Not for transactions. */
  forecast(reads: Reads, planned: Planned, now: number): Promise<RolloutForecastView>;
  /** Refuses such a plan; answers what says nothing now. */
  tryGates(planned: Planned): Promise<readonly string[]>;
}

export function openGates(deps: GatesDeps): Gates {
  const sources = sourcesOf(deps);
  const judge = openJudge({ ...deps, sources });

  async function tryGates({ project, environment, flag, plan }: Planned): Promise<readonly string[]> {
    const asked = { project: project.key, environment: environment.key, environmentId: environment.id, flag, plan };
    const { problems, warnings } = await trialOf({ reads: deps.store, sources }, asked, deps.clock.now());
    if (problems.length === 0) return warnings;
    const errors = problems.map(({ pointer, detail }) => ({ pointer: `/plan${pointer}`, detail }));
    throw new RefusedError({ code: 'validation', detail: problems[0]?.detail ?? '', errors });
  }

  return {
    ...judge,
    tryGates,
    async forecast(reads, planned, now) {
      const { environment, flag, plan } = planned;
      const warnings = await tryGates(planned);
      const told = await forecastOf(reads, { environment: environment.id, flag, plan }, now);
      return { ...told, warnings: [...warnings, ...told.warnings] };
    },
  };
}

function sourcesOf({ outbound, prometheusUrl, prometheusToken, webhookSecret }: GatesDeps): Sources {
  return {
    outbound,
    prometheus: prometheusUrl === null ? null : { url: prometheusUrl, token: prometheusToken },
    sign: webhookSecret === null ? null : (message) => signatureHeaders({ ...message, secret: webhookSecret }),
  };
}
