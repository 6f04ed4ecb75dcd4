import { auditOf, SYSTEM } from '../audit/audited-write.ts';
import { RefusedError } from '../errors.ts';
import { failpoint } from '../failpoint.ts';
import { FURTHEST_LOOK_MS } from '../store/rollouts.ts';
import type { WriteTransaction } from '../store/store.ts';
import { type Decision, decide } from './decide.ts';
import { counted } from './evidence.ts';
import type { Rollout } from './rollout.ts';
import { type Scene, sceneOf } from './scene.ts';
import { isMoved, type SettleDeps, type Settled, settle } from './settle.ts';
import type { Surroundings } from './surroundings.ts';
import { carriedOut, rolledBack } from './transition.ts';
import { sentenceOf } from './words.ts';

export interface StepDeps extends SettleDeps {
  readonly surroundings: Surroundings;
  newId(): string;
}

/** The longest time for which a rollout is left alone. */
const LOOK_EVERY_MS = 10_000;

/**
 * One look at a rollout whose environment is locked: decides by what is stored, and writes what was decided. Null where
 * nothing happened but time, or where somebody else has looked already.
 */
export async function stepWithin(
  tx: WriteTransaction,
  deps: StepDeps,
  id: string,
  now: number,
): Promise<Settled | null> {
  if (__TEST_BUILD__) await failpoint('step-after-lock');
  const row = await tx.rollout(id);
  if (row === null || row.nextAt === null || !isDue(row.nextAt, now)) return null;
  const scene = await sceneOf(tx, deps.surroundings, row, { now });
  if (__TEST_BUILD__) await failpoint('step-after-facts');
  const rollout = counted(row.rollout, scene.verdicts, now);
  const decision = decide(rollout, scene.verdicts, scene.facts, now);
  if (__TEST_BUILD__) await failpoint('step-after-decision');
  const next = carriedOut(rollout, decision, now);
  const nextAt = nextLook(decision, now);
  const settled =
    isMoved(row.rollout, next) || next.state.kind === 'rolling-back'
      ? await moved(tx, deps, scene, { next, nextAt })
      : null;
  if (settled === null) {
    const { coveredSince } = scene.facts;
    const configRevision = scene.config.revision;
    await tx.countRollout({ rollout: next, nextAt, coveredSince, configRevision, revision: row.revision });
    if (__TEST_BUILD__) await failpoint('step-after-count');
    return null;
  }
  await recordStep(tx, deps, scene, settled);
  if (__TEST_BUILD__) await failpoint('step-after-event');
  return settled;
}

function isDue(nextAt: number, now: number): boolean {
  return nextAt <= now || nextAt > now + FURTHEST_LOOK_MS;
}

/** Sooner where the time is known at which something is due. */
function nextLook(decision: Decision, now: number): number {
  const latest = now + LOOK_EVERY_MS;
  if (decision.kind !== 'wait' || decision.until === null) return latest;
  return Math.min(latest, Math.max(now + 1, decision.until));
}

interface Move {
  readonly next: Rollout;
  readonly nextAt: number;
}

/** Writes the transition; where the flag cannot be changed so, what can be said without changing it. */
async function moved(tx: WriteTransaction, deps: StepDeps, scene: Scene, move: Move): Promise<Settled | null> {
  const { now, row } = scene;
  const next = rolledBack(move.next, now);
  const by = { kind: 'system' } as const;
  const isUntouched = await untouchedAfterRefusal(() => settle(tx, deps, scene, { ...move, next, by }));
  if (isUntouched.kind === 'done') return isUntouched.value;
  const stuck = withoutChange(row.rollout, move.next, { detail: isUntouched.detail, now });
  return isMoved(row.rollout, stuck) ? settle(tx, deps, scene, { ...move, next: stuck, by, changesFlag: false }) : null;
}

type Attempt<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'refused'; readonly detail: string };

/** A change that is refused has written nothing; whatever else is refused ends the transaction. */
async function untouchedAfterRefusal<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    if (!(error instanceof RefusedError) || ENDING.has(error.refusal.code)) throw error;
    return { kind: 'refused', detail: error.refusal.detail };
  }
}

/** Somebody else was faster, or the database cannot write: the next look begins anew. */
const ENDING: ReadonlySet<string> = new Set([
  'already-exists',
  'revision-conflict',
  'storage-full',
  'version-limit',
  'unavailable',
]);

function withoutChange(
  rollout: Rollout,
  next: Rollout,
  { detail, now }: { readonly detail: string; readonly now: number },
): Rollout {
  // It is on its way back until the flag can be changed again.
  if (next.state.kind === 'rolling-back' || next.state.kind === 'aborted') return next;
  const cause = { kind: 'refused', reason: detail } as const;
  // What cannot begin has nothing to stay at: whoever waits for it would never hear why.
  if (!('progress' in rollout.state)) return { ...rollout, state: { kind: 'aborted', at: now, stage: null, cause } };
  return { ...rollout, state: { kind: 'paused', progress: rollout.state.progress, cause } };
}

/** Between these it goes back and forth while it waits for data: its own records tell that. */
const AT_WORK: ReadonlySet<string> = new Set(['running', 'holding', 'awaiting-approval']);

async function recordStep(tx: WriteTransaction, { newId }: StepDeps, scene: Scene, settled: Settled): Promise<void> {
  const { row, place, now } = scene;
  const { rollout } = settled.row;
  const before = row.rollout.state.kind;
  const isNoted = !(AT_WORK.has(before) && AT_WORK.has(rollout.state.kind)) || Object.keys(settled.versions).length > 0;
  if (isNoted) {
    const summary = sentenceOf(rollout, { flag: row.flag, environment: place.environment.key });
    const told = { result: null, action: 'move-rollout', project: place.project.key, documents: [], summary };
    const change = {
      ...told,
      before: { rollout: rollout.id, state: before },
      after: { rollout: rollout.id, ...rollout.state },
    };
    await tx.appendAudit(auditOf({ ...SYSTEM, origin: 'rollout' }, change, newId(), now));
  }
  if (__TEST_BUILD__) await failpoint('step-after-audit');
  await tx.enqueue(settled.events.map((body) => ({ id: newId(), topic: body.kind, at: now, body })));
}
