import { eq } from 'drizzle-orm';
import { failpoint } from '../failpoint.ts';
import type { Connection } from './connection.ts';
import { putDelivery, readDelivery } from './delivery-rows.ts';
import { putLiveVersions, readUnsettled, settleDeploy } from './deploy-rows.ts';
import { beginDevice, touchDevice } from './device-rows.ts';
import { readChanges, readSnapshot } from './environment-rows.ts';
import { readChangedByPeople, readEvaluationSums, readServedSince } from './evidence-rows.ts';
import { foldHealth } from './health-fold.ts';
import {
  claimNotices,
  countNotices,
  readNotices,
  readWaitingChannels,
  readWaitingNotices,
  retryNotice,
  routeEvents,
  settleNotices,
} from './notice-rows.ts';
import { readWaitingEvents } from './outbox-rows.ts';
import { pruneAll } from './prune.ts';
import { readsOf } from './reads.ts';
import { putLifecycleDay } from './reminder-rows.ts';
import { hastenRollouts, readDueRollouts } from './rollout-rows.ts';
import { readSeen } from './seen-rows.ts';
import { removeSessions, touchSession } from './session-rows.ts';
import type { Store, WriteTransaction } from './store.ts';
import { openTransaction, type PublishedVersion } from './transaction.ts';
import { addUsage, readMissing, readUsage } from './usage-rows.ts';
import { claimGates, isAnyGateDue, putVerdict, readVerdicts } from './verdict-rows.ts';

export interface SqlStoreOptions {
  readonly connection: Connection;
  /** Milliseconds since epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** The store over either dialect. */
export function createSqlStore({ connection, now, newId }: SqlStoreOptions): Store {
  const { tables: t, dialect } = connection;

  async function write<T>(environmentIds: readonly string[], work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    const ids = [...new Set(environmentIds)];
    const { result, published } = await connection.write(async (db) => {
      const locked = ids.length > 0 ? await connection.locks.heads(db, ids) : [];
      const transaction = openTransaction({ db, connection, locked, now, newId });
      try {
        const value = await work(transaction.tx);
        if (__TEST_BUILD__) await failpoint('before-commit');
        return { result: value, published: transaction.published };
      } finally {
        transaction.end();
      }
    });
    if (__TEST_BUILD__) await failpoint('after-commit');
    connection.announce(announcementOf(published));
    return result;
  }

  async function accessVersion(): Promise<number> {
    const [row] = await connection.read(async (db) =>
      db.select({ value: t.counter.value }).from(t.counter).where(eq(t.counter.name, 'access')),
    );
    return row?.value ?? 0;
  }

  return {
    ...readsOf((work) => connection.read(work), t, now),
    dialect,
    write,
    accessVersion,
    snapshot: (environment) => connection.read((db) => readSnapshot(db, t, environment)),
    changesSince: (environment, version, limit) =>
      connection.read((db) => readChanges(db, t, { environment, version, limit })),
    watch: (listener) => connection.watch(listener),
    databaseTime: () => connection.databaseTime(),
    timeline: () => connection.timeline(),
    waitingEvents: (limit) => connection.read((db) => readWaitingEvents(db, t, limit)),
    routeEvents: (events) => connection.write((db) => routeEvents(db, t, events)),
    waitingChannels: () => connection.read((db) => readWaitingChannels(db, t)),
    waitingNotices: (channel, limit) => connection.read((db) => readWaitingNotices(db, t, channel, limit)),
    claimNotices: (claim) => connection.write((db) => claimNotices(db, t, claim)),
    settleNotices: (ids, outcome) => connection.write((db) => settleNotices(db, t, ids, outcome)),
    notices: (filter) => connection.read((db) => readNotices(db, t, filter)),
    noticeCount: (filter) => connection.read((db) => countNotices(db, t, filter)),
    retryNotice: (channel, id, at) => connection.write((db) => retryNotice(db, t, { channel, id, now: at })),
    putDelivery: (row) => connection.write((db) => putDelivery(db, t, row)),
    delivery: (environment, version) => connection.read((db) => readDelivery(db, t, environment, version)),
    addUsage: (reports, at) => connection.write((db) => addUsage(db, connection, reports, at)),
    usage: (query) => connection.read((db) => readUsage(db, t, query)),
    missing: (environment) => connection.read((db) => readMissing(db, t, environment)),
    seen: (environment) => connection.read((db) => readSeen(db, t, environment)),
    servedSince: (environment) => connection.read((db) => readServedSince(db, t, environment)),
    evaluationSums: (environment, from, flag) =>
      connection.read((db) => readEvaluationSums(db, t, { environment, from, flag })),
    changedByPeople: (project) => connection.read((db) => readChangedByPeople(db, t, project)),
    foldHealth: (at) =>
      connection.write(async (db) => (await connection.locks.turn(db)) && (await foldHealth(db, t, at))),
    dueRollouts: (at, limit) => connection.read((db) => readDueRollouts(db, t, at, limit)),
    hastenRollouts: (ids, at) => connection.write((db) => hastenRollouts(db, t, ids, at)),
    claimGates: async (at, nextAt, limit) =>
      // Mostly nothing is due: then nobody has to wait for a writer.
      (await connection.read((db) => isAnyGateDue(db, t, at)))
        ? connection.write((db) => claimGates(db, t, { now: at, nextAt, limit }))
        : [],
    putVerdict: (rollout, verdict) => connection.write((db) => putVerdict(db, t, rollout, verdict)),
    verdicts: (query) => connection.read((db) => readVerdicts(db, t, query)),
    touchSession: (hash, seenAt) => connection.write((db) => touchSession(db, t, hash, seenAt)),
    beginDevice: (row) => connection.write((db) => beginDevice(db, t, row)),
    touchDevice: (device, asked) => connection.write((db) => touchDevice(db, t, device, asked)),
    putLiveVersions: (replica, versions, at) =>
      connection.write((db) => putLiveVersions(db, t, { replica, versions, at })),
    unsettledDeploys: (limit) => connection.read((db) => readUnsettled(db, t, limit)),
    settleDeploy: (deploy, at) => connection.write((db) => settleDeploy(db, t, deploy, at)),
    putLifecycleDay: (project, day) => connection.write((db) => putLifecycleDay(db, t, project, day)),
    removeSessions: (by) => connection.write((db) => removeSessions(db, t, by)),
    prune: (at) =>
      connection.write(async (db) => {
        if (await connection.locks.turn(db)) await pruneAll(db, t, at);
      }),
    close: () => connection.close(),
  };
}

/** What woke the others, for people who listen in: `<environment>:<version>`. */
function announcementOf(published: readonly PublishedVersion[]): string {
  return published.map(({ environment, version }) => `${environment}:${version}`).join(',');
}
