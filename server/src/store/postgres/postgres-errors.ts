import { RefusedError } from '../../errors.ts';

/** SQLSTATEs after which the same transaction may be tried again at once. */
const AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);

/** The database is away, shutting down, a standby, overloaded, or waited too long for a lock. */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  ...AGAIN,
  '25006', // read-only: a standby
  '25P03', // idle in transaction too long
  '53200', // out of memory
  '53300', // too many connections
  '55P03', // lock not available in time
  '57014', // statement timeout
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What the driver says without a code. */
const LOST =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the way to the database is lost or silent, so that not even a rollback makes sense. */
export function isLost(error: unknown): boolean {
  return causesOf(error).some(({ code, message }) => code === null && LOST.test(message));
}

export function mayRetry(error: unknown): boolean {
  return causesOf(error).some(({ code }) => code !== null && AGAIN.has(code));
}

/** The refusal that an error of PostgreSQL or of the way there means, or the error itself. */
export function postgresErrorOf(error: unknown): unknown {
  if (error instanceof RefusedError) return error;
  const causes = causesOf(error);
  if (causes.some(({ code }) => code === '53100'))
    return new RefusedError({
      code: 'storage-full',
      detail: 'The disk of the database is full; nothing was written. Make room, then try again.',
    });
  if (causes.some(isUnavailable))
    return new RefusedError({
      code: 'unavailable',
      detail: 'The database does not answer. Try again shortly; repeat a write under the same Idempotency-Key.',
      retryAfter: 2,
    });
  return error;
}

interface Cause {
  readonly code: string | null;
  readonly message: string;
}

function isUnavailable({ code, message }: Cause): boolean {
  return code === null ? LOST.test(message) : code.startsWith('08') || UNAVAILABLE.has(code);
}

/** drizzle wraps what the driver throws, and several addresses of one host fail as one AggregateError. */
function causesOf(error: unknown): readonly Cause[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [{ code, message: error.message }, ...inner.flatMap(causesOf)];
}
