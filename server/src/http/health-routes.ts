import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isSameSecret } from '../auth/secrets.ts';
import { isLoopbackHost } from '../config.ts';
import { RefusedError } from '../errors.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Api } from './api.ts';
import type { RoutePolicy } from './route.ts';

const PUBLIC: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };

export type Health =
  | { readonly state: 'starting' | 'draining' }
  /** Serves; `degraded` while the database is away. */
  | { readonly state: 'ready'; readonly degraded: boolean };

export interface HealthDeps {
  readonly health: () => Health;
  readonly metrics: Metrics;
  /** Whoever reads figures must show it; null = only this machine may. */
  readonly metricsToken: string | null;
  /** Behind a proxy every request comes from a neighbour: then being on this machine proves nothing. */
  readonly isBehindProxy: boolean;
}

const readySchema = z.object({ state: z.string(), degraded: z.boolean().exactOptional() });

export function registerHealthRoutes(api: Api, deps: HealthDeps): void {
  api.get(
    '/health/live',
    {
      config: { policy: PUBLIC },
      schema: {
        tags: ['Health'],
        summary: 'Whether the process runs',
        response: { 200: z.object({ state: z.literal('live') }) },
      },
    },
    async () => ({ state: 'live' as const }),
  );
  api.get(
    '/health/ready',
    {
      config: { policy: PUBLIC },
      schema: {
        tags: ['Health'],
        summary: 'Whether it may get traffic',
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const health = deps.health();
      return reply.code(health.state === 'ready' ? 200 : 503).send(health);
    },
  );
  api.get('/metrics', { config: { policy: PUBLIC }, schema: { hide: true } }, async (request, reply) => {
    checkReader(request, deps);
    return reply.type(deps.metrics.contentType).send(await deps.metrics.text());
  });
}

/**
 * Without a token the reader must be on this machine and ask for it by its own name: a page of another site can make a
 * browser here ask, for a name that it lets lead to this machine.
 */
function checkReader(request: FastifyRequest, { metricsToken, isBehindProxy }: HealthDeps): void {
  if (metricsToken !== null) {
    if (isSameSecret(request.headers.authorization ?? '', `Bearer ${metricsToken}`)) return;
    throw new RefusedError({
      code: 'unauthenticated',
      detail: 'Send `Authorization: Bearer …` with the token of GLIDEPATH_METRICS_TOKEN.',
    });
  }
  const askedFor = request.hostname.replace(/^\[|\]$/g, '');
  if (!isBehindProxy && isLoopback(request.socket.remoteAddress) && isLoopbackHost(askedFor)) return;
  throw new RefusedError({
    code: 'forbidden',
    detail: 'Figures are for this machine only. Set GLIDEPATH_METRICS_TOKEN to read them from elsewhere.',
  });
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '');
}
