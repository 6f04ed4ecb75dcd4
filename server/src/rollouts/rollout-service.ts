import { isSame } from '@glidepath/core/change';
import {
  type Cause as AuditCause,
  type AuditedChange,
  type Unaltered,
  type Written,
  writtenWithin,
} from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { failpoint } from '../failpoint.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import type { Reads, Store, WriteTransaction } from '../store/store.ts';
import { decide, harmNow } from './decide.ts';
import { counted } from './evidence.ts';
import type { ReleasePlan } from './plan.ts';
import { causeOf, isOver, type Rollout, stageOf } from './rollout.ts';
import { type Scene, sceneOf } from './scene.ts';
import { isMoved, type Settled, settle } from './settle.ts';
import { type By, beginRollout, type RolloutWritten, rehearseStart, type StartDeps, type StartOrder } from './start.ts';
import type { StepDeps } from './step.ts';
import { type Command, commanded, openRollout, rolledBack } from './transition.ts';
import { sentenceOf } from './words.ts';

export interface RolloutServiceDeps extends StepDeps, StartDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Called once something is durable, with the environments whose version moved. */
  onCommitted(environmentIds: readonly string[]): void;
  /** Called once a rollout may have something to do. */
  onDue(): void;
}

export interface CommandOptions {
  /** The revision that the caller has seen. */
  readonly expected?: number;
  /** Key of the flag, typed by whoever goes on without what the plan asks for. */
  readonly confirm?: string;
  /** Index of the stage that the caller has seen, and means. */
  readonly stage?: number;
}

/** What people and pipelines do with rollouts. Every write is one transaction, in force when it resolves. */
export interface RolloutService {
  start(order: StartOrder, by: By): Promise<Written<RolloutWritten>>;
  command(
    project: string,
    id: string,
    command: Command,
    by: By,
    options?: CommandOptions,
  ): Promise<Written<RolloutWritten>>;
  /** What a command would lead to, in a sentence; refuses as the command would, and writes nothing. */
  rehearse(project: string, id: string, command: Command, by: By, options?: CommandOptions): Promise<string>;
  /** The same plan from its beginning: the same people come first. */
  restart(project: string, id: string, by: By): Promise<Written<RolloutWritten>>;
  /** The same for a restart. */
  rehearseRestart(project: string, id: string): Promise<string>;
}

export function createRolloutService(deps: RolloutServiceDeps): RolloutService {
  const { store, clock } = deps;

  async function written(
    environment: string,
    cause: AuditCause,
    work: (tx: WriteTransaction, now: number) => Promise<AuditedChange<RolloutWritten> | Unaltered<RolloutWritten>>,
  ): Promise<Written<RolloutWritten>> {
    if (__TEST_BUILD__) await failpoint('command-before-lock');
    const done = await store.write([environment], async (tx) => {
      if (__TEST_BUILD__) await failpoint('command-after-lock');
      return writtenWithin(tx, clock.now(), cause, work);
    });
    if (__TEST_BUILD__) await failpoint('command-after-commit');
    if (Object.keys(done.result.versions).length > 0) deps.onCommitted([environment]);
    deps.onDue();
    return done;
  }

  async function rowNamed(project: string, id: string): Promise<RolloutRow> {
    const row = await store.rollout(id);
    if (row !== null && row.project === project) return row;
    throw new RefusedError({ code: 'not-found', detail: `There is no rollout \`${id}\` in this project.` });
  }

  return {
    start: (order, by) => written(order.environment.id, by.cause, (tx, now) => beginRollout(tx, deps, order, by, now)),
    async command(project, id, command, by, options = {}) {
      const { environment } = await rowNamed(project, id);
      return written(environment, by.cause, (tx, now) => commandWithin(tx, deps, { id, command, by, options, now }));
    },
    async rehearse(project, id, command, by, options = {}) {
      await rowNamed(project, id);
      const now = clock.now();
      const scene = await sceneNow(store, deps, id, now);
      return sentenceAfter(scene, obeyed(scene, { id, command, by, options, now }));
    },
    async restart(project, id, by) {
      const { environment } = await rowNamed(project, id);
      return written(environment, by.cause, async (tx, now) => {
        const order = restartOf(await sceneNow(tx, deps, id, now));
        return beginRollout(tx, deps, order, by, now);
      });
    },
    async rehearseRestart(project, id) {
      await rowNamed(project, id);
      const scene = await sceneNow(store, deps, id, clock.now());
      const order = restartOf(scene);
      await rehearseStart(store, order);
      return sentenceAfter(scene, openRollout(id, order.plan, scene.row.rollout.before));
    },
  };
}

function restartOf({ row, place }: Scene): StartOrder {
  if (!isOver(row.rollout.state))
    throw notNow(`The rollout is ${row.rollout.state.kind}: it can be restarted once it is over.`);
  const plan: ReleasePlan = { ...row.rollout.plan, start: { kind: 'manual' } };
  return { ...place, flag: row.flag, plan, begins: true };
}

