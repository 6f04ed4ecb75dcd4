import type { Item, ItemKind } from '@glidepath/core';
import type { ChangeFacts } from '@glidepath/core/change';
import type { Op, WholeOp } from '@glidepath/core/protocol';
import type { DeployReads, DeployStore, DeployWrites } from './deploys.ts';
import type { EvidenceStore } from './evidence.ts';
import type { HealthReads, HealthStore } from './health.ts';
import type { LifecycleReads, LifecycleStore, LifecycleWrites } from './lifecycle.ts';
import type { NoticeStore } from './notices.ts';
import type { RolloutReads, RolloutStore, RolloutWrites } from './rollouts.ts';
import type { UsageReads, UsageStore } from './usage.ts';

/** The kinds of documents, and what each one's body is; `parent` tells where its key is unique. */
export type DocumentKind =
  | 'project' // parent ''
  | 'environment' // parent = project id
  | 'flag' // parent = project id
  | 'flag-config' // parent = environment id, key = the flag's key
  | 'flag-plan' // parent = environment id, key = the flag's key: how its releases go there
  | 'segment' // parent = project id
  | 'segment-config' // parent = environment id, key = the segment's key
  | 'member' // parent '', key = id
  | 'sdk-key' // parent = environment id, key = id
  | 'api-token' // parent '', key = id
  | 'plan' // parent = project id: a template of releases
  | 'release-policy' // parent = project id, key = id: which deploys start which releases
  | 'incident' // parent = project id, key = INC-1, INC-2 …
  | 'integration' // parent = project id, key = id: who may report deploys by webhook
  | 'channel' // parent = project id, key = id: where messages go
  | 'lifecycle-settings' // parent = project id, key 'settings'
  | 'owner-nudge' // parent = project id, key = id of the member: when they were reminded last
  | 'slack-user'; // parent '', key = team and user at Slack: the member behind it

/** Names one document: kind, the id of what it belongs to, and its key there. */
export interface DocumentRef {
  readonly kind: DocumentKind;
  readonly parent: string;
  readonly key: string;
}

/** A document as it is stored; bodies are validated by who writes them. */
export interface StoredDocument<B = unknown> extends DocumentRef {
  /** Never reused; the parent of what belongs to this document. */
  readonly id: string;
  /** +1 with every committed write of this document; starts at 1. */
  readonly revision: number;
  readonly body: B;
  readonly updatedAt: number;
}

/** Where the history of one environment stands. `id` is the environment document's id. */
export interface EnvironmentHead {
  readonly id: string;
  readonly epoch: string;
  readonly version: number;
  readonly digest: string;
}

/** One row of an environment's history: all ops of one transaction. */
export interface EnvironmentChange {
  readonly environment: string;
  readonly version: number;
  readonly changeId: string;
  readonly ops: readonly WholeOp[];
  /** Digest of the item map after the change. */
  readonly digest: string;
  readonly urgent: boolean;
  /** When it was committed, by the `Clock`. */
  readonly at: number;
}

export interface EnvironmentSnapshot extends EnvironmentHead {
  readonly items: readonly Item[];
}

/** The canonical text of an item's body, and its hash. */
export interface ItemPrint {
  readonly text: string;
  readonly hash: string;
}

/** The wanted state of one item: the store compares it with what is there and takes a version only if something differs. */
export type ItemWrite =
  | { readonly kind: ItemKind; readonly key: string; readonly body: Item['body'] | null }
  /** Printed beforehand, so that no transaction waits for it. */
  | { readonly kind: ItemKind; readonly key: string; readonly print: ItemPrint };

/** A change of a segment's keys that travels instead of the whole item; the item's new body must be in `items` too. */
export type MembersOp = Omit<Extract<Op, { op: 'members' }>, 'rev'>;

export interface PublishRequest {
  readonly environment: string;
  readonly changeId: string;
  readonly urgent: boolean;
  readonly items: readonly ItemWrite[];
  readonly members?: readonly MembersOp[];
}

/** Through which door a change came. */
export type Origin = ChangeFacts['origin'];

/** What a caller says about an audit record; the store adds seq and hashes. */
export interface AuditEntry {
  readonly at: number;
  /** `member:<id>`, `token:<id>` or `system`. */
  readonly actor: string;
  readonly origin: Origin;
  /** A verb such as `change-flag`, `create-member`, `sign-in`. */
  readonly action: string;
  /** Project key, or null for what belongs to the installation. */
  readonly project: string | null;
  readonly changeId: string;
  /** Versions before and after, equal where the payload did not change. */
  readonly environments: readonly { readonly key: string; readonly from: number; readonly to: number }[];
  /** The documents it wrote, for their history. */
  readonly documents: readonly {
    readonly kind: DocumentKind;
    readonly id: string;
    readonly key: string;
    readonly revision: number;
  }[];
  /** Stored as the exact text that is hashed, together with the fields above under `envelope`. */
  readonly content: object;
}

