import { EMPTY_DIGEST } from '@glidepath/core/protocol';
import { eq, sql } from 'drizzle-orm';
import { rememberAnswer } from './answer-rows.ts';
import { appendAudit } from './audit-rows.ts';
import { forgetRepository, replaceReferences } from './code-rows.ts';
import type { Connection, Db } from './connection.ts';
import { putDeploy, takeHookMessage } from './deploy-rows.ts';
import { answerDevice, endDevice } from './device-rows.ts';
import { putDocuments } from './document-batch.ts';
import { putDocument, removeDocument } from './document-rows.ts';
import { enqueueOutbox } from './outbox-rows.ts';
import { publishItems } from './publish.ts';
import { readsOf } from './reads.ts';
import { claimDigest, putReminder } from './reminder-rows.ts';
import { addRolloutRecord, countRollout, putRollout } from './rollout-rows.ts';
import { putSession } from './session-rows.ts';
import type { EnvironmentChange, EnvironmentHead, PublishRequest, WriteTransaction } from './store.ts';
import { putGateChecks } from './verdict-rows.ts';

export interface TransactionParts {
  readonly db: Db;
  readonly connection: Connection;
  /** The environments that this transaction holds locked. */
  readonly locked: readonly EnvironmentHead[];
  readonly now: () => number;
  readonly newId: () => string;
}

export type PublishedVersion = Pick<EnvironmentChange, 'environment' | 'version'>;

export interface OpenTransaction {
  readonly tx: WriteTransaction;
  /** What was published, for those who wait for it. */
  readonly published: readonly PublishedVersion[];
  /** From here on its methods refuse: what is called too late would run outside the transaction. */
  end(): void;
}

/** The verbs of one transaction, and the order that keeps two of them from waiting for each other. */
export function openTransaction({ db, connection, locked, now, newId }: TransactionParts): OpenTransaction {
  const { tables } = connection;
  const heads = new Map(locked.map((head) => [head.id, head]));
  const published: PublishedVersion[] = [];
  let phase: 'open' | 'audited' | 'ended' = 'open';

  function inTransaction<T>(work: () => Promise<T>): Promise<T> {
    if (phase === 'ended') return Promise.reject(new Error('the transaction has ended: await everything inside it'));
    return work();
  }
  function beforeAudit<T>(work: () => Promise<T>): Promise<T> {
    if (phase === 'audited')
      return Promise.reject(new Error('appendAudit locks the head of the chain: only enqueue and remember may follow'));
    return inTransaction(work);
  }

  async function publish(request: PublishRequest): Promise<EnvironmentChange | null> {
    const head = heads.get(request.environment);
    if (!head) throw new Error(`environment ${request.environment} is not locked by this transaction`);
    if (published.some((change) => change.environment === request.environment))
      throw new Error(`environment ${request.environment} was published already in this transaction`);
    const change = await publishItems(db, connection, { head, request, at: now() });
    if (change) published.push({ environment: change.environment, version: change.version });
    return change;
  }

  async function createEnvironment(id: string, epoch: string): Promise<void> {
    const head: EnvironmentHead = { id, epoch, version: 1, digest: EMPTY_DIGEST };
    await db.insert(tables.env).values({ ...head, updatedAt: now() });
    // Nobody else can see the new row, so it counts as locked.
    heads.set(id, head);
  }

  async function touchAccess(): Promise<void> {
    const { counter } = tables;
    await db
      .update(counter)
      .set({ value: sql`${counter.value} + 1` })
      .where(eq(counter.name, 'access'));
  }

  const tx: WriteTransaction = {
    ...readsOf((work) => inTransaction(() => work(db)), tables, now),
    put: (ref, body, expected) => beforeAudit(() => putDocument(db, tables, { ref, body, expected, at: now(), newId })),
    putAll: (puts) => beforeAudit(() => putDocuments(db, connection, { puts, at: now(), newId })),
    remove: (ref, expected) => beforeAudit(() => removeDocument(db, tables, { ref, expected, at: now() })),
    createEnvironment: (id, epoch) => beforeAudit(() => createEnvironment(id, epoch)),
    publish: (request) => beforeAudit(() => publish(request)),
    putRollout: (row, expected) => beforeAudit(() => putRollout(db, tables, { row, expected, at: now() })),
    countRollout: (row) => beforeAudit(() => countRollout(db, tables, row)),
    addRolloutRecord: (record) => beforeAudit(() => addRolloutRecord(db, tables, record)),
    putGateChecks: (rollout, gates, checkAt) =>
      beforeAudit(() => putGateChecks(db, tables, rollout, { gates, checkAt })),
    putSession: (row) => beforeAudit(() => putSession(db, tables, row)),
    answerDevice: (device, answer) => beforeAudit(() => answerDevice(db, tables, device, answer)),
    endDevice: (device) => beforeAudit(() => endDevice(db, tables, device)),
    touchAccess: () => beforeAudit(touchAccess),
    putDeploy: (deploy, expected) => beforeAudit(() => putDeploy(db, tables, deploy, expected)),
    takeHookMessage: (integration, message, at) =>
      beforeAudit(() => takeHookMessage(db, tables, { integration, message, at })),
    replaceReferences: (scan) => beforeAudit(() => replaceReferences(db, tables, scan)),
    forgetRepository: (project, repository) => beforeAudit(() => forgetRepository(db, tables, project, repository)),
    putReminder: (reminder) => beforeAudit(() => putReminder(db, tables, reminder)),
    claimDigest: (project, slot) => beforeAudit(() => claimDigest(db, tables, project, slot)),
    appendAudit: (entry) =>
      inTransaction(() => {
        phase = 'audited';
        return appendAudit(db, connection, entry);
      }),
    enqueue: (entries) => inTransaction(() => enqueueOutbox(db, tables, entries)),
    remember: (answer) => inTransaction(() => rememberAnswer(db, tables, answer)),
  };
  return {
    tx,
    published,
    end() {
      phase = 'ended';
    },
  };
}
