import type { FlagItem } from '@glidepath/core';
import { RefusedError } from '../errors.ts';
import type { UsageMetrics } from '../metrics/metrics.ts';
import { isOfArchived } from '../store/usage.ts';
import type { Intake } from './intake.ts';
import { fromPage } from './page-report.ts';
import { isAhead, type ServedEnvironment, usageOf } from './reading.ts';
import type { WireReport } from './report-schema.ts';

/** What this process serves. */
export interface ServedEnvironments {
  environment(id: string): ServedEnvironment | null;
  /** Looks at the database now. */
  readPrimary(): Promise<boolean>;
}

/** Adds up what SDKs have counted, whichever door it came through. */
export interface Reports {
  /** Resolves to whether the report was new, once it is durable. */
  take(report: WireReport, from: { readonly environment: string; readonly isBrowser: boolean }): Promise<boolean>;
}

export interface ReportsDeps {
  readonly intake: Intake;
  readonly environments: ServedEnvironments;
  readonly metrics: UsageMetrics;
}

const UNREACHABLE = {
  code: 'unavailable',
  detail: 'This environment cannot be read now. Keep your counts and send them again later.',
  retryAfter: 5,
} as const;

const HEALTH_KINDS = ['health', 'metrics', 'track', 'sides', 'comparisons'] as const;

export function createReports({ intake, environments, metrics }: ReportsDeps): Reports {
  /** A flag that this replica has not heard of yet is not missing. */
  async function servedFor(report: WireReport, id: string): Promise<ServedEnvironment> {
    const served = environments.environment(id);
    if (served !== null && !isAhead(report, served)) return served;
    const read = (await environments.readPrimary()) ? environments.environment(id) : null;
    if (read === null) throw new RefusedError(UNREACHABLE);
    return read;
  }

  return {
    async take(sent, { environment, isBrowser }) {
      const served = await servedFor(sent, environment);
      const report = isBrowser ? fromPage(sent) : sent;
      const usage = usageOf(report, environment, isBrowser ? forBrowsers(served) : served);
      const isNew = await intake.add(usage);
      metrics.reports.inc({ result: isNew ? 'added' : 'repeated' });
      if (isNew) {
        metrics.evaluations.inc(usage.counts.reduce((sum, { n }) => sum + n, 0));
        const inVain = usage.missing.filter((entry) => !isOfArchived(entry));
        metrics.missing.inc(inVain.reduce((sum, { n }) => sum + n, 0));
        metrics.dropped.inc(report.dropped ?? 0);
        for (const kind of HEALTH_KINDS) metrics.health.inc({ kind }, report[kind]?.length ?? 0);
      }
      return isNew;
    },
  };
}

/** The environment as browsers see it: other flags are not there. */
function forBrowsers({ version, items }: ServedEnvironment): ServedEnvironment {
  return {
    version,
    items: {
      get(id) {
        const item = items.get(id) as FlagItem | undefined;
        return item?.body.clientSide === true ? item : undefined;
      },
    },
  };
}
