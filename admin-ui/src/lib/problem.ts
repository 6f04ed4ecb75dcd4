import type { ProblemView } from '@glidepath/server/api-types';

/** A request that failed, in words for people: what failed, how to mend it, and the id to quote. */
export class ApiError extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** Stable code of the problem document. */
  readonly code: string;
  readonly requestId: string | null;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  /** The whole problem document, such as `current` of a revision conflict. */
  readonly problem: Partial<ProblemView>;

  constructor(status: number, problem: Partial<ProblemView>, requestId: string | null, cause?: unknown) {
    super(problem.detail ?? problem.title ?? 'The server gave no reason.', { cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.requestId = requestId;
    this.errors = problem.errors ?? [];
    this.problem = problem;
  }
}

/** Whether a second try of the same request can help. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 502 || error.status === 503);
}
