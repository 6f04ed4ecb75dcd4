import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Directory } from '../auth/directory.ts';
import type { ClientKey } from '../auth/principal.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { type Api, problemSchema } from '../http/api.ts';
import { strictJsonParser } from '../http/bodies.ts';
import { networkOf, type RateLimit } from '../http/limits.ts';
import type { RoutePolicy } from '../http/route.ts';
import { answerPreflight, checkOrigin } from '../served/origins.ts';
import { reportSchema } from '../usage/report-schema.ts';
import type { Reports } from '../usage/reports.ts';
import { basisFields, whoFields } from './browser-frames.ts';
import type { Browsers } from './browsers.ts';
import { type Identified, type Identity, type IdentityDeps, identify } from './identity.ts';
import type { BrowserMetrics } from './metrics.ts';
import { textOfValues } from './values.ts';

export interface ClientRouteDeps extends IdentityDeps {
  readonly browsers: Browsers;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly evaluations: RateLimit;
  readonly metrics: BrowserMetrics;
  readonly counts: { readonly reports: Reports; readonly limit: RateLimit };
}

const PATHS = { stream: '/client/v1/stream', evaluate: '/client/v1/evaluate', counts: '/client/v1/b' } as const;
/** Who asks is in the first frame: browsers can send no header with a socket, and read no answer that refuses one. */
const ANYBODY: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };
const WITH_KEY: RoutePolicy = { principals: ['client-key'], action: 'stream', object: 'none', credential: 'body' };

const BODY_BYTES = 64 * 1_024;
const JSON_TYPE = 'application/json; charset=utf-8';
const tags = ['SDKs'];

const idSchema = z.string().describe('The client key: public');
const evaluateSchema = z.object({ id: idSchema, ...whoFields, ...basisFields });
const answerSchema = z.object({
  epoch: z.string(),
  v: z.int(),
  full: z.boolean().describe('Whether this replaces all that the browser holds'),
  put: z.array(
    z.object({
      key: z.string(),
      value: z.unknown(),
      variation: z.string(),
      rev: z.int(),
      seat: z
        .object({ arm: z.enum(['t', 'c']), stage: z.int(), shard: z.int() })
        .exactOptional()
        .describe('Where a rollout that is measured has the visitor'),
      reason: z
        .looseObject({ kind: z.string(), openFeature: z.string() })
        .exactOptional()
        .describe('Where the environment tells browsers why they get a value'),
    }),
  ),
  del: z.array(z.string()),
  count: z.int().describe('How many flags there are afterwards'),
  overrides: z.boolean().describe('Whether the page’s tools may act: not where the environment is critical'),
});

/** `/client/*`: what pages ask with a client key. */
export function registerClientRoutes(api: Api, deps: ClientRouteDeps): void {
  const { browsers, directory } = deps;
  api.route({
    method: 'GET',
    url: PATHS.stream,
    exposeHeadRoute: false,
    config: { policy: ANYBODY },
    schema: { hide: true },
    preValidation: async (request) => {
      if (!request.ws) throw new RefusedError(NO_UPGRADE);
      const admitted = browsers.admit();
      if (admitted.kind === 'admitted') return;
      throw new RefusedError({ ...FULL, retryAfter: admitted.retryAfterSeconds });
    },
    handler: () => {
      throw new RefusedError(NO_UPGRADE);
    },
    wsHandler: (socket, { headers, ip }) => browsers.accept(socket, { origin: headers.origin, network: networkOf(ip) }),
  });

  for (const path of [PATHS.evaluate, PATHS.counts]) {
    api.options(path, { config: { policy: ANYBODY }, schema: { hide: true } }, (request, reply) =>
      answerPreflight(request, reply, directory),
    );
  }

  void api.register((scope, _options, done) => {
    acceptText(scope as Api);
    registerEvaluation(scope as Api, deps);
    registerCounts(scope as Api, deps.counts);
    done();
  });
}

