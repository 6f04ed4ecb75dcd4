import { readAnswer } from './answer-rows.ts';
import { countAudit, readAudit, readAuditHead } from './audit-rows.ts';
import { readCodeFlags, readCodeReferences, readCodeRepositories } from './code-rows.ts';
import type { Db, Tables } from './connection.ts';
import {
  countDeploys,
  readDeploy,
  readDeployOf,
  readDeploys,
  readFirstDeployed,
  readHookUsedAt,
  readLiveVersions,
} from './deploy-rows.ts';
import { readDevice } from './device-rows.ts';
import { readDocument, readDocumentById, readDocuments, readReservedKeys, readRevisions } from './document-rows.ts';
import { readHeads, readItems, readPayloadSize } from './environment-rows.ts';
import { healthReadsOf } from './health-rows.ts';
import { readDigestSlot, readLifecycleTrend, readReminder, readReminders } from './reminder-rows.ts';
import { countRollouts, readRollout, readRolloutRecords, readRollouts } from './rollout-rows.ts';
import { readSession } from './session-rows.ts';
import type { Reads } from './store.ts';
import { readLastUsed } from './usage-rows.ts';
import { readGateChecks } from './verdict-rows.ts';

/** The reads, on whatever `run` gives them: a pool, or the inside of a transaction. */
export function readsOf(run: <T>(work: (db: Db) => Promise<T>) => Promise<T>, t: Tables, now: () => number): Reads {
  return {
    document: (ref) => run((db) => readDocument(db, t, ref)),
    documentById: (kind, id) => run((db) => readDocumentById(db, t, kind, id)),
    documents: (kind, parent, holding) => run((db) => readDocuments(db, t, kind, { parent, holding })),
    revisions: (kind, parent) => run((db) => readRevisions(db, t, kind, parent)),
    reservedKeys: (kind, parent) => run((db) => readReservedKeys(db, t, kind, parent)),
    heads: (ids) => run((db) => readHeads(db, t, ids)),
    items: (environment) => run((db) => readItems(db, t, environment)),
    payloadSize: (environment) => run((db) => readPayloadSize(db, t, environment)),
    audit: (filter) => run((db) => readAudit(db, t, filter)),
    auditCount: (filter) => run((db) => countAudit(db, t, filter)),
    auditHead: () => run((db) => readAuditHead(db, t)),
    remembered: (principal, key) => run((db) => readAnswer(db, t, { principal, key, now: now() })),
    session: (hash) => run((db) => readSession(db, t, hash)),
    deviceLogin: (by) => run((db) => readDevice(db, t, by)),
    ...healthReadsOf(run, t),
    rollout: (id) => run((db) => readRollout(db, t, id)),
    rollouts: (filter) => run((db) => readRollouts(db, t, filter)),
    rolloutCount: (filter) => run((db) => countRollouts(db, t, filter)),
    rolloutRecords: (rollout) => run((db) => readRolloutRecords(db, t, rollout)),
    gateChecks: (rollout) => run((db) => readGateChecks(db, t, rollout)),
    deploy: (id) => run((db) => readDeploy(db, t, id)),
    deployOf: (attempt) => run((db) => readDeployOf(db, t, attempt)),
    deploys: (filter) => run((db) => readDeploys(db, t, filter)),
    deployCount: (filter) => run((db) => countDeploys(db, t, filter)),
    firstDeployed: (environment, service, versions) =>
      run((db) => readFirstDeployed(db, t, { environment, service, versions })),
    liveVersions: (environment, at) => run((db) => readLiveVersions(db, t, environment, at)),
    codeRepositories: (project) => run((db) => readCodeRepositories(db, t, project)),
    codeFlags: (project, flag) => run((db) => readCodeFlags(db, t, project, flag)),
    codeReferences: (project, flag) => run((db) => readCodeReferences(db, t, project, flag)),
    reminder: (project, flag) => run((db) => readReminder(db, t, project, flag)),
    reminders: (project) => run((db) => readReminders(db, t, project)),
    lifecycleTrend: (project, from) => run((db) => readLifecycleTrend(db, t, project, from)),
    digestSlot: (project) => run((db) => readDigestSlot(db, t, project)),
    lastUsed: (environment, flag) => run((db) => readLastUsed(db, t, environment, flag)),
    hookUsedAt: (integration) => run((db) => readHookUsedAt(db, t, integration)),
  };
}
