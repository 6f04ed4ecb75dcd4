import type { FastifyRequest } from 'fastify';

/** Who visits: the key decides into which share of a rollout they fall. */
export type Visitor = {
  readonly key: string;
  readonly country: string;
};

/** A real shop would read a session; this one believes what the visitor says. */
export function visitorOf(request: FastifyRequest): Visitor {
  const { visitor, country } = request.query as Record<string, unknown>;
  return {
    key: typeof visitor === 'string' && visitor !== '' ? visitor : request.ip,
    country: typeof country === 'string' ? country : 'NL',
  };
}
