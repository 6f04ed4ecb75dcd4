import { namesOf } from '../audit/actor-names.ts';
import type { Verdict } from '../gates/gate.ts';
import { SAMPLE_RATIO } from '../gates/gate-schemas.ts';
import { timeOf } from '../http/api.ts';
import type {
  EvidenceView,
  GateView,
  ReleasePlanView,
  RolloutRecordView,
  RolloutView,
  VerdictView,
} from '../http/release-types.ts';
import type { Evidence, RolloutRecord, RolloutRow } from '../store/rollouts.ts';
import type { Reads } from '../store/store.ts';
import { type Decision, decide } from './decide.ts';
import { counted, hasData, isNeeded, judgedNow } from './evidence.ts';
import { consequenceOf } from './gate-words.ts';
import type { ReleasePlan } from './plan.ts';
import { causeOf, isOver, progressOf, type Rollout, stageOf } from './rollout.ts';
import { placeOf, type Scene, sceneOf } from './scene.ts';
import type { Place, Surroundings } from './surroundings.ts';
import { awaitedBy, comingOf, percentOf, sentenceOf } from './words.ts';

/** Rollouts as the HTTP API shows them. */

export async function rolloutViewsOf(
  reads: Reads,
  surroundings: Surroundings,
  rows: readonly RolloutRow[],
  now: number,
): Promise<readonly RolloutView[]> {
  // Pages ask for whole lists every two seconds: what all rows share is read once.
  const startedBy = rows.map((row) => row.startedBy);
  const names = await namesOf(reads, startedBy);
  const places = new Map<string, Place>();
  const views: RolloutView[] = [];
  for (const row of rows) {
    const place = places.get(row.environment) ?? (await placeOf(reads, row));
    places.set(row.environment, place);
    views.push(viewOf(await sceneOf(reads, surroundings, row, { now, place }), names));
  }
  return views;
}

function viewOf(scene: Scene, names: ReadonlyMap<string, string>): RolloutView {
  const { row } = scene;
  const { rollout } = row;
  const said = new Map(scene.verdicts.map((verdict) => [verdict.gate, verdict]));
  const ratio = said.get(SAMPLE_RATIO);
  const environment = scene.place.environment.key;
  return {
    id: rollout.id,
    flag: row.flag,
    environment,
    plan: planViewOf(rollout.plan),
    state: rollout.state.kind,
    cause: causeOf(rollout.state),
    stage: stageOf(rollout.state),
    percent: percentOf(rollout),
    progress: progressViewOf(scene),
    next: nextOf(scene),
    gates: rollout.plan.gates.map((gate): GateView => {
      const verdict = said.get(gate.id) ?? null;
      return {
        gate,
        verdict: verdict && verdictViewOf(verdict),
        consequence: isOver(rollout.state) ? null : consequenceOf(gate, verdict, rollout.plan.onFailure),
      };
    }),
    sampleRatio: ratio === undefined ? null : verdictViewOf(ratio),
    coverage: scene.coverage,
    startedBy: names.get(row.startedBy) ?? row.startedBy,
    comment: row.comment,
    startedAt: timeOf(row.createdAt),
    endedAt: row.endedAt === null ? null : timeOf(row.endedAt),
    incident: row.incident,
    evidence: row.evidence && evidenceViewOf(row.evidence),
    sentence: sentenceOf(rollout, { flag: row.flag, environment }),
    revision: row.revision,
    updatedAt: timeOf(row.updatedAt),
  };
}

export function planViewOf({ start, ...plan }: ReleasePlan): ReleasePlanView {
  return { ...plan, start: start.kind === 'at' ? { kind: 'at', at: timeOf(start.at) } : start };
}

function progressViewOf({ row: { rollout }, verdicts, now }: Scene): RolloutView['progress'] {
  const progress = progressOf(rollout.state);
  if (progress === null) return null;
  const { since, bakedMs, countedAt, checked, approvedBy } = progress;
  const judged = judgedNow(rollout, verdicts, now).filter(isNeeded);
  return {
    since: timeOf(since),
    bakedMs,
    countedAt: timeOf(countedAt),
    isBaking: rollout.state.kind !== 'paused' && judged.every(hasData),
    checked,
    approvedBy,
  };
}

/** What the next look would decide, seen from now. */
function nextOf({ row, verdicts, facts, now }: Scene): RolloutView['next'] {
  const rollout = counted(row.rollout, verdicts, now);
  const coming = comingOf(rollout);
  if (coming === null) return null;
  const decision = decide(rollout, verdicts, facts, now);
  return { what: coming.what, at: atOf(decision, now), waitsFor: waitOf(rollout, decision) };
}

function atOf(decision: Decision, now: number): string | null {
  switch (decision.kind) {
    case 'wait':
      return decision.until === null ? null : timeOf(decision.until);
    case 'advance':
    case 'complete':
      return timeOf(now);
    case 'hold':
    case 'pause':
    case 'roll-back':
    case 'abort':
      return null;
  }
}

function waitOf({ plan, state }: Rollout, decision: Decision): string | null {
  if (decision.kind === 'hold') return awaitedBy(decision.cause);
  if (decision.kind !== 'wait' || decision.until !== null) return null;
  if (state.kind === 'paused') return 'somebody to resume it';
  if (state.kind !== 'waiting') return null;
  if (plan.start.kind === 'deploy') return `${plan.start.service} ${plan.start.minVersion}`;
  return 'somebody to begin it';
}

export function verdictViewOf({ at, ...verdict }: Verdict): VerdictView {
  return { ...verdict, at: timeOf(at) };
}

function evidenceViewOf({ at, verdicts, ...evidence }: Evidence): EvidenceView {
  return { ...evidence, at: timeOf(at), verdicts: verdicts.map(verdictViewOf) };
}

export async function recordViewsOf(
  reads: Reads,
  records: readonly RolloutRecord[],
): Promise<readonly RolloutRecordView[]> {
  const names = await namesOf(
    reads,
    records.map(({ actor }) => actor),
  );
  return records.map(({ rollout: _, at, actor, ...record }) => ({
    ...record,
    at: timeOf(at),
    actor: names.get(actor) ?? actor,
  }));
}
