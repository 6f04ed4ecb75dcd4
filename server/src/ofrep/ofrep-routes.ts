import type { OutgoingHttpHeaders } from 'node:http';
import type { ContextInput } from '@glidepath/core';
import { contextFromOpenFeature } from '@glidepath/core/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Counter } from 'prom-client';
import { z } from 'zod';
import type { Directory } from '../auth/directory.ts';
import type { SdkKey } from '../auth/principal.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { networkOf, type RateLimit } from '../http/limits.ts';
import type { RoutePolicy } from '../http/route.ts';
import { anonymousPart } from '../served/anonymous.ts';
import { narrowed } from '../served/context-kinds.ts';
import { currentSet, type FlagSet, type FlagSets } from '../served/flag-sets.ts';
import { answerPreflight, checkOrigin } from '../served/origins.ts';
import { createProbe } from '../served/probe.ts';
import type { Hub } from '../stream/hub.ts';
import { sdkKeyOf } from '../stream/server-key.ts';
import { etagOf, isMatch } from './etag.ts';
import { sinkOf } from './event-sink.ts';
import { audienceOf, type EventStreams, stateOf } from './event-streams.ts';
import { type Failure, JSON_TYPE, notFound } from './failures.ts';
import { answersOf, type Fragment, textOf } from './fragments.ts';
import { FLAGS_PATH, STREAM_PATH } from './paths.ts';
import type { Tickets } from './tickets.ts';

export interface OfrepRouteDeps {
  readonly hub: Hub;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly limit: RateLimit;
  readonly tickets: Tickets;
  readonly flagSets: FlagSets;
  readonly streams: EventStreams;
  readonly answers: Counter<'request' | 'answer'>;
}

const KEYS = { principals: ['server-key', 'client-key'], action: 'stream', object: 'none' } as const;
const EVALUATE: RoutePolicy = { ...KEYS, credential: 'api-key-header' };
const LISTEN: RoutePolicy = { ...KEYS, credential: 'ticket' };
const PREFLIGHT: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };

/** A hidden page gives its stream up after so long. */
const INACTIVITY_SECONDS = 120;

const bodySchema = z
  .looseObject({ context: z.unknown() })
  .partial()
  .nullish()
  .transform((body) => body?.context);
/** Clients add what they like; what the protocol names is information only. */
const querySchema = z.looseObject({});
const streamQuerySchema = z.looseObject({ ticket: z.string(), since: z.string().exactOptional() });
const BOOKMARK = /^[0-9a-f]{16}\.\d{1,16}$/;

