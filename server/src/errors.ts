/** A refusal is expected: the caller can mend it. Each code is stable and has one HTTP status. */
export const REFUSALS = {
  'bad-request': 400,
  validation: 400,
  'unknown-reference': 400,
  unauthenticated: 401,
  forbidden: 403,
  'csrf-failed': 403,
  'not-found': 404,
  'already-exists': 409,
  'in-use': 409,
  'idempotency-conflict': 409,
  'last-admin': 409,
  archived: 409,
  'not-killed': 409,
  'not-possible-now': 409,
  'confirmation-needed': 409,
  'revision-conflict': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  'unsupported-protocol': 426,
  'version-limit': 507,
  'storage-full': 507,
  'too-many-requests': 429,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type RefusalCode = keyof typeof REFUSALS;

/** One fault of the input, where it is, and how to mend it. */
export interface Problem {
  /** JSON pointer into the body, or `?name` of a query parameter. */
  readonly pointer: string;
  readonly detail: string;
}

export interface Refusal {
  readonly code: RefusalCode;
  /** What is wrong, where, and how to mend it. */
  readonly detail: string;
  readonly errors?: readonly Problem[];
  /** Seconds until another try makes sense. */
  readonly retryAfter?: number;
  /** Further members of the problem document, such as `current` of a revision conflict. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Thrown by services, turned into a problem document at the HTTP edge and nowhere else. */
export class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.name = 'RefusedError';
    this.refusal = refusal;
  }
}
