import type { Principal } from '../auth/principal.ts';
import type { DomainEvent, RolloutMoved } from '../events.ts';
import { failpoint } from '../failpoint.ts';
import type { ChangeWithin, MadeChange } from '../flags/write-path/change.ts';
import { affectedBy } from '../gates/affected.ts';
import { SAMPLE_RATIO } from '../gates/gate-schemas.ts';
import { actorOf } from '../http/api.ts';
import { openIncident } from '../incidents/incident.ts';
import type { Evidence, RolloutInput, RolloutRecord, RolloutRow } from '../store/rollouts.ts';
import { NEVER } from '../store/rollouts.ts';
import type { WriteTransaction } from '../store/store.ts';
import { instructionsOf } from './driven.ts';
import { type Cause, causeOf, isOver, type Rollout, stageOf } from './rollout.ts';
import type { Scene } from './scene.ts';
import { comingOf, percentOf, sentenceOf } from './words.ts';

export interface SettleDeps {
  readonly changeWithin: ChangeWithin;
}

/** A rollout on its way from one state to another. */
export interface Transition {
  readonly next: Rollout;
  readonly by: Principal | { readonly kind: 'system' };
  /** Told in the record; what the state itself says where it is absent. */
  readonly cause?: Cause;
  /** When it has to be looked at again, unless it is over. */
  readonly nextAt: number;
  /** False where the flag cannot be changed now. */
  readonly changesFlag?: false;
}

export interface Settled {
  readonly row: RolloutRow;
  /** To be told once the records of the transaction are written. */
  readonly events: readonly DomainEvent[];
  /** New version of the environment, by its key, where it took one. */
  readonly versions: Readonly<Record<string, number>>;
}

/**
 * Writes a transition: what the flag does now and its record, the rollout, its own record, an incident where it rolled
 * itself back. In somebody's transaction, before its own audit record.
 */
export async function settle(
  tx: WriteTransaction,
  { changeWithin }: SettleDeps,
  scene: Scene,
  transition: Transition,
): Promise<Settled> {
  const { row, place, flag, config } = scene;
  const { next, by, changesFlag = true } = transition;
  const instructions = changesFlag ? instructionsOf(next, flag, config.body) : [];
  const rows: Settled[] = [];
  const write = async (made: MadeChange | null) => void rows.push(await writeRows(tx, scene, transition, made));
  if (__TEST_BUILD__) await failpoint('settle-before-change');
  if (instructions.length > 0) {
    const isBack = next.state.kind === 'rolled-back';
    await changeWithin(
      tx,
      {
        actor: by,
        origin: 'rollout',
        comment: sentenceOf(next, { flag: row.flag, environment: place.environment.key }),
        project: place.project.key,
        changes: [{ flag: row.flag, environment: place.environment.key, instructions }],
        ...(isBack ? { urgent: true } : {}),
      },
      write,
    );
    if (__TEST_BUILD__) await failpoint('settle-after-audit');
  }
  if (rows.length === 0) await write(null);
  const [settled] = rows;
  if (settled === undefined) throw new Error(`rollout ${next.id} was not written`);
  return settled;
}

async function writeRows(
  tx: WriteTransaction,
  scene: Scene,
  transition: Transition,
  made: MadeChange | null,
): Promise<Settled> {
  if (__TEST_BUILD__) await failpoint('settle-after-change');
  const { row, place } = scene;
  const { next } = transition;
  const version = made?.versions[place.environment.key] ?? null;
  const incident = isOwnHarm(row, next) ? await openOwnIncident(tx, scene, next) : null;
  if (__TEST_BUILD__) await failpoint('settle-after-incident');
  const input = await rowAfter(tx, scene, transition, { version, incident: incident?.incident ?? row.incident });
  const written = await tx.putRollout(input, row.revision);
  if (__TEST_BUILD__) await failpoint('settle-after-row');
  await putGates(tx, row.rollout, next, scene.now);
  if (__TEST_BUILD__) await failpoint('settle-after-gates');
  await tx.addRolloutRecord(recordOf(scene, transition, made, version));
  if (__TEST_BUILD__) await failpoint('settle-after-record');
  const moved = movedEvent(scene, transition, { version, incident: written.incident });
  const events = isMoved(row.rollout, next) ? [moved, ...(incident === null ? [] : [incident])] : [];
  return { row: written, events, versions: version === null ? {} : { [place.environment.key]: version } };
}

interface Outcome {
  readonly version: number | null;
  readonly incident: string | null;
}

async function rowAfter(
  tx: WriteTransaction,
  scene: Scene,
  { next, nextAt }: Transition,
  { version, incident }: Outcome,
): Promise<RolloutInput> {
  const { row, now, facts } = scene;
  const isEnded = isOver(next.state);
  return {
    ...row,
    rollout: next,
    nextAt: isEnded ? null : nextAt,
    sinceVersion: beginsStage(row.rollout, next) ? (version ?? (await headOf(tx, row.environment))) : row.sinceVersion,
    coveredSince: facts.coveredSince,
    configRevision: await configRevisionOf(tx, scene),
    incident,
    evidence: isOwnHarm(row, next) ? await evidenceOf(tx, scene, next) : row.evidence,
    endedAt: isEnded ? now : null,
  };
}

