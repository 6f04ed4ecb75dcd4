import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import type { Api } from './api.ts';
import { problemSchema } from './api.ts';
import { acceptStrictJson, checkContentType } from './bodies.ts';
import { dialectOf, type ErrorDialect } from './dialect.ts';
import { describeRoutes, registerDocsRoutes } from './docs-routes.ts';
import { registerErrorRoutes } from './error-routes.ts';
import { secureHeaders } from './headers.ts';
import { type HealthDeps, registerHealthRoutes } from './health-routes.ts';
import { validatorCompiler } from './issues.ts';
import { type Access, admit, holderInBody, type PolicyDeps } from './policy.ts';
import { internalProblem, PROBLEM_TYPE, problemOf, refusalOf } from './problems.ts';
import type { RoutePolicy } from './route.ts';
import { registerUi } from './ui-routes.ts';

const BODY_BYTES = 256 * 1_024;
const PROBLEM_ANSWER = { description: 'A problem', content: { [PROBLEM_TYPE]: { schema: problemSchema } } };
const NONE: Access = { principal: { kind: 'anonymous' }, project: null, environment: null };

export interface HttpServerOptions {
  readonly logger: FastifyBaseLogger;
  /** Proxies whose forwarding headers are believed. */
  readonly trustProxy: readonly string[] | null;
  readonly publicUrl: string | null;
  readonly policy: PolicyDeps;
  readonly health: HealthDeps;
  /** The built admin UI; null = none. */
  readonly uiFolder: string | null;
  readonly dialects: readonly ErrorDialect[];
  /** Makes a path readable that the router would refuse to read. */
  readonly readableUrl: (url: string) => string;
  /** Told of every route, for those who check all of them. */
  readonly onRoute?: (route: KnownRoute) => void;
}

/** One row of the route table. */
export interface KnownRoute {
  readonly method: string;
  readonly url: string;
  readonly policy: RoutePolicy;
  readonly takesBody: boolean;
  readonly takesOtherBody: boolean;
}

/** The HTTP server before the features' routes: limits, headers, errors, and the check of every route's policy. */
export async function openHttpServer(options: HttpServerOptions): Promise<Api> {
  const sendError = errorSender(options.dialects);
  const api: Api = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    trustProxy: options.trustProxy === null ? false : [...options.trustProxy],
    bodyLimit: BODY_BYTES,
    requestTimeout: 30_000,
    handlerTimeout: 30_000,
    connectionTimeout: 60_000,
    // Looked at once a second: whoever is late is gone after ten seconds.
    http: { headersTimeout: 9_000, connectionsCheckingInterval: 1_000 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    rewriteUrl: ({ url = '/' }) => options.readableUrl(url),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: {
      maxParamLength: 512,
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
    },
    frameworkErrors: (error, request, reply) => {
      secureHeaders(reply, isHttps(request, options));
      return sendError(error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  acceptStrictJson(api);
  api.setErrorHandler(sendError);
  await api.register(cookie);
  decorateRequests(api);
  api.addHook('onRoute', (route) => completeRoute(route, options.onRoute));
  addHooks(api, options);
  await describeRoutes(api);
  registerDocsRoutes(api);
  registerErrorRoutes(api);
  registerHealthRoutes(api, options.health);
  const answerUnknown = await registerUi(api, options.uiFolder);
  api.setNotFoundHandler((request, reply) => answerUnknown(request, reply));
  return api;
}

function decorateRequests(api: Api): void {
  api.decorateRequest('access');
  api.decorateRequest('principal', {
    getter() {
      return this.access.principal;
    },
  });
  api.decorateRequest('project', {
    getter() {
      return present(this.access.project, 'project');
    },
  });
  api.decorateRequest('environment', {
    getter() {
      return present(this.access.environment, 'environment');
    },
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    access: Access;
  }
}

function present<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`the policy of this route names no ${what}`);
  return value;
}

/** A route that does not say who may call it stops the start; one that says nothing of query or body takes none. */
function completeRoute(route: RouteOptions, tell: HttpServerOptions['onRoute']): void {
  const policy = route.config?.policy;
  if (!policy) throw new Error(`${route.method} ${route.url} does not say who may call it: give it config.policy`);
  const methods = [route.method].flat();
  const schema = { ...route.schema };
  schema.querystring ??= z.strictObject({});
  if (policy.action === 'public') schema.security ??= [];
  const mayHaveBody = methods.some((method) => method !== 'GET' && method !== 'HEAD');
  const takesBody = schema.body !== undefined;
  if (mayHaveBody && !takesBody && !route.config?.rawBody) schema.body = z.union([z.null(), z.strictObject({})]);
  if (schema.response) schema.response = { ...schema.response, '4xx': PROBLEM_ANSWER, '5xx': PROBLEM_ANSWER };
  route.schema = schema;
  for (const method of methods) {
    tell?.({ method, url: route.url, policy, takesBody, takesOtherBody: route.config?.rawBody === true });
  }
}

function addHooks(api: Api, options: HttpServerOptions): void {
  api.addHook('onRequest', async (request, reply) => {
    request.access = NONE;
    secureHeaders(reply, isHttps(request, options));
    if (request.is404) return;
    refuseNul(request);
    const { policy } = request.routeOptions.config;
    if (!policy) throw new Error(`${request.routeOptions.url} has no policy`);
    request.access = await admit(request, policy, options.policy);
    checkContentType(request);
  });
  api.addHook('preValidation', async (request) => {
    const { policy } = request.routeOptions.config;
    if (policy?.credential !== 'body') return;
    request.access = { ...request.access, principal: holderInBody(request, policy, options.policy.directory) };
  });
  api.addHook('onResponse', async (request, reply) => {
    const { method, url } = request.routeOptions;
    const line = {
      method,
      route: url ?? 'unknown',
      status: reply.statusCode,
      ms: reply.elapsedTime,
    };
    const isQuiet = reply.statusCode < 400 && (request.method === 'GET' || request.method === 'HEAD');
    request.log[isQuiet ? 'debug' : 'info'](line, 'answered');
  });
}

/** In a parameter it would reach databases, and some of them break on it. */
function refuseNul({ url, routeOptions }: FastifyRequest): void {
  if (!url.includes('%00') || routeOptions.config.anyPath) return;
  throw new RefusedError({ code: 'bad-request', detail: 'The path or query holds the character NUL: leave it out.' });
}

function isHttps(request: FastifyRequest, { publicUrl }: HttpServerOptions): boolean {
  return publicUrl?.startsWith('https:') ?? request.protocol === 'https';
}

/** The one place where an error becomes an answer. */
function errorSender(dialects: readonly ErrorDialect[]) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = refusalOf(error);
    if (refusal === null) request.log.error({ err: error }, 'a request broke');
    if (refusal?.retryAfter !== undefined) reply.header('retry-after', String(Math.ceil(refusal.retryAfter)));
    if (refusal?.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    const told = dialectOf(dialects, request)?.tell(refusal, request, reply);
    const problem = refusal === null ? internalProblem(request.id) : problemOf(refusal, request.id);
    const { status, body, type } = told ?? { status: problem.status, body: problem, type: PROBLEM_TYPE };
    // As text, for a schema of the route must not reshape it.
    return reply.code(status).type(type).send(JSON.stringify(body));
  };
}
