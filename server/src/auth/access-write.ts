import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { actorOf, originOf } from '../http/api.ts';
import type { Idempotency } from '../http/write-options.ts';
import type { AuditEntry, Origin, Store, StoredDocument, WriteTransaction } from '../store/store.ts';
import type { Directory } from './directory.ts';
import type { Actor } from './principal.ts';

/** What a write of people, keys, projects or environments needs. */
export interface AccessDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
}

/** Who wants it, and why; for the audit log. */
export interface Cause {
  readonly actor: Actor;
  readonly origin: Origin;
  readonly requestId: string | null;
  readonly comment?: string;
  readonly idempotency?: Idempotency;
}

export const SYSTEM: Cause = { actor: 'system', origin: 'system', requestId: null };

/** What one write did: its answer, and what the audit log says of it. Bodies must come without secrets and hashes. */
export interface AccessChange<T> {
  /** Plain JSON: a repeated request is answered with it. */
  readonly result: T;
  /** Made by this write and shown once; kept nowhere. */
  readonly secret?: string;
  readonly action: string;
  readonly summary: string;
  readonly project: string | null;
  readonly documents: readonly StoredDocument[];
  readonly before: unknown;
  readonly after: unknown;
}

export interface WrittenAccess<T> {
  readonly result: T;
  readonly changeId: string;
  readonly secret?: string;
}

/**
 * Carries out one write that changes who may do what: in one transaction with its audit record, and in force here when
 * it resolves. Such writes wait for each other, so that two of them cannot both leave the last administrator behind.
 */
export async function writeAccess<T>(
  { store, clock, directory }: AccessDeps,
  cause: Cause,
  work: (tx: WriteTransaction, now: number) => Promise<AccessChange<T>>,
  lockedEnvironments: readonly string[] = [],
): Promise<WrittenAccess<T>> {
  const written = await store.write(lockedEnvironments, async (tx): Promise<WrittenAccess<T>> => {
    // First of all, for it holds the lock that makes these writes wait for each other.
    await tx.touchAccess();
    const { idempotency } = cause;
    const earlier = idempotency && (await earlierAnswer<T>(tx, idempotency));
    if (earlier) return earlier;
    const now = clock.now();
    const change = await work(tx, now);
    const { result, secret } = change;
    const changeId = randomUUID();
    await tx.appendAudit(auditOf(cause, change, changeId, now));
    const body: Remembered = { result, changeId, hadSecret: secret !== undefined };
    if (idempotency) await tx.remember({ ...idempotency, status: 200, body, at: now });
    return { result, changeId, ...(secret !== undefined && { secret }) };
  });
  await directory.refresh();
  return written;
}

interface Remembered {
  readonly result: unknown;
  readonly changeId: string;
  readonly hadSecret: boolean;
}

async function earlierAnswer<T>(tx: WriteTransaction, asked: Idempotency): Promise<WrittenAccess<T> | null> {
  const earlier = await tx.remembered(asked.principal, asked.key);
  if (!earlier) return null;
  const conflict = (detail: string) => new RefusedError({ code: 'idempotency-conflict', detail });
  if (earlier.request !== asked.request)
    throw conflict('This Idempotency-Key belongs to another request: take a new key.');
  const { result, changeId, hadSecret } = earlier.body as Remembered;
  if (hadSecret)
    throw conflict(
      'This request was carried out before, and its secret was shown then: revoke that one and make another.',
    );
  return { result: result as T, changeId };
}

/** The audit record of one such write. */
export function auditOf(cause: Cause, change: AccessChange<unknown>, changeId: string, at: number): AuditEntry {
  const { actor, origin, requestId, comment = null } = cause;
  const { action, project, documents, summary, before, after } = change;
  return {
    at,
    actor,
    origin,
    action,
    project,
    changeId,
    environments: [],
    documents: documents.map(({ kind, id, key, revision }) => ({ kind, id, key, revision })),
    content: { comment, requestId, summary: [summary], before, after },
  };
}

/** The cause that a request gives. */
export function causeOf(
  request: FastifyRequest,
  { comment, idempotency }: { readonly comment?: string | undefined; readonly idempotency?: Idempotency } = {},
): Cause {
  return {
    actor: actorOf(request.principal),
    origin: originOf(request),
    requestId: request.id,
    ...(comment !== undefined && { comment }),
    ...(idempotency && { idempotency }),
  };
}

/** Compares the revision that the caller has seen with the present one. */
export function checkRevision(stored: StoredDocument, expected: number | undefined, current: unknown): void {
  if (expected === undefined || expected === stored.revision) return;
  throw new RefusedError({
    code: 'revision-conflict',
    detail: `Somebody changed this in between: it has revision ${stored.revision}, and you expected ${expected}. Read it again and repeat your change.`,
    extra: { current },
  });
}
