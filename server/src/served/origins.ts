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
function allowOrigin(reply: FastifyReply, origin: string): void {
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

/**
 * Lets pages read why they are refused: whoever comes with a key that has ended must be told so. What has a valid key
 * was asked for its origin already.
 */
export function letPageReadRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  directory: Pick<Directory, 'allowsOrigin'>,
): void {
  const { origin } = request.headers;
  reply.header('vary', 'Origin');
  if (origin === undefined || !directory.allowsOrigin(origin)) return;
  // Not set where the path could not even be read.
  const access: FastifyRequest['access'] | undefined = request.access;
  if (access === undefined || access.principal.kind === 'anonymous') allowOrigin(reply, origin);
}

/** Whether a page of this origin may use the key; what is no page says none. */
export function mayUse(key: SdkKey, origin: string | undefined): boolean {
  return origin === undefined || (key.kind === 'client-key' && key.origins.includes(origin));
}

/** A page may use the keys that name its origin, and no server key. */
export function checkOrigin(request: FastifyRequest, reply: FastifyReply, key: SdkKey): void {
  const { origin } = request.headers;
  reply.header('vary', 'Origin');
  if (!mayUse(key, origin)) throw new RefusedError(FOREIGN);
  if (origin !== undefined) allowOrigin(reply, origin);
}

const FOREIGN = {
  code: 'forbidden',
  detail: 'Pages of this origin may not use this key: add the origin to a client key, and use that key.',
} as const;