/** For text and beacons browsers ask no leave beforehand; whoever can sends JSON under its own name. */
function acceptText(api: Api): void {
  const parse = strictJsonParser(api);
  api.removeAllContentTypeParsers();
  api.addContentTypeParser<string>(
    ['text/plain', 'application/json'],
    { parseAs: 'string', bodyLimit: BODY_BYTES },
    parse,
  );
}

function registerEvaluation(api: Api, deps: ClientRouteDeps): void {
  api.post(
    PATHS.evaluate,
    {
      bodyLimit: BODY_BYTES,
      config: { policy: WITH_KEY, rawBody: true },
      preValidation: forPages(deps.evaluations),
      schema: {
        tags,
        summary: 'The values of client-side flags for one context, for browsers without a stream',
        body: evaluateSchema,
        response: { 200: answerSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const text = await answerOf(request.body, clientKeyOf(request), deps);
      return reply.type(JSON_TYPE).send(text as unknown as z.infer<typeof answerSchema>);
    },
  );
}

/** The values, or those that differ since the basis; from memory unless the basis is newer. */
async function answerOf(asked: z.infer<typeof evaluateSchema>, key: ClientKey, deps: ClientRouteDeps): Promise<string> {
  const { browsers, directory, clock, metrics } = deps;
  const rules = directory.environment(key.environment);
  const secureMode = rules?.secureMode ?? 'required';
  const place = { environment: key.environment, secureMode, now: clock.now() };
  const { context } = somebody(identify(asked, place, deps));
  const audience = await browsers.audience(key, asked.basis);
  const { basis } = asked;
  const { at } = audience;
  metrics.evaluations.inc({ cause: 'poll' });
  const all = audience.all(context);
  const missing = basis && audience.missingAfter({ epoch: basis.epoch, version: basis.v }, context, all);
  const overrides = rules?.critical === false;
  return textOfValues({ epoch: at.epoch, v: at.version, full: missing === null, overrides }, missing ?? all);
}

function somebody(identified: Identified): Identity {
  switch (identified.kind) {
    case 'somebody':
      return identified.identity;
    case 'unreadable':
      throw new RefusedError({ code: 'bad-request', detail: `The context cannot be read: ${identified.detail}.` });
    case 'forbidden':
      throw new RefusedError({ code: 'forbidden', detail: identified.detail });
  }
}

function registerCounts(api: Api, { reports, limit }: ClientRouteDeps['counts']): void {
  api.post(
    PATHS.counts,
    {
      bodyLimit: BODY_BYTES,
      config: { policy: WITH_KEY, rawBody: true },
      preValidation: forPages(limit),
      schema: {
        tags,
        summary: 'Adds up what a page has counted; a report that comes again is added once',
        body: reportSchema.extend({ id: idSchema }).meta({ id: 'BrowserReport' }),
        response: { 202: z.object({ repeated: z.boolean() }), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const { environment } = clientKeyOf(request);
      const isNew = await reports.take(request.body, { environment, isBrowser: true });
      return reply.code(202).send({ repeated: !isNew });
    },
  );
}

/** Once it is known who asks: from where, and how often. A page may read whatever is answered after that. */
function forPages(limit: RateLimit) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const key = clientKeyOf(request);
    checkOrigin(request, reply, key);
    limit.take(`${key.id} ${networkOf(request.ip)}`);
  };
}

function clientKeyOf({ principal }: FastifyRequest): ClientKey {
  if (principal.kind === 'client-key') return principal;
  throw new Error(`a ${principal.kind} principal reached a route of client keys`);
}

const NO_UPGRADE = {
  code: 'unsupported-protocol',
  detail: 'This is a WebSocket: connect with an upgrade request.',
} as const;

const FULL = {
  code: 'unavailable',
  detail: 'This server takes no more streams at this moment. Wait as long as Retry-After says.',
} as const;
