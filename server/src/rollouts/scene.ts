import type { Flag, FlagConfig } from '@glidepath/core';
import { namesOf } from '../audit/actor-names.ts';
import { partAbout } from '../flags/write-path/change-record.ts';
import type { Verdict } from '../gates/gate.ts';
import { SAMPLE_RATIO } from '../gates/gate-schemas.ts';
import { openIncidentsOf } from '../incidents/incident.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import type { Reads, StoredDocument } from '../store/store.ts';
import type { Facts } from './decide.ts';
import { isAsDriven, isDealtAnew } from './driven.ts';
import { VERDICT_LIFE_MS } from './evidence.ts';
import { isOver } from './rollout.ts';
import type { Coverage, Place, Surroundings } from './surroundings.ts';

/** A rollout with all that is decided by, as of one moment. */
export interface Scene {
  readonly row: RolloutRow;
  readonly place: Place;
  readonly flag: Flag;
  readonly config: StoredDocument<FlagConfig>;
  /** What each gate said last. */
  readonly verdicts: readonly Verdict[];
  readonly facts: Facts;
  /** Of the deploy that it waits for; null where it waits for none. */
  readonly coverage: Coverage | null;
  readonly now: number;
}

export async function sceneOf(
  reads: Reads,
  surroundings: Surroundings,
  row: RolloutRow,
  { now, place: known }: { readonly now: number; readonly place?: Place },
): Promise<Scene> {
  const place = known ?? (await placeOf(reads, row));
  const flag = await existing(reads.document<Flag>({ kind: 'flag', parent: row.project, key: row.flag }));
  const ref = { kind: 'flag-config', parent: row.environment, key: row.flag } as const;
  const config = await existing(reads.document<FlagConfig>(ref));
  const verdicts = (await reads.gateChecks(row.rollout.id)).flatMap(({ verdict }) =>
    verdict === null ? [] : [verdict],
  );
  const scene = { row, place, flag: flag.body, config, verdicts, now };
  // Nothing is decided any more, and lists are full of these.
  if (isOver(row.rollout.state)) return { ...scene, facts: NOTHING, coverage: null };
  const coverage = await coverageFor(reads, surroundings, row, now);
  const facts: Facts = {
    stopped: await stoppedBy(reads, row, flag.body, config),
    mismatch: mismatchIn(verdicts, now),
    freeze: await surroundings.freezeInForce(reads, place, now),
    incidents: await incidentsFor(reads, row, place),
    unmet: await unmetOf(reads, row),
    coveredSince: coverage === null || !isCovered(row, coverage) ? null : (row.coveredSince ?? now),
  };
  return { ...scene, facts, coverage };
}

const NOTHING: Facts = {
  stopped: null,
  mismatch: null,
  freeze: null,
  incidents: [],
  unmet: [],
  coveredSince: null,
};

export async function placeOf(reads: Reads, { project, environment }: RolloutRow): Promise<Place> {
  return {
    project: await existing(reads.documentById<ProjectBody>('project', project)),
    environment: await existing(reads.documentById<EnvironmentBody>('environment', environment)),
  };
}

async function existing<B>(found: Promise<StoredDocument<B> | null>): Promise<StoredDocument<B>> {
  const document = await found;
  if (document === null) throw new Error('a rollout belongs to something that is not there');
  return document;
}

/** What somebody did to the flag. On the way back only a split of somebody's own matters. */
async function stoppedBy(
  reads: Reads,
  { rollout, configRevision }: RolloutRow,
  flag: Flag,
  stored: StoredDocument<FlagConfig>,
): Promise<Facts['stopped']> {
  const { id, body: config, revision } = stored;
  const who = async () => {
    const [last] = await reads.audit({ document: { kind: 'flag-config', id }, limit: 1 });
    return last === undefined ? 'somebody' : nameOf(reads, last.actor);
  };
  if (flag.archivedAt !== null) return { kind: 'edit', reason: `flag ${flag.key} is archived` };
  const isEdited = !isAsDriven(rollout, flag, config);
  const isGoingBack = rollout.state.kind === 'rolling-back';
  if (config.killed !== null && !(isGoingBack && isEdited))
    return { kind: 'kill', reason: `${await nameOf(reads, config.killed.by)}: ${config.killed.reason}` };
  if (!config.on && !(isGoingBack && isEdited))
    return { kind: 'turned-off', reason: `${await who()} turned the flag off` };
  if (!isGoingBack && isDealtAnew(rollout, flag))
    return { kind: 'edit', reason: `the salt of ${flag.key} was changed: other people come first by it` };
  if (isEdited) return { kind: 'edit', reason: `${await who()} changed what is served there` };
  if (isGoingBack || configRevision === null || configRevision === revision) return null;
  return stoppedMeanwhile(reads, id, configRevision);
}

/** Records of one flag that are looked through: nobody writes more between two looks. */
const LOOKED_THROUGH = 100;

/** A kill, or a turn to off, that was taken back before anybody looked: it has stopped the rollout all the same. */
async function stoppedMeanwhile(reads: Reads, id: string, seen: number): Promise<Facts['stopped']> {
  const records = await reads.audit({ document: { kind: 'flag-config', id }, limit: LOOKED_THROUGH });
  for (const record of records) {
    const part = partAbout(record, id);
    if (part === undefined) continue;
    if (part.to <= seen) return null;
    const { killed, on } = part.after as FlagConfig;
    if (killed !== null)
      return { kind: 'kill', reason: `${await nameOf(reads, killed.by)}: ${killed.reason} (restored since)` };
    if (!on) return { kind: 'turned-off', reason: `${await nameOf(reads, record.actor)} turned the flag off` };
  }
  return null;
}

async function nameOf(reads: Reads, actor: string): Promise<string> {
  return (await namesOf(reads, [actor])).get(actor) ?? actor;
}

function mismatchIn(verdicts: readonly Verdict[], now: number): string | null {
  const said = verdicts.find(({ gate }) => gate === SAMPLE_RATIO);
  return said?.kind === 'fail' && Math.abs(now - said.at) <= VERDICT_LIFE_MS ? said.reason : null;
}

/** The incident that its own roll-back opened tells nothing new. */
async function incidentsFor(reads: Reads, { project, flag, incident }: RolloutRow, place: Place) {
  const touching = { environment: place.environment.key, flag };
  const open = await openIncidentsOf(reads, project, touching);
  return open.filter(({ key }) => key !== incident).map(({ key, body }) => `${key}: ${body.title}`);
}

/** Flags that have to be released first and are not. */
async function unmetOf(reads: Reads, { rollout, environment }: RolloutRow): Promise<readonly string[]> {
  if (rollout.state.kind !== 'waiting') return [];
  const unmet: string[] = [];
  for (const flag of rollout.plan.requires) {
    const [latest] = await reads.rollouts({ environment, flag, limit: 1 });
    if (latest?.rollout.state.kind !== 'completed') unmet.push(flag);
  }
  return unmet;
}

async function coverageFor(
  reads: Reads,
  surroundings: Surroundings,
  { rollout, environment }: RolloutRow,
  now: number,
): Promise<Coverage | null> {
  const { start } = rollout.plan;
  if (start.kind !== 'deploy' || rollout.state.kind !== 'waiting') return null;
  return surroundings.coverageOf(reads, { environment, service: start.service, minVersion: start.minVersion }, now);
}

function isCovered({ rollout }: RolloutRow, { percent, instances }: Coverage): boolean {
  const { start } = rollout.plan;
  return start.kind === 'deploy' && instances > 0 && percent >= start.coverage;
}
