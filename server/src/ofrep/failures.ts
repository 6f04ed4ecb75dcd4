import type { FastifyRequest } from 'fastify';
import type { Directory } from '../auth/directory.ts';
import { REFUSALS, type Refusal } from '../errors.ts';
import type { ErrorDialect } from '../http/dialect.ts';
import { letPageReadRefusal } from '../served/origins.ts';
import type { ErrorCode } from './fragments.ts';
import { flagKeyIn, PREFIX } from './paths.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer that is no evaluation. `key` is there whenever one flag was asked for. */
export interface Failure {
  readonly key?: string;
  readonly errorCode: ErrorCode;
  readonly errorDetails: string;
}

/** Errors as clients of the protocol understand them: of a problem document they would read nothing. */
export function protocolDialect(directory: Pick<Directory, 'allowsOrigin'>): ErrorDialect {
  return {
    prefix: PREFIX,
    tell(refusal, request, reply) {
      letPageReadRefusal(request, reply, directory);
      const key = flagKeyIn(request.url);
      const failure: Failure = { ...(key !== null && { key }), ...codeOf(refusal, request) };
      return { status: refusal === null ? 500 : REFUSALS[refusal.code], type: JSON_TYPE, body: failure };
    },
  };
}

export function notFound(key: string): Failure {
  return { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `flag ${key} not found` };
}

function codeOf(refusal: Refusal | null, { id }: FastifyRequest): Omit<Failure, 'key'> {
  if (refusal === null) {
    return { errorCode: 'GENERAL', errorDetails: `Something broke on our side. The server's log has it as "${id}".` };
  }
  return { errorCode: isUnreadable(refusal) ? 'PARSE_ERROR' : 'GENERAL', errorDetails: refusal.detail };
}

function isUnreadable({ code }: Refusal): boolean {
  return code === 'bad-request' || code === 'validation';
}
