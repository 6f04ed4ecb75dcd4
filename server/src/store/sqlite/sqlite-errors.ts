import { RefusedError } from '../../errors.ts';

/** The refusal that an error of SQLite means, or the error itself. */
export function sqliteErrorOf(error: unknown): unknown {
  const code = sqliteCodeOf(error);
  if (code === 'SQLITE_FULL')
    return new RefusedError({
      code: 'storage-full',
      detail: 'The disk or the database is full; nothing was written. Make room, then try again.',
    });
  if (code?.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED')
    return new RefusedError({
      code: 'unavailable',
      detail: 'The database is busy, perhaps with a backup. Try again shortly.',
      retryAfter: 1,
    });
  return error;
}

/** drizzle wraps what the driver throws. */
function sqliteCodeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && at.code.startsWith('SQLITE_')) return at.code;
  }
  return undefined;
}
