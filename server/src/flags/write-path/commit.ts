import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import { diffConfig, diffFlag, diffSegment, diffSegmentConfig } from '@glidepath/core/change';
import type { DomainEvent } from '../../events.ts';
import { actorOf } from '../../http/api.ts';
import type { FlagPlanBody } from '../../store/documents.ts';
import type { AuditEntry, StoredDocument, WriteTransaction } from '../../store/store.ts';
import { viewOfDocument } from '../views.ts';
import type { Step } from './apply.ts';
import type { ChangedDocument, ChangeOutcome, ChangeRequest, MadeChange } from './change.ts';
import { isLarge } from './change.ts';
import type { ChangeContent, DocumentContent } from './change-record.ts';
import { recordedBody, recordedInstruction } from './change-record.ts';
import type { Publication } from './items.ts';
import type { Edited, FlagDocumentKind, Workspace } from './workspace.ts';

/** A change that has passed every check: what remains is to write it down. */
export interface Plan {
  readonly request: ChangeRequest;
  readonly changeId: string;
  readonly now: number;
  readonly urgent: boolean;
  readonly workspace: Workspace;
  /** The documents that really differ. */
  readonly edited: readonly Edited[];
  readonly steps: readonly Step[];
  readonly publications: readonly Publication[];
  newId(): string;
}

/** What is written with a change by who asked for it. */
export type Beside = (made: MadeChange) => Promise<void>;

/** Writes documents, payloads, the record and the messages of a change, in the order in which rows are locked. */
export async function commit(tx: WriteTransaction, plan: Plan, beside?: Beside): Promise<ChangeOutcome> {
  const written = new Map<Edited, StoredDocument>();
  await writeDocuments(tx, plan.edited, written);
  const { versions, environments } = await publish(tx, plan);
  // What somebody else has taken out of the payloads already is no change.
  if (plan.edited.length === 0 && Object.keys(versions).length === 0) return unchanged(plan);
  await beside?.({ changeId: plan.changeId, versions });
  const stepsOn = byDocument(plan.steps);
  for (const group of recordedTogether(plan.edited)) {
    const parts = group.map((edited) => partOf(plan, edited, storedOf(written, edited), stepsOn(edited.ref)));
    await tx.appendAudit(auditEntry(plan, parts, environments));
  }
  const storedAs = (edited: Edited) => written.get(edited) ?? presentOf(edited, plan.now);
  const events = eventsOf(plan, { storedAs, stepsOn, versions });
  await tx.enqueue(events.map((body) => ({ id: plan.newId(), topic: body.kind, at: plan.now, body })));
  return { changeId: plan.changeId, documents: await documentsOf(plan, storedAs, stepsOn), versions };
}

/** Documents that one record of the audit log tells of: whoever reads the log reads whole records, and many of them. */
const MOST_IN_RECORD = 250;

/** What is taken out of the payloads without a change of documents is recorded as well. */
function recordedTogether(edited: readonly Edited[]): readonly (readonly Edited[])[] {
  const count = Math.max(1, Math.ceil(edited.length / MOST_IN_RECORD));
  return Array.from({ length: count }, (_, turn) => edited.slice(turn * MOST_IN_RECORD, (turn + 1) * MOST_IN_RECORD));
}

function storedOf(written: ReadonlyMap<Edited, StoredDocument>, edited: Edited): StoredDocument {
  const stored = written.get(edited);
  if (stored === undefined) throw new Error(`${edited.ref.kind} ${edited.ref.key} was not written`);
  return stored;
}

async function writeDocuments(
  tx: WriteTransaction,
  edited: readonly Edited[],
  written: Map<Edited, StoredDocument>,
): Promise<void> {
  const kept = edited.filter(({ after }) => after !== null);
  const stored = await tx.putAll(
    kept.map(({ ref, before, after }) => ({ ref, body: after, expected: before?.revision ?? 0 })),
  );
  for (const [index, document] of stored.entries()) {
    const one = kept[index];
    if (one !== undefined) written.set(one, document);
  }
  for (const one of edited) {
    const { ref, before, after } = one;
    if (after !== null) continue;
    if (before === null) throw new Error(`${ref.kind} ${ref.key} was neither there nor made`);
    await tx.remove(ref, before.revision);
    written.set(one, { ...before, revision: before.revision + 1 });
  }
}

