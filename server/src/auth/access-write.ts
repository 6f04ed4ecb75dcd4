import { type AuditedChange, type Cause, type Written, writtenWithin } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { Directory } from './directory.ts';

/** What a write of people, keys, projects or environments needs. */
export interface AccessDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
}

/**
 * Carries out one write that changes who may do what: in one transaction with its audit record, and in force here when
 * it resolves. Such writes wait for each other, so that two of them cannot both leave the last administrator behind.
 */
export async function writeAccess<T>(
  { store, clock, directory }: AccessDeps,
  cause: Cause,
  work: (tx: WriteTransaction, now: number) => Promise<AuditedChange<T>>,
  lockedEnvironments: readonly string[] = [],
): Promise<Written<T>> {
  const written = await store.write(lockedEnvironments, async (tx) => {
    // First of all, for it holds the lock that makes these writes wait for each other.
    await tx.touchAccess();
    return writtenWithin(tx, clock.now(), cause, work);
  });
  await directory.refresh();
  return written;
}
