import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { type Api, problemSchema } from '../http/api.ts';
import { networkOf, type RateLimit } from '../http/limits.ts';
import type { HookReceiver } from './hook-receiver.ts';

export interface HookRouteDeps {
  readonly receiver: HookReceiver;
  readonly clock: Pick<Clock, 'now'>;
  /** Of one integration from one address: whoever knows its path cannot keep its sender from being heard. */
  readonly limit: RateLimit;
}

export const HOOK_PATH = '/hooks/v1';
const BODY_BYTES = 1_024 * 1_024;

const paramsSchema = z.strictObject({ integration: z.string().min(1).max(64) });

const answerSchema = z.object({
  result: z.enum(['recorded', 'unchanged', 'repeated', 'ignored']),
  reason: z.string().exactOptional().describe('Why it was ignored'),
  deploy: z.string().exactOptional().describe('Id of the deploy'),
});

/** `POST /hooks/v1/{integration}`: what pipelines tell of deploys, each in its own words. */
export function registerHookRoutes(api: Api, deps: HookRouteDeps): void {
  void api.register((scope, _options, done) => {
    acceptBytes(scope as Api);
    registerHook(scope as Api, deps);
    done();
  });
}

/** What was signed is bytes: nothing may read them before they are proven. */
function acceptBytes(api: Api): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser<Buffer>('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );
}

function registerHook(api: Api, { receiver, clock, limit }: HookRouteDeps): void {
  api.post(
    `${HOOK_PATH}/:integration`,
    {
      bodyLimit: BODY_BYTES,
      config: { policy: { principals: ['anonymous'], action: 'public', object: 'none' }, rawBody: true },
      // Before a byte of the body is read.
      onRequest: async ({ params, ip }) =>
        limit.take(`${(params as { readonly integration: string }).integration} ${networkOf(ip)}`),
      schema: {
        tags: ['Deploys'],
        summary: 'Takes a signed message about a deploy; a copy of one that was taken changes nothing',
        params: paramsSchema,
        response: { 200: answerSchema, '4xx': problemSchema },
      },
    },
    async (request) =>
      receiver.receive(request.params.integration, {
        headers: headersOf(request),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        now: clock.now(),
        requestId: request.id,
      }),
  );
}

function headersOf({ headers }: FastifyRequest): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? undefined : value]),
  );
}
