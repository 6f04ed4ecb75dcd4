import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../errors.ts';

/** How errors are told below a prefix whose clients understand no problem documents. */
export interface ErrorDialect {
  readonly prefix: string;
  /** Null stands for a bug or a broken dependency. Headers may be added to the reply. */
  tell(refusal: Refusal | null, request: FastifyRequest, reply: FastifyReply): ToldError;
}

/** Sent as JSON of this media type. */
interface ToldError {
  readonly status: number;
  readonly type: string;
  readonly body: object;
}

/** The dialect that a request is answered in; null = problem documents. */
export function dialectOf(dialects: readonly ErrorDialect[], { url }: FastifyRequest): ErrorDialect | null {
  return (
    dialects.find(({ prefix }) => url === prefix || url.startsWith(`${prefix}/`) || url.startsWith(`${prefix}?`)) ??
    null
  );
}
