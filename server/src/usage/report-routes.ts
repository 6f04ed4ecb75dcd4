import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import { type Api, problemSchema } from '../http/api.ts';
import type { RateLimit } from '../http/limits.ts';
import type { UsageMetrics } from '../metrics/metrics.ts';
import { serverKeyOf } from '../stream/server-key.ts';
import { acceptGzippedJson, INFLATED_BYTES } from './gzip-bodies.ts';
import type { Intake } from './intake.ts';
import { isAhead, type ServedEnvironment, usageOf } from './reading.ts';
import { reportSchema, type WireReport } from './report-schema.ts';

/** What this process serves. */
export interface ServedEnvironments {
  environment(id: string): ServedEnvironment | null;
  /** Looks at the database now. */
  readPrimary(): Promise<boolean>;
}

export interface ReportRouteDeps {
  readonly intake: Intake;
  readonly environments: ServedEnvironments;
  readonly metrics: UsageMetrics;
  /** Of one key. */
  readonly limit: RateLimit;
}

/** `POST /sdk/v1/events`: what server SDKs have counted. */
export function registerReportRoutes(api: Api, deps: ReportRouteDeps): void {
  void api.register((scope, _options, done) => {
    acceptGzippedJson(scope);
    registerReports(scope as Api, deps);
    done();
  });
}

const UNREACHABLE = {
  code: 'unavailable',
  detail: 'This environment cannot be read now. Keep your counts and send them again later.',
  retryAfter: 5,
} as const;

const HEALTH_KINDS = ['health', 'metrics', 'track'] as const;

function registerReports(api: Api, { intake, environments, metrics, limit }: ReportRouteDeps): void {
  /** A flag that this replica has not heard of yet is not missing. */
  async function servedFor(report: WireReport, id: string): Promise<ServedEnvironment> {
    const served = environments.environment(id);
    if (served !== null && !isAhead(report, served)) return served;
    const read = (await environments.readPrimary()) ? environments.environment(id) : null;
    if (read === null) throw new RefusedError(UNREACHABLE);
    return read;
  }

  api.post(
    '/sdk/v1/events',
    {
      bodyLimit: INFLATED_BYTES,
      config: { policy: { principals: ['server-key'], action: 'stream', object: 'none' }, rawBody: true },
      // Before a byte of the body is read.
      onRequest: async (request) => limit.take(serverKeyOf(request).id),
      schema: {
        tags: ['SDKs'],
        summary: 'Adds up what an SDK has counted; a report that comes again is added once',
        body: reportSchema,
        response: {
          202: z.object({ repeated: z.boolean().describe('Whether it had been added before') }),
          '4xx': problemSchema,
        },
      },
    },
    async (request, reply) => {
      const report = request.body;
      const { environment } = serverKeyOf(request);
      const usage = usageOf(report, environment, await servedFor(report, environment));
      const isNew = await intake.add(usage);
      metrics.reports.inc({ result: isNew ? 'added' : 'repeated' });
      if (isNew) {
        metrics.evaluations.inc(usage.counts.reduce((sum, { n }) => sum + n, 0));
        metrics.missing.inc(usage.missing.reduce((sum, { n }) => sum + n, 0));
        metrics.dropped.inc(report.dropped ?? 0);
        for (const kind of HEALTH_KINDS) metrics.health.inc({ kind }, report[kind]?.length ?? 0);
      }
      return reply.code(202).send({ repeated: !isNew });
    },
  );
}