/** The end of the audit chain. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditRecord extends Omit<AuditEntry, 'content'> {
  /** Position in the installation's one log, from 1, gapless. */
  readonly seq: number;
  /** Null once retention blanked it. */
  readonly content: string | null;
  readonly contentHash: string;
  readonly prevHash: string;
  readonly hash: string;
}

export interface AuditFilter {
  readonly actor?: string;
  readonly project?: string;
  readonly environment?: string;
  /** Key of a flag. */
  readonly flag?: string;
  readonly origin?: string;
  /** Milliseconds since epoch, inclusive. */
  readonly from?: number;
  /** Milliseconds since epoch, exclusive. */
  readonly to?: number;
  /** Only records that wrote this document. */
  readonly document?: { readonly kind: DocumentKind; readonly id: string };
  readonly changeId?: string;
  /** Only records with a smaller seq (newest first) or, with `ascending`, a greater one. */
  readonly after?: number;
  readonly ascending?: boolean;
  readonly limit: number;
}

/** A message to the outside, delivered at least once. */
export interface OutboxEntry {
  readonly id: string;
  readonly topic: string;
  readonly at: number;
  readonly body: unknown;
}

/** The answer to a write, kept for a day, so that a retry applies once. */
export interface RememberedAnswer {
  readonly key: string;
  /** Who asked; another principal's key is another key. */
  readonly principal: string;
  /** SHA-256 of method, path and body. */
  readonly request: string;
  readonly status: number;
  readonly body: unknown;
  readonly at: number;
}

export interface SessionRow {
  /** SHA-256 of the cookie's value. */
  readonly hash: string;
  readonly member: string;
  readonly csrf: string;
  readonly createdAt: number;
  readonly seenAt: number;
}

/** A device that waits for somebody to let it in. */
export interface DeviceLoginRow {
  /** SHA-256 of the code by which the device asks. */
  readonly device: string;
  /** What a person types. */
  readonly code: string;
  /** What the device calls itself. */
  readonly name: string;
  readonly address: string;
  /** JSON; null until somebody has answered. */
  readonly answer: string | null;
  readonly createdAt: number;
  /** When it asked last; when it began, before that. */
  readonly askedAt: number;
  /** How long it has to wait before it asks again. */
  readonly intervalMs: number;
}

/** How far one replica's SDKs have applied one version. */
export interface DeliveryRow {
  readonly environment: string;
  readonly version: number;
  readonly replica: string;
  readonly connected: number;
  readonly applied: number;
  readonly gone: number;
  /** Browsers that were sent values because of this version, and those that acknowledged them. */
  readonly browsersSent: number;
  readonly browsersApplied: number;
  /** Milliseconds from commit to acknowledgement, one per applied connection, as bucket → count. */
  readonly sketch: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly updatedAt: number;
}

/** One of many documents to write. `expected` is the revision that it must have, 0 = it must not exist. */
export interface DocumentPut {
  readonly ref: DocumentRef;
  readonly body: unknown;
  readonly expected: number;
}

/** Reads, as of one moment. */
export interface Reads extends DeployReads, HealthReads, LifecycleReads, RolloutReads, UsageReads {
  document<B>(ref: DocumentRef): Promise<StoredDocument<B> | null>;
  documentById<B>(kind: DocumentKind, id: string): Promise<StoredDocument<B> | null>;
  /**
   * Ordered by key; without `parent` all of the kind. With `holding` those alone whose JSON holds this text, which is a
   * sieve for large kinds of which few matter: letters of either case may pass, `%`, `_` and `\` must not stand in it.
   */
  documents<B>(kind: DocumentKind, parent?: string, holding?: string): Promise<readonly StoredDocument<B>[]>;
  /** What is there at which revision, by key. */
  revisions(kind: DocumentKind, parent: string): Promise<ReadonlyMap<string, number>>;
  heads(environmentIds?: readonly string[]): Promise<readonly EnvironmentHead[]>;
  /** Keys of removed documents, in lower case: they are never given again. */
  reservedKeys(kind: DocumentKind, parent: string): Promise<ReadonlySet<string>>;
  items(environment: string): Promise<readonly Item[]>;
  /** How much the payload of an environment holds: its items, and the bytes of their bodies. */
  payloadSize(environment: string): Promise<{ readonly items: number; readonly bytes: number }>;
  audit(filter: AuditFilter): Promise<readonly AuditRecord[]>;
  /** How many records the filter lets through. */
  auditCount(filter: Omit<AuditFilter, 'limit'>): Promise<number>;
  /** What the last record of an untouched log has: a cut tail shows against it. */
  auditHead(): Promise<AuditHead>;
  remembered(principal: string, key: string): Promise<RememberedAnswer | null>;
  session(hash: string): Promise<SessionRow | null>;
  /** Of a device that still waits, or was answered and has not asked since. */
  deviceLogin(by: { readonly device: string } | { readonly code: string }): Promise<DeviceLoginRow | null>;
}

