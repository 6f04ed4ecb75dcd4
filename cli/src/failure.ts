/** How the command ends, for scripts; stable. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  /** Wrong use, or drift found. */
  usage: 2,
  'not-signed-in': 3,
  /** By policy, or an approval is needed. */
  refused: 4,
  /** While waiting for SDKs. */
  'timed-out': 5,
} as const;

export type Exit = keyof typeof EXIT_CODES;

export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** Expected: told in one line, with how to mend it. */
export class Failure extends Error {
  readonly exit: Exit;
  /** Stable, kebab-case: the service's where it refused. */
  readonly code: string;
  readonly mend: string | null;
  /** What the service found wrong with what was sent, and where. */
  readonly errors: readonly Fault[];

  constructor(exit: Exit, code: string, message: string, mend: string | null = null, errors: readonly Fault[] = []) {
    super(message);
    this.name = 'Failure';
    this.exit = exit;
    this.code = code;
    this.mend = mend;
    this.errors = errors;
  }
}

export const usage = (message: string, mend: string | null = null): Failure =>
  new Failure('usage', 'usage', message, mend);