function sentenceAfter({ row, place }: Scene, rollout: Rollout): string {
  return sentenceOf(rollout, { flag: row.flag, environment: place.environment.key });
}

async function sceneNow(reads: Reads, deps: StepDeps, id: string, now: number): Promise<Scene> {
  const row = await reads.rollout(id);
  if (row === null) throw new Error(`rollout ${id} has gone`);
  return sceneOf(reads, deps.surroundings, row, { now });
}

interface Order {
  readonly id: string;
  readonly command: Command;
  readonly by: By;
  readonly options: CommandOptions;
  readonly now: number;
}

/** The rollout after what a person asked; refuses where that cannot be. */
function obeyed(scene: Scene, { command, by, options, now }: Order): Rollout {
  const { row, verdicts, facts } = scene;
  checkExpected(row, options.expected);
  const rollout = counted(row.rollout, verdicts, now);
  const barriers = {
    stopped: facts.stopped?.reason ?? null,
    harm: harmNow(rollout, verdicts, now),
    freeze: facts.freeze,
  };
  const answer = commanded(rollout, command, nameOf(by), barriers, now);
  if (answer.kind === 'refused') throw notNow(answer.detail);
  checkStage(rollout, options.stage);
  if (command.kind === 'advance') checkConfirmed(scene, rollout, options.confirm);
  return rolledBack(answer.rollout, now);
}

async function commandWithin(
  tx: WriteTransaction,
  deps: StepDeps,
  order: Order,
): Promise<AuditedChange<RolloutWritten> | Unaltered<RolloutWritten>> {
  const { id, command, by, now } = order;
  const scene = await sceneNow(tx, deps, id, now);
  const { row } = scene;
  const next = obeyed(scene, order);
  if (__TEST_BUILD__) await failpoint('command-after-check');
  // Saying again what is so already is nothing that happens.
  if (isSaid(row, next)) return { result: { id, versions: {} }, action: null };
  const cause = { kind: 'person', reason: nameOf(by) } as const;
  const settled = await settle(tx, deps, scene, {
    next,
    by: by.principal,
    nextAt: now,
    ...(causeOf(next.state) === null ? { cause } : {}),
  });
  return auditedOf(scene, command, settled);
}

function isSaid({ rollout }: RolloutRow, next: Rollout): boolean {
  const { state } = rollout;
  if (isMoved(rollout, next)) return false;
  const told = (one: typeof state) =>
    one.kind === 'waiting' ? one : 'progress' in one ? [one.progress.checked, one.progress.approvedBy] : null;
  return isSame(told(state), told(next.state));
}

function auditedOf(
  { row, place }: Scene,
  command: Command,
  { row: written, events, versions }: Settled,
): AuditedChange<RolloutWritten> {
  const { id, state } = written.rollout;
  return {
    result: { id, versions },
    action: `${command.kind}-rollout`,
    summary: sentenceOf(written.rollout, { flag: row.flag, environment: place.environment.key }),
    project: place.project.key,
    documents: [],
    before: { rollout: id, state: row.rollout.state.kind },
    after: { rollout: id, ...state },
    events,
  };
}

/** Going on without what the plan asks for takes more than a click. */
function checkConfirmed({ row, verdicts, facts, now }: Scene, rollout: Rollout, confirm: string | undefined) {
  if (confirm === row.flag) return;
  const decision = decide(rollout, verdicts, facts, now);
  if (decision.kind === 'advance' || decision.kind === 'complete') return;
  const skipped =
    'cause' in decision
      ? `${decision.cause.kind}: ${decision.cause.reason}`
      : 'the time that it has to bake, or its start';
  const detail = `This goes on without what the plan asks for (${skipped}). Send the flag's key as \`confirm\` if you mean it.`;
  throw new RefusedError({
    code: 'confirmation-needed',
    detail,
    errors: [{ pointer: '/confirm', detail: `must be \`${row.flag}\`` }],
  });
}

function checkExpected({ revision }: RolloutRow, expected: number | undefined): void {
  if (expected === undefined || expected === revision) return;
  throw new RefusedError({
    code: 'revision-conflict',
    detail: `Something happened to the rollout meanwhile: it has revision ${revision}, and you saw ${expected}. Look at it again first.`,
    extra: { expected, actual: revision },
  });
}

/** Of two who advance or approve at once, one does. */
function checkStage({ state }: Rollout, meant: number | undefined): void {
  const present = stageOf(state);
  if (meant === undefined || meant === present) return;
  const detail = `The rollout is at stage ${present === null ? 'none' : present + 1} by now, and you meant stage ${meant + 1}. Look at it again first.`;
  throw new RefusedError({
    code: 'not-possible-now',
    detail,
    errors: [{ pointer: '/stage', detail: 'is not in force' }],
  });
}

function nameOf({ principal }: By): string {
  return 'name' in principal ? principal.name : 'Glidepath';
}

function notNow(detail: string): RefusedError {
  return new RefusedError({ code: 'not-possible-now', detail });
}
