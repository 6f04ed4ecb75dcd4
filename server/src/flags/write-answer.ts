import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import { etagOf, originOf } from '../http/api.ts';
import type { DryRun, Written, WrittenMany } from '../http/api-types.ts';
import { writeOptionsOf } from '../http/write-options.ts';
import { environmentsOf } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';
import type { Delivery, DeliveryReports } from '../stream/delivery.ts';
import type { ChangeFlag, ChangeOutcome, DocumentChange } from './write-path/change.ts';

export interface WriteDeps {
  readonly changeFlag: ChangeFlag;
  readonly delivery: DeliveryReports;
  readonly reads: Reads;
}

interface Wanted {
  readonly changes: readonly DocumentChange[];
  readonly comment?: string | undefined;
}

/** Makes the change that a request asks for, as its options say. */
async function change(deps: WriteDeps, request: FastifyRequest, { changes, comment }: Wanted) {
  const options = writeOptionsOf(request);
  const outcome = await deps.changeFlag({
    actor: request.principal,
    origin: originOf(request),
    project: request.project.key,
    changes,
    requestId: request.id,
    ...(comment === undefined ? {} : { comment }),
    ...(options.dryRun && { dryRun: true }),
    ...(options.waitForAppliedMs !== undefined && { urgent: true }),
    ...(options.idempotency && { idempotency: options.idempotency }),
  });
  const waits = options.waitForAppliedMs !== undefined && !options.dryRun;
  const delivery = waits ? await deliveries(deps, request, changes, outcome, options.waitForAppliedMs) : undefined;
  return { outcome, isDryRun: options.dryRun === true, delivery };
}

/** Answers the write of one document: its state, or what a dry run found. Pointers lead into the request's body. */
export async function answerOne<D>(
  deps: WriteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: { readonly change: DocumentChange; readonly comment?: string | undefined },
): Promise<Written<D> | DryRun> {
  const { expectedRevision } = writeOptionsOf(request);
  const asked = 'create' in wanted.change || expectedRevision === undefined ? {} : { expectedRevision };
  const changes = [{ ...wanted.change, ...asked }];
  const { outcome, isDryRun, delivery } = await fromBody(() =>
    change(deps, request, { changes, comment: wanted.comment }),
  );
  if (isDryRun) return dryRunOf(outcome);
  const [document] = outcome.documents;
  if (document === undefined) throw new Error('a change of one document answered none');
  reply.header('etag', etagOf(document.revision));
  return {
    // The service answers the view of the kind of document that the change names.
    document: document.document as D,
    versions: outcome.versions,
    changeId: outcome.changeId,
    ...(delivery && { delivery }),
  };
}

export async function answerMany(
  deps: WriteDeps,
  request: FastifyRequest,
  wanted: Wanted,
): Promise<WrittenMany | DryRun> {
  const { outcome, isDryRun, delivery } = await change(deps, request, wanted);
  if (isDryRun) return dryRunOf(outcome);
  const { documents, versions, changeId } = outcome;
  return { documents, versions, changeId, ...(delivery && { delivery }) };
}

function dryRunOf({ documents }: ChangeOutcome): DryRun {
  return {
    diff: documents.map(({ kind, key, environment, diff }) => ({ kind, key, environment, diff })),
    summary: documents.flatMap(({ summary }) => summary),
  };
}

/** How far the SDKs are; where nothing changed, with the version that says so already. */
async function deliveries(
  { delivery, reads }: WriteDeps,
  request: FastifyRequest,
  changes: readonly DocumentChange[],
  outcome: ChangeOutcome,
  timeoutMs = 0,
): Promise<Readonly<Record<string, Delivery>>> {
  const environments = await environmentsOf(reads, request.project.id);
  const named = new Set(changes.flatMap((part) => ('environment' in part ? [part.environment] : [])));
  const heads = new Map((await reads.heads(environments.map(({ id }) => id))).map(({ id, version }) => [id, version]));
  const waited = environments
    .map(({ id, key }) => ({ id, key, version: outcome.versions[key] ?? (named.has(key) ? heads.get(id) : undefined) }))
    .flatMap(({ id, key, version }) => (version === undefined ? [] : [{ id, key, version }]));
  const reports = await Promise.all(
    waited.map(async ({ id, key, version }) => [key, await delivery.waitForApplied(id, version, timeoutMs)] as const),
  );
  return Object.fromEntries(reports);
}

/** A change of one document is the whole body: its pointers need no `/changes/0`. */
async function fromBody<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.refusal.errors === undefined) throw error;
    const errors = error.refusal.errors.map(
      ({ pointer, detail }): Problem => ({
        pointer: pointer.replace(/^\/changes\/0(\/flag|\/segment)?/, ''),
        detail,
      }),
    );
    throw new RefusedError({ ...error.refusal, errors });
  }
}