/** At once there is nothing to be found in a new stage. */
const FIRST_ASKED_MS = 3_000;

async function putGates(tx: WriteTransaction, before: Rollout, next: Rollout, now: number): Promise<void> {
  const gates = [...next.plan.gates.map(({ id }) => id), SAMPLE_RATIO];
  // What was said last stays to be seen; nobody is asked again.
  if (isOver(next.state)) await tx.putGateChecks(next.id, before.state.kind === 'waiting' ? [] : gates, NEVER);
  else if (beginsStage(before, next)) await tx.putGateChecks(next.id, gates, now + FIRST_ASKED_MS);
}

function recordOf(
  { row, now }: Scene,
  { next, by, cause }: Transition,
  made: MadeChange | null,
  version: number | null,
): Omit<RolloutRecord, 'seq'> {
  return {
    rollout: next.id,
    at: now,
    from: row.rollout.state.kind,
    to: next.state.kind,
    stage: stageOf(next.state),
    percent: percentOf(next),
    cause: cause ?? causeOf(next.state),
    actor: actorOf(by),
    changeId: made?.changeId ?? null,
    version,
  };
}

function beginsStage(before: Rollout, { state }: Rollout): boolean {
  return stageOf(state) !== null && stageOf(state) !== stageOf(before.state);
}

/** Whether anybody would call it another state: counted time, a checked line and other words are none. */
export function isMoved(before: Rollout, next: Rollout): boolean {
  return (
    before.state.kind !== next.state.kind ||
    stageOf(before.state) !== stageOf(next.state) ||
    whyOf(before) !== whyOf(next)
  );
}

/** Where few people come, it goes back and forth all night between too few data and none: for people it is one thing. */
function whyOf({ state }: Rollout): string | undefined {
  const kind = causeOf(state)?.kind;
  return kind === 'samples' ? 'no-data' : kind;
}

/** Whether it goes back by itself, and no incident tells so yet. */
function isOwnHarm({ incident }: RolloutRow, { state }: Rollout): boolean {
  const isBack = state.kind === 'rolled-back' || state.kind === 'rolling-back';
  return isBack && state.cause.kind !== 'person' && incident === null;
}

/** With the change that is being made. */
async function configRevisionOf(tx: WriteTransaction, { row, config }: Scene): Promise<number> {
  const ref = { kind: 'flag-config', parent: row.environment, key: row.flag } as const;
  return (await tx.document(ref))?.revision ?? config.revision;
}

async function headOf(tx: WriteTransaction, environment: string): Promise<number | null> {
  const [head] = await tx.heads([environment]);
  return head?.version ?? null;
}

async function openOwnIncident(tx: WriteTransaction, { row, place, now }: Scene, next: Rollout) {
  const reason = causeOf(next.state)?.reason ?? '';
  const title = `${row.flag} was rolled back: ${reason}`.slice(0, 256);
  const place_ = { environment: place.environment.key, flags: [row.flag] };
  const { key, body } = await openIncident(tx, row.project, {
    title,
    severity: 'SEV2',
    ...place_,
    services: [],
    deploys: [],
    rollout: next.id,
    startedAt: now,
    detectedAt: now,
    openedBy: 'system',
    lead: null,
  });
  const { severity } = body;
  return {
    kind: 'incident-opened' as const,
    project: place.project.key,
    ...place_,
    incident: key,
    title,
    severity,
    actor: 'system',
    at: now,
  };
}

async function evidenceOf(tx: WriteTransaction, { row, verdicts, now }: Scene, next: Rollout): Promise<Evidence> {
  const { state } = row.rollout;
  const versions = await tx.liveVersions(row.environment, now);
  const affected = await affectedBy(tx, row);
  return {
    at: now,
    cause: causeOf(next.state) ?? { kind: 'gate', reason: '' },
    stage: stageOf(state) ?? 0,
    percent: percentOf(row.rollout),
    verdicts,
    versions: versions.map(({ service, version, instances }) => ({ service, version, instances })),
    affected: affected?.executions ?? null,
    people: affected?.people ?? null,
  };
}

function movedEvent(
  { row, place, now }: Scene,
  { next, by, cause }: Transition,
  { version, incident }: Outcome,
): RolloutMoved {
  const coming = comingOf(next);
  return {
    kind: 'rollout-moved',
    rollout: next.id,
    project: place.project.key,
    environment: place.environment.key,
    flag: row.flag,
    variation: next.plan.variation,
    from: { state: row.rollout.state.kind, percent: percentOf(row.rollout) },
    to: { state: next.state.kind, percent: percentOf(next), stage: stageOf(next.state) },
    stages: next.plan.stages.length,
    cause: cause ?? causeOf(next.state),
    next: coming && { what: coming.what, at: coming.openMs === null ? null : now + coming.openMs },
    incident,
    actor: actorOf(by),
    at: now,
    version,
  };
}
