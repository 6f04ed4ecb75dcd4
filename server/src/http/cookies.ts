import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RETENTION } from '../store/retention.ts';

/**
 * The cookie of a session. Over https its name begins with `__Host-`, which ties it to this host and this scheme; over
 * plain http, which is for loopback only, browsers refuse that prefix, so the name goes without.
 */
const SECURE_NAME = '__Host-glidepath_session';
const PLAIN_NAME = 'glidepath_session';

export interface SessionCookies {
  read(request: FastifyRequest): string | null;
  write(request: FastifyRequest, reply: FastifyReply, id: string): void;
  clear(request: FastifyRequest, reply: FastifyReply): void;
}

/** `publicUrl` decides where it is given: TLS may end at a proxy in front. */
export function sessionCookies(publicUrl: string | null): SessionCookies {
  const isSecure = (request: FastifyRequest): boolean =>
    publicUrl === null ? request.protocol === 'https' : publicUrl.startsWith('https:');
  const nameFor = (request: FastifyRequest): string => (isSecure(request) ? SECURE_NAME : PLAIN_NAME);
  const attributes = (request: FastifyRequest) =>
    ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(request) }) as const;
  return {
    read: (request) => request.cookies[nameFor(request)] ?? null,
    write(request, reply, id) {
      reply.setCookie(nameFor(request), id, { ...attributes(request), maxAge: RETENTION.sessionMs / 1_000 });
    },
    clear(request, reply) {
      reply.clearCookie(nameFor(request), attributes(request));
    },
  };
}
