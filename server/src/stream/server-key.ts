import type { FastifyRequest } from 'fastify';
import type { Principal, SdkKey } from '../auth/principal.ts';

/** The key that a server SDK signed in with: it names the one environment that the SDK gets. */
export type ServerKey = Extract<Principal, { kind: 'server-key' }>;

/** The key of a request whose policy lets server keys through and nobody else. */
export function serverKeyOf({ principal }: FastifyRequest): ServerKey {
  if (principal.kind !== 'server-key') throw new Error(`a ${principal.kind} principal reached a route of server keys`);
  return principal;
}

/** The key of a request whose policy lets keys of both kinds through and nobody else. */
export function sdkKeyOf({ principal }: FastifyRequest): SdkKey {
  if (principal.kind === 'server-key' || principal.kind === 'client-key') return principal;
  throw new Error(`a ${principal.kind} principal reached a route of SDK keys`);
}