/** Everything between `begin` and `commit`. Nothing but its own methods may be awaited inside. */
export interface WriteTransaction extends Reads, DeployWrites, LifecycleWrites, RolloutWrites {
  /**
   * Writes a document. `expected` is the revision that it must have, 0 = it must not exist.
   * Refuses with `revision-conflict`, or `already-exists` (also when the key was ever used, or differs only in case).
   */
  put<B>(ref: DocumentRef, body: B, expected: number): Promise<StoredDocument<B>>;
  /** As `put` for each of them, in any number, and as quick as the database can; answers them in their order. */
  putAll(puts: readonly DocumentPut[]): Promise<readonly StoredDocument[]>;
  /** Its key stays reserved for ever. Refuses with `revision-conflict`. */
  remove(ref: DocumentRef, expected: number): Promise<void>;
  /** Makes the history of a new environment: version 1, no items. */
  createEnvironment(environment: string, epoch: string): Promise<void>;
  /**
   * Stores the items that differ, takes the next version of the environment and writes its change row; null when
   * nothing differs. At most one call per environment and transaction; the environment must be among the locked ones.
   */
  publish(request: PublishRequest): Promise<EnvironmentChange | null>;
  /** Locks the head of the chain, so it comes after everything else but `enqueue` and `remember`. */
  appendAudit(entry: AuditEntry): Promise<AuditRecord>;
  enqueue(entries: readonly OutboxEntry[]): Promise<void>;
  remember(answer: RememberedAnswer): Promise<void>;
  putSession(row: SessionRow): Promise<void>;
  /** False where it was answered before, or is gone. */
  answerDevice(device: string, answer: string): Promise<boolean>;
  /** False where it is gone: of two who end it, one does. */
  endDevice(device: string): Promise<boolean>;
  /** Says that who may sign in with what has changed: every replica reads its keys, tokens and members again. */
  touchAccess(): Promise<void>;
}

/**
 * Where everything is kept. Two implementations, one contract (`store.contract.ts`).
 * Reads outside a transaction see committed state only.
 */
export interface Store
  extends Reads,
    NoticeStore,
    UsageStore,
    DeployStore,
    EvidenceStore,
    HealthStore,
    LifecycleStore,
    RolloutStore {
  readonly dialect: 'sqlite' | 'postgresql';
  /**
   * Runs `work` in one transaction, after locking the rows of these environments in id order; all or nothing, durable
   * when it resolves. Retried by the store only where the database asks for it and `work` has no other effect.
   */
  write<T>(environmentIds: readonly string[], work: (tx: WriteTransaction) => Promise<T>): Promise<T>;
  /** One consistent view: head and items of the same version. */
  snapshot(environment: string): Promise<EnvironmentSnapshot | null>;
  /** Rows with a version greater than `after`, in order; starts with a gap when they were compacted. */
  changesSince(environment: string, after: number, limit: number): Promise<readonly EnvironmentChange[]>;
  /** The counter that `touchAccess` raises. */
  accessVersion(): Promise<number>;
  /** Calls back soon after any committed write, of this process or another; may also call without one. */
  watch(listener: () => void): () => void;
  /** Milliseconds since epoch by the database. */
  databaseTime(): Promise<number>;
  /** Changes when history may have been rewritten (a failover); null where the database has no such notion. */
  timeline(): Promise<string | null>;
  putDelivery(row: DeliveryRow): Promise<void>;
  delivery(environment: string, version: number): Promise<readonly DeliveryRow[]>;
  touchSession(hash: string, seenAt: number): Promise<void>;
  /** False where another device has this code. */
  beginDevice(row: DeviceLoginRow): Promise<boolean>;
  touchDevice(device: string, asked: Pick<DeviceLoginRow, 'askedAt' | 'intervalMs'>): Promise<void>;
  removeSessions(by: { readonly hash: string } | { readonly member: string }): Promise<void>;
  /** Forgets what is past its time: compacted changes, answers, sessions, waiting devices, delivery rows and counts. */
  prune(now: number): Promise<void>;
  close(): Promise<void>;
}