async function publish(tx: WriteTransaction, { publications, changeId, urgent, workspace }: Plan) {
  const { environments } = workspace.place;
  const touched = new Set([
    ...workspace.edited().map(({ ref }) => ref.parent),
    ...publications.map(({ environment }) => environment),
  ]);
  const concerned = environments.filter(({ id, parent }) => touched.has(id) || touched.has(parent));
  const heads = new Map((await tx.heads(concerned.map(({ id }) => id))).map((head) => [head.id, head.version]));
  const versions: Record<string, number> = {};
  const moves: AuditEntry['environments'][number][] = [];
  for (const { id, key } of concerned) {
    const from = heads.get(id) ?? 0;
    const publication = publications.find(({ environment }) => environment === id);
    const change = publication && (await tx.publish({ ...publication, changeId, urgent }));
    if (change) versions[key] = change.version;
    moves.push({ key, from, to: change?.version ?? from });
  }
  return { versions, environments: moves };
}

function partOf(
  { workspace, request }: Plan,
  { ref, before, after }: Edited,
  stored: StoredDocument,
  own: readonly Step[],
): DocumentContent {
  return {
    kind: ref.kind,
    id: stored.id,
    key: ref.key,
    environment: workspace.environmentKey(ref.parent),
    from: before?.revision ?? 0,
    to: stored.revision,
    instructions: isMade(before, request)
      ? [{ kind: 'create', key: ref.key }]
      : own.flatMap(({ instructions }) => instructions.map((one) => recordedInstruction(ref.kind, one))),
    summary: summaryOf(own),
    before: recordedBody(ref.kind, before?.body ?? null),
    after: recordedBody(ref.kind, after),
  };
}

/** Of most documents there is one step, whose sentences need no copy. */
function summaryOf(own: readonly Step[]): readonly string[] {
  const [first, ...others] = own;
  if (first === undefined) return [];
  return others.length === 0 ? first.summary : own.flatMap(({ summary }) => summary).slice();
}

/** What came of it stands beside it, and says the same: of thousands that are made at once it is not said twice. */
const isMade = (before: Edited['before'], request: ChangeRequest): boolean => before === null && isLarge(request);

/** What was done to each document: looked up, because a change may be of tens of thousands. */
function byDocument(steps: readonly Step[]): (ref: Edited['ref']) => readonly Step[] {
  const nameOf = ({ kind, parent, key }: Edited['ref']) => `${kind}\t${parent}\t${key}`;
  const grouped = new Map<string, Step[]>();
  for (const step of steps) {
    const own = grouped.get(nameOf(step.ref));
    if (own === undefined) grouped.set(nameOf(step.ref), [step]);
    else own.push(step);
  }
  return (ref) => grouped.get(nameOf(ref)) ?? [];
}

function auditEntry(
  { request, changeId, now }: Plan,
  parts: readonly DocumentContent[],
  environments: AuditEntry['environments'],
): AuditEntry {
  const content: ChangeContent = {
    comment: request.comment ?? null,
    requestId: request.requestId ?? null,
    changes: parts,
  };
  return {
    at: now,
    actor: actorOf(request.actor),
    origin: request.origin,
    action: actionOf(request),
    project: request.project,
    changeId,
    environments,
    documents: parts.map(({ kind, id, key, to }) => ({ kind, id, key, revision: to })),
    content,
  };
}

/** What the change did, as one verb of the audit log. */
function actionOf({ changes }: ChangeRequest): string {
  const [change] = changes;
  if (changes.length !== 1 || change === undefined) return 'change-several';
  if ('create' in change) return `create-${change.create}`;
  if ('delete' in change) return 'delete-segment';
  if ('retire' in change) return 'retire-flag';
  if ('plan' in change) return 'plan-releases';
  const emergency = change.instructions.find(({ kind }) => kind === 'kill' || kind === 'restore');
  if (emergency !== undefined) return `${emergency.kind}-flag`;
  return 'flag' in change ? 'change-flag' : 'change-segment';
}

