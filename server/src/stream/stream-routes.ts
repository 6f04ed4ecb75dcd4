import websocket from '@fastify/websocket';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '@glidepath/core/protocol';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { type Refusal, RefusedError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import type { Logger } from '../log.ts';
import type { StreamMetrics } from '../metrics/metrics.ts';
import type { Admitted } from './admission.ts';
import type { Hub } from './hub.ts';
import { registerPayloadRoutes } from './payload-routes.ts';
import { serverKeyOf } from './server-key.ts';
import { socketOptions } from './socket-options.ts';

export interface StreamRouteDeps {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StreamMetrics;
}

/** How server SDKs get their environment: `GET /sdk/v1/stream` and `GET /sdk/v1/payload`. */
export async function registerStreamRoutes(api: Api, { hub, clock, logger, metrics }: StreamRouteDeps): Promise<void> {
  await api.register(websocket, socketOptions({ clock, logger, server: () => api.websocketServer }));
  // The plugin ends the sockets of refused upgrades only if its own hook came before the one that refused.
  api.addHook('onResponse', async (request) => {
    if (request.raw.headers.upgrade !== undefined) request.raw.socket.destroy();
  });
  api.route({
    method: 'GET',
    url: '/sdk/v1/stream',
    config: { policy: { principals: ['server-key'], action: 'stream', object: 'none' } },
    schema: { hide: true },
    // After the policy, which costs nothing but memory, and before the upgrade: a refusal is a plain HTTP answer.
    preValidation: async (request) => {
      checkProtocol(request);
      const admitted = hub.admit(serverKeyOf(request));
      if (admitted.kind === 'refused') throw new RefusedError(refusalOf(admitted));
    },
    handler: () => {
      throw new RefusedError(NO_UPGRADE);
    },
    wsHandler: (socket, request) => hub.accept(socket, serverKeyOf(request)),
  });
  registerPayloadRoutes(api, { hub, metrics });
}

const NO_UPGRADE: Refusal = {
  code: 'unsupported-protocol',
  detail: `This is a WebSocket: connect with an upgrade request and the sub-protocol ${SUBPROTOCOL}.`,
  extra: { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION },
};

function checkProtocol(request: FastifyRequest): void {
  if (!request.ws) throw new RefusedError(NO_UPGRADE);
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.includes(SUBPROTOCOL)) return;
  throw new RefusedError({
    ...NO_UPGRADE,
    detail: `None of the offered sub-protocols is spoken here: offer ${SUBPROTOCOL}, or update the SDK.`,
  });
}

function refusalOf({ because, retryAfterSeconds }: Extract<Admitted, { kind: 'refused' }>): Refusal {
  return {
    code: because === 'key' ? 'too-many-requests' : 'unavailable',
    detail: DETAILS[because],
    retryAfter: retryAfterSeconds,
  };
}

const DETAILS = {
  busy: 'Too many SDKs connect at this moment. Wait as long as Retry-After says.',
  full: 'This server has as many streams as it may. Wait as long as Retry-After says, or add a replica.',
  key: 'This key opens streams too often. Use one client per process, and wait as long as Retry-After says.',
  draining: 'This server is about to stop. Connect again: another one will answer.',
} as const;
