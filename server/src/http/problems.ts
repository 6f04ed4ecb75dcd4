import { STATUS_CODES } from 'node:http';
import type { Refusal, RefusalCode } from '../errors.ts';
import { REFUSALS, RefusedError } from '../errors.ts';
import type { ProblemView } from './api-types.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** The problem document of a refusal (RFC 9457). `instance` is the id of the request, as the log has it. */
export function problemOf(refusal: Refusal, requestId: string): ProblemView {
  const status = REFUSALS[refusal.code];
  return {
    // Members with a meaning of their own come last: `extra` must not replace them.
    ...refusal.extra,
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: refusal.code,
    detail: refusal.detail,
    instance: requestId,
    ...(refusal.errors && { errors: refusal.errors }),
  };
}

/** The answer to a bug or a broken dependency: nothing of it is told but where to find it in the log. */
export function internalProblem(requestId: string): ProblemView {
  return {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'internal',
    detail: `Something broke on our side. Look for the request "${requestId}" in the server's log, or try again.`,
    instance: requestId,
  };
}

/** What fastify refuses by itself, as a refusal of ours; null = not the caller's fault. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof RefusedError) return error.refusal;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  const known = typeof code === 'string' ? FASTIFY_REFUSALS[code] : undefined;
  if (known) return known;
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return null;
  return {
    code: CODE_OF_STATUS[statusCode] ?? 'bad-request',
    detail: 'The request is malformed. /api/docs describes every route.',
  };
}

const UNSUPPORTED: Refusal = {
  code: 'unsupported-media-type',
  detail: 'The body must be JSON: send it with the header `Content-Type: application/json`.',
};

const BROKEN_JSON: Refusal = { code: 'bad-request', detail: 'The body is not valid JSON: mend it and send it again.' };

const FASTIFY_REFUSALS: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: UNSUPPORTED,
  FST_ERR_CTP_INVALID_TYPE: UNSUPPORTED,
  FST_ERR_CTP_EMPTY_TYPE: UNSUPPORTED,
  FST_ERR_CTP_INVALID_JSON_BODY: BROKEN_JSON,
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'bad-request',
    detail: 'The body is empty although its type is JSON: send an object such as {}, or no Content-Type.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'too-large',
    detail: 'The body is larger than this route takes: send less at once.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad-request',
    detail: 'The body is not as long as Content-Length says: send the right length.',
  },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not-found', detail: 'A part of the path is longer than any key: check the path.' },
  FST_ERR_BAD_URL: { code: 'bad-request', detail: 'The path is not a valid URL: check its percent-encoding.' },
  FST_ERR_HANDLER_TIMEOUT: {
    code: 'unavailable',
    detail: 'The answer took too long and was given up. Try again; a write may have been carried out all the same.',
    retryAfter: 1,
  },
};

const CODE_OF_STATUS: Readonly<Record<number, RefusalCode>> = {
  404: 'not-found',
  413: 'too-large',
  414: 'too-large',
  415: 'unsupported-media-type',
  426: 'unsupported-protocol',
  429: 'too-many-requests',
};