/** The documents as the change would leave them, at the revisions that they have; nothing is written. */
export async function unchanged(plan: Plan): Promise<ChangeOutcome> {
  const documents = await documentsOf(plan, (edited) => presentOf(edited, plan.now), byDocument(plan.steps));
  return { changeId: plan.changeId, documents, versions: {} };
}

function presentOf({ ref, before, after }: Edited, now: number): StoredDocument {
  return {
    ...ref,
    id: before?.id ?? '',
    revision: before?.revision ?? 0,
    body: after,
    updatedAt: before?.updatedAt ?? now,
  };
}

/** Every document of the change as it is now, with what happened to it. */
async function documentsOf(
  { workspace, request }: Plan,
  storedAs: Made['storedAs'],
  stepsOn: Made['stepsOn'],
): Promise<readonly ChangedDocument[]> {
  if (request.brief) return [];
  const documents: ChangedDocument[] = [];
  for (const edited of workspace.edited()) {
    const { ref, before, after } = edited;
    const own = stepsOn(ref);
    const stored = storedAs(edited);
    documents.push({
      kind: ref.kind,
      key: ref.key,
      environment: workspace.environmentKey(ref.parent),
      revision: stored.revision,
      document: after === null ? null : await viewOfDocument(workspace, stored),
      summary: summaryOf(own),
      diff:
        before === null || after === null
          ? own.flatMap(({ instructions }) => instructions)
          : await diffOf(workspace, edited),
    });
  }
  return documents;
}

/** Instructions that lead from the document as it was to the document as it is. */
async function diffOf(workspace: Workspace, { ref, before, after }: Edited): Promise<readonly unknown[]> {
  const kind: FlagDocumentKind = ref.kind;
  switch (kind) {
    case 'flag':
      return diffFlag(before?.body as Flag, after as Flag);
    case 'flag-config': {
      const flag = await workspace.flag(ref.key);
      return flag === null ? [] : diffConfig(flag, before?.body as FlagConfig, after as FlagConfig);
    }
    case 'flag-plan':
      return [{ kind: 'set-plan', ...(after as FlagPlanBody) }];
    case 'segment':
      return diffSegment(before?.body as Segment, after as Segment);
    case 'segment-config':
      return diffSegmentConfig(before?.body as SegmentConfig, after as SegmentConfig);
  }
}

interface Made {
  readonly storedAs: (edited: Edited) => StoredDocument;
  readonly stepsOn: (ref: Edited['ref']) => readonly Step[];
  readonly versions: ChangeOutcome['versions'];
}

function eventsOf(
  { request, changeId, now, edited, workspace }: Plan,
  { storedAs, stepsOn, versions }: Made,
): readonly DomainEvent[] {
  const cause = {
    changeId,
    project: request.project,
    actor: actorOf(request.actor),
    origin: request.origin,
    comment: request.comment ?? null,
    at: now,
    versions,
  };
  const events = edited.flatMap(({ ref, before, after }): readonly DomainEvent[] => {
    if (ref.kind !== 'flag-config') return [];
    const [was, is] = [(before?.body as FlagConfig | undefined)?.killed ?? null, (after as FlagConfig).killed];
    const where = { flag: ref.key, environment: workspace.environmentKey(ref.parent) ?? '' };
    if (was === null && is !== null) return [{ kind: 'flag-killed', ...where, reason: is.reason, ...cause }];
    return was !== null && is === null ? [{ kind: 'flag-restored', ...where, ...cause }] : [];
  });
  const documents = workspace.edited().map((one) => ({
    kind: one.ref.kind,
    key: one.ref.key,
    environment: workspace.environmentKey(one.ref.parent),
    revision: storedAs(one).revision,
    summary: summaryOf(stepsOn(one.ref)),
  }));
  return [...events, { kind: 'changed', documents, ...cause }];
}
