import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../auth/principal.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { DomainEvent } from '../events.ts';
import { actorOf, originOf } from '../http/api.ts';
import type { Idempotency } from '../http/write-options.ts';
import type { AuditEntry, Origin, Store, StoredDocument, WriteTransaction } from '../store/store.ts';

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
export interface AuditedChange<T> {
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
  /** For whoever wants to be told of it. */
  readonly events?: readonly DomainEvent[];
}

/** Nothing changed: nothing is recorded. */
export interface Unaltered<T> {
  readonly result: T;
  readonly action: null;
}

export interface Written<T> {
  readonly result: T;
  readonly changeId: string;
  readonly secret?: string;
}

/**
 * Carries out one write of what is not flag state, in one transaction with its audit record and its events. A request
 * that is repeated with its key is answered as before.
 */
export function writeAudited<T>(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  cause: Cause,
  work: (tx: WriteTransaction, now: number) => Promise<AuditedChange<T>>,
  lockedEnvironments: readonly string[] = [],
): Promise<Written<T>> {
  return store.write(lockedEnvironments, (tx) => writtenWithin(tx, clock.now(), cause, work));
}

/** The same inside somebody's transaction; nothing but events and answers may follow there. */
export async function writtenWithin<T>(
  tx: WriteTransaction,
  now: number,
  cause: Cause,
  work: (tx: WriteTransaction, now: number) => Promise<AuditedChange<T> | Unaltered<T>>,
): Promise<Written<T>> {
  const { idempotency } = cause;
  const earlier = idempotency && (await earlierAnswer<T>(tx, idempotency));
  if (earlier) return earlier;
  const change = await work(tx, now);
  const changeId = randomUUID();
  if (change.action === null) return { result: change.result, changeId };
  const { result, secret, events = [] } = change;
  await tx.appendAudit(auditOf(cause, change, changeId, now));
  await tx.enqueue(events.map((body) => ({ id: randomUUID(), topic: body.kind, at: now, body })));
  const body: Remembered = { result, changeId, hadSecret: secret !== undefined };
  if (idempotency) await tx.remember({ ...idempotency, status: 200, body, at: now });
  return { result, changeId, ...(secret !== undefined && { secret }) };
}

interface Remembered {
  readonly result: unknown;
  readonly changeId: string;
  readonly hadSecret: boolean;
}

async function earlierAnswer<T>(tx: WriteTransaction, asked: Idempotency): Promise<Written<T> | null> {
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
export function auditOf(cause: Cause, change: AuditedChange<unknown>, changeId: string, at: number): AuditEntry {
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
