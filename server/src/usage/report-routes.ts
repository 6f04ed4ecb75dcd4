import { z } from 'zod';
import { type Api, problemSchema } from '../http/api.ts';
import type { RateLimit } from '../http/limits.ts';
import { serverKeyOf } from '../stream/server-key.ts';
import { acceptGzippedJson, INFLATED_BYTES } from './gzip-bodies.ts';
import { reportSchema } from './report-schema.ts';
import type { Reports } from './reports.ts';

export interface ReportRouteDeps {
  readonly reports: Reports;
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

function registerReports(api: Api, { reports, limit }: ReportRouteDeps): void {
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
      const { environment } = serverKeyOf(request);
      const isNew = await reports.take(request.body, { environment, isBrowser: false });
      return reply.code(202).send({ repeated: !isNew });
    },
  );
}
