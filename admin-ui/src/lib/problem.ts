import type { ProblemView } from '@glidepath/server/api-types';

/** What an answer says beside its body. */
export interface AnswerFacts {
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly cause?: unknown;
}

const NO_ANSWER: AnswerFacts = { requestId: null, retryAfterMs: null };

/** A request that failed, in words for people: what failed, how to mend it, and the id to quote. */
export class ApiError extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** Stable code of the problem document. */
  readonly code: string;
  readonly requestId: string | null;
  /** When the server asked to come back, in milliseconds from its answer. */
  readonly retryAfterMs: number | null;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  /** The whole problem document, such as `current` of a revision conflict. */
  readonly problem: Partial<ProblemView>;

  constructor(status: number, problem: Partial<ProblemView>, answer: AnswerFacts = NO_ANSWER) {
    super(problem.detail ?? problem.title ?? 'The server gave no reason.', { cause: answer.cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.requestId = answer.requestId;
    this.retryAfterMs = answer.retryAfterMs;
    this.errors = problem.errors ?? [];
    this.problem = problem;
  }
}

const TRANSIENT: ReadonlySet<number> = new Set([0, 429, 502, 503, 504]);

/** Whether a second try of the same request can help. */
export function isTransient(error: unknown): error is ApiError {
  return error instanceof ApiError && TRANSIENT.has(error.status);
}
