import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from '../auth/directory.ts';
import type { SdkKey } from '../auth/principal.ts';
import { RefusedError } from '../errors.ts';

const PREFLIGHT = {
  'access-control-allow-methods': 'POST',
  // By name: a star never covers `authorization`.
  'access-control-allow-headers': 'content-type, if-none-match, authorization, x-api-key',
  'access-control-max-age': '600',
};

/** Lets a page read the answer. */
export function allowOrigin(reply: FastifyReply, origin: string): void {
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'ETag, Retry-After',
  });
}

/** Before the key is known: an origin that any client key names may ask. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply, directory: Directory): FastifyReply {
  const { origin } = request.headers;
  reply.header('vary', 'Origin');
  if (origin === undefined) return reply.code(204).send();
  if (!directory.allowsOrigin(origin)) throw new RefusedError(FOREIGN);
  allowOrigin(reply, origin);
  return reply.headers(PREFLIGHT).code(204).send();
}

/** A page may use the keys that name its origin, and no server key. */
export function checkOrigin(request: FastifyRequest, reply: FastifyReply, key: SdkKey): void {
  const { origin } = request.headers;
  reply.header('vary', 'Origin');
  if (origin === undefined) return;
  if (key.kind === 'server-key' || !key.origins.includes(origin)) throw new RefusedError(FOREIGN);
  allowOrigin(reply, origin);
}

const FOREIGN = {
  code: 'forbidden',
  detail: 'Pages of this origin may not use this key: add the origin to a client key, and use that key.',
} as const;