/** The routes of OpenFeature's remote evaluation protocol. */
export function registerOfrepRoutes(api: Api, deps: OfrepRouteDeps): void {
  const { directory, clock, tickets, streams, answers } = deps;
  const schema = { hide: true, querystring: querySchema, body: bodySchema };
  const isReadable = createProbe();

  /** After the policy: who has no valid key learns nothing of limits. */
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const key = sdkKeyOf(request);
    checkOrigin(request, reply, key);
    if (key.kind === 'client-key') deps.limit.take(`${key.id} ${networkOf(request.ip)}`);
  };

  const preflight = (request: FastifyRequest, reply: FastifyReply) => answerPreflight(request, reply, directory);
  for (const path of [FLAGS_PATH, `${FLAGS_PATH}/*`]) {
    api.options(
      path,
      { config: { policy: PREFLIGHT, anyPath: true }, schema: { hide: true, querystring: querySchema } },
      preflight,
    );
  }

  api.post(
    `${FLAGS_PATH}/*`,
    { config: { policy: EVALUATE, anyPath: true }, schema, onRequest },
    async (request, reply) => {
      const { '*': flagKey } = request.params as { readonly '*': string };
      const key = sdkKeyOf(request);
      const set = await currentSet(deps, key);
      const audience = audienceOf(key);
      const flag = set.flag(flagKey, audience);
      if (flag === null) return send(reply, 404, notFound(flagKey));
      const resolution = set.evaluate(flagKey, believedOf(key, request.body, directory));
      const fragment = answersOf(flag).fragmentOf(resolution, audience);
      answers.inc({ request: 'one', answer: fragment.status === 200 ? 'evaluated' : 'failed' });
      return reply.code(fragment.status).type(JSON_TYPE).send(textOf(fragment, set.snapshot.version));
    },
  );

  api.post(FLAGS_PATH, { config: { policy: EVALUATE }, schema, onRequest }, async (request, reply) => {
    const key = sdkKeyOf(request);
    const set = await currentSet(deps, key);
    const context = believedOf(key, request.body, directory);
    const fault = isReadable(context);
    if (fault !== null) return send(reply, 400, { errorCode: 'INVALID_CONTEXT', errorDetails: fault });
    const asked = narrowed(context, set.kinds);
    const audience = audienceOf(key);
    const fragments = set
      .flags(audience)
      .map((flag) => answersOf(flag).fragmentOf(set.evaluate(flag.key, asked), audience));
    const etag = etagOf(fragments, clock.now());
    reply.header('etag', etag);
    const isKnown = isMatch(request.headers['if-none-match'], etag);
    answers.inc({ request: 'all', answer: isKnown ? 'not-modified' : 'evaluated' });
    if (isKnown) return reply.code(304).send();
    return reply.type(JSON_TYPE).send(bulkText(fragments, set, tickets.issue(key)));
  });

  api.route({
    method: 'GET',
    url: STREAM_PATH,
    // It would open a stream that nobody can read.
    exposeHeadRoute: false,
    config: { policy: LISTEN },
    schema: { hide: true, querystring: streamQuerySchema },
    onRequest: async (request, reply) => checkOrigin(request, reply, sdkKeyOf(request)),
    handler: async (request, reply) => {
      const key = sdkKeyOf(request);
      streams.admit(key);
      await currentSet(deps, key);
      // Whoever waits for the database may lose the key meanwhile, or go away; nobody would tell of it again.
      if (directory.sdkKey(key.id) === null) throw new RefusedError(ENDED);
      if (reply.raw.destroyed) return void reply.hijack();
      const lastId = request.headers['last-event-id'] ?? request.query.since;
      reply.hijack();
      reply.headers(STREAM_HEADERS).raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
      const bookmark = typeof lastId === 'string' && BOOKMARK.test(lastId) ? lastId : null;
      const stream = streams.open(key, sinkOf(reply.raw), bookmark);
      reply.raw.on('close', () => stream.closed());
      // A stream that breaks off is closed next.
      reply.raw.on('error', () => undefined);
    },
  });
}

/** The context of a request, as far as the environment takes its word for who it is: the protocol has no place for proof. */
function believedOf(
  { kind, environment }: SdkKey,
  sent: unknown,
  directory: Pick<Directory, 'environment'>,
): ContextInput {
  const context = contextFromOpenFeature(sent);
  if (kind === 'server-key' || directory.environment(environment)?.secureMode === 'off') return context;
  const anonymous = anonymousPart(context);
  if (anonymous === null) throw new RefusedError(UNPROVEN);
  return anonymous;
}

const UNPROVEN = {
  code: 'forbidden',
  detail:
    'With a client key this environment answers only contexts that are `anonymous: true` in all their kinds: ask for others from your server, with a server key.',
} as const;

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy that collects answers would keep events back.
  'x-accel-buffering': 'no',
  // What ends is over: a server that stops would wait for the next request.
  connection: 'close',
};

const ENDED = { code: 'unauthenticated', detail: 'The key has just ended: take another one.' } as const;

function send(reply: FastifyReply, status: number, failure: Failure): FastifyReply {
  return reply.code(status).type(JSON_TYPE).send(JSON.stringify(failure));
}

function bulkText(fragments: readonly Fragment[], set: FlagSet, ticket: string): string {
  const { version } = set.snapshot;
  let flags = '';
  for (const fragment of fragments) flags += `${flags === '' ? '' : ','}${textOf(fragment, version)}`;
  const requestUri = `${STREAM_PATH}?ticket=${ticket}&since=${stateOf(set)}`;
  const streams = [{ type: 'sse', endpoint: { requestUri }, inactivityDelaySec: INACTIVITY_SECONDS }];
  return `{"flags":[${flags}],"eventStreams":${JSON.stringify(streams)}}`;
}
