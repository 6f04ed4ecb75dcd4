import type { Flag, FlagConfig } from '@glidepath/core';
import type { AuditedChange, Cause } from '../audit/audited-write.ts';
import type { Principal } from '../auth/principal.ts';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import { failpoint } from '../failpoint.ts';
import type { Reads, StoredDocument, WriteTransaction } from '../store/store.ts';
import { servedAt } from './driven.ts';
import { problemsOfPlace, problemsOfPlan, type ReleasePlan, warningsOfPlan } from './plan.ts';
import type { Place } from './surroundings.ts';
import { openRollout } from './transition.ts';
import { percentOf, sentenceOf } from './words.ts';

/** Who wants it and why, as a person and as the audit log has them. */
export interface By {
  readonly principal: Principal | { readonly kind: 'system' };
  readonly cause: Cause;
}

export interface RolloutWritten {
  readonly id: string;
  /** New version of the environment, by its key, where it took one. */
  readonly versions: Readonly<Record<string, number>>;
}

export interface StartOrder extends Place {
  readonly flag: string;
  readonly plan: ReleasePlan;
  /** Whether a plan that starts by hand begins at once. */
  readonly begins: boolean;
}

export interface StartDeps {
  newId(): string;
}

type Asked = Pick<StartOrder, 'project' | 'environment' | 'flag' | 'plan'>;

interface Ground {
  readonly flag: Flag;
  readonly config: StoredDocument<FlagConfig>;
}

/** Opens a rollout in a transaction that holds its environment locked. */
export async function beginRollout(
  tx: WriteTransaction,
  { newId }: StartDeps,
  order: StartOrder,
  { principal, cause }: By,
  now: number,
): Promise<AuditedChange<RolloutWritten>> {
  const { project, environment, flag, plan } = order;
  const { config, flag: ground } = await groundOf(tx, order);
  const before = servedAt(config.body, plan.at);
  if (before === undefined) throw new Error(`nothing is served at ${plan.at}`);
  const person = 'name' in principal ? principal.name : 'Glidepath';
  const opened = openRollout(newId(), plan, before, ground.salt);
  const isBegun = order.begins && plan.start.kind === 'manual';
  const rollout = isBegun ? { ...opened, state: { kind: 'waiting' as const, begunBy: person } } : opened;
  await tx.putRollout(
    {
      rollout,
      project: project.id,
      environment: environment.id,
      flag,
      startedBy: cause.actor,
      origin: cause.origin,
      comment: cause.comment ?? null,
      createdAt: now,
      nextAt: now,
      sinceVersion: null,
      coveredSince: null,
      configRevision: config.revision,
      incident: null,
      evidence: null,
      endedAt: null,
    },
    0,
  );
  if (__TEST_BUILD__) await failpoint('start-after-row');
  await tx.addRolloutRecord({
    rollout: rollout.id,
    at: now,
    from: 'none',
    to: 'waiting',
    stage: null,
    percent: percentOf(rollout),
    cause: { kind: 'person', reason: person },
    actor: cause.actor,
    changeId: null,
    version: null,
  });
  if (__TEST_BUILD__) await failpoint('start-after-record');
  return {
    result: { id: rollout.id, versions: {} },
    action: 'start-rollout',
    summary: sentenceOf(rollout, { flag, environment: environment.key }),
    project: project.key,
    documents: [],
    before: null,
    after: { rollout: rollout.id, plan },
  };
}

/** What somebody should know who starts this plan; refuses where it cannot start. */
export async function rehearseStart(reads: Reads, asked: Asked): Promise<readonly string[]> {
  const { config } = await groundOf(reads, asked);
  const { plan } = asked;
  const before = servedAt(config.body, plan.at);
  const present = before === undefined ? 0 : percentOf(openRollout('', plan, before));
  const [first] = plan.stages;
  const falls = first?.kind === 'percent' && first.percent < present;
  return [
    ...warningsOfPlan(plan),
    ...(falls
      ? [`${present} % have \`${plan.variation}\` now: the first stage takes it from most of them and begins anew.`]
      : []),
  ];
}

/** What the plan is to drive; refuses where it cannot. */
async function groundOf(reads: Reads, asked: Asked): Promise<Ground> {
  const { project, environment, plan } = asked;
  const flag = await reads.document<Flag>({ kind: 'flag', parent: project.id, key: asked.flag });
  const config = await reads.document<FlagConfig>({ kind: 'flag-config', parent: environment.id, key: asked.flag });
  if (flag === null || config === null)
    throw new RefusedError({
      code: 'not-found',
      detail: `There is no flag \`${asked.flag}\` in project \`${project.key}\`.`,
    });
  refuseAtRest(flag.body, config.body);
  const problems = [
    ...problemsOfPlan(plan),
    ...problemsOfPlace(plan, servedAt(config.body, plan.at)),
    ...problemsOfOwnRule(plan),
    ...problemsOfVariations(flag.body, plan),
    ...(await problemsOfReferences(reads, asked)),
  ];
  if (problems.length > 0) {
    const errors = problems.map(({ pointer, detail }) => ({ pointer: `/plan${pointer}`, detail }));
    throw new RefusedError({ code: 'validation', detail: problems[0]?.detail ?? '', errors });
  }
  await refuseSecond(reads, environment.id, asked.flag);
  return { flag: flag.body, config };
}

/** Only one rollout at a time drives a flag. */
export async function refuseSecond(reads: Reads, environment: string, flag: string): Promise<void> {
  const [live] = await reads.rollouts({ environment, flag, isLive: true, limit: 1 });
  if (live === undefined) return;
  const { id, state } = live.rollout;
  throw new RefusedError({
    code: 'in-use',
    detail: `Rollout \`${id}\` (${state.kind}) drives flag \`${flag}\` there. Let it end, roll it back or abort it first.`,
    extra: { rollout: id },
  });
}

/** A release that nobody would get tells nothing about what it does. */
function refuseAtRest({ key, archivedAt }: Flag, { on, killed }: FlagConfig): void {
  const refuse = (code: 'archived' | 'not-possible-now', detail: string) => new RefusedError({ code, detail });
  if (archivedAt !== null) throw refuse('archived', `Flag \`${key}\` is archived and read-only. Unarchive it first.`);
  if (killed !== null) throw refuse('not-possible-now', `Flag \`${key}\` is killed there. Restore it first.`);
  if (!on)
    throw refuse(
      'not-possible-now',
      `Flag \`${key}\` is off there: a rollout needs it on. Turn it on first; until the first stage everybody gets what the flag serves then.`,
    );
}

function problemsOfOwnRule({ at }: ReleasePlan): readonly Problem[] {
  if (!at.startsWith('rollout:')) return [];
  return [{ pointer: '/at', detail: `Rule \`${at}\` belongs to a rollout. Name another, or \`fallthrough\`.` }];
}

function problemsOfVariations({ key, variations }: Flag, plan: ReleasePlan): readonly Problem[] {
  const known = variations.map((variation) => variation.key);
  return (['variation', 'control'] as const)
    .filter((name) => !known.includes(plan[name]))
    .map((name) => ({
      pointer: `/${name}`,
      detail: `Flag \`${key}\` has no variation \`${plan[name]}\`. Choose one of ${known.map((one) => `\`${one}\``).join(', ')}.`,
    }));
}

async function problemsOfReferences(
  reads: Reads,
  { project, environment, flag, plan }: Asked,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [index, stage] of plan.stages.entries()) {
    if (stage.kind !== 'segment') continue;
    const known = await reads.document({ kind: 'segment', parent: project.id, key: stage.segment });
    if (known === null)
      problems.push({ pointer: `/stages/${index}/segment`, detail: `There is no segment \`${stage.segment}\`.` });
  }
  for (const [index, key] of plan.requires.entries()) {
    const known = await reads.document({ kind: 'flag', parent: project.id, key });
    if (known === null) problems.push({ pointer: `/requires/${index}`, detail: `There is no flag \`${key}\`.` });
    if (key === flag) problems.push({ pointer: `/requires/${index}`, detail: 'A flag cannot wait for itself.' });
    else if (await isWaitedForBy(reads, environment.id, { waiting: key, flag }))
      problems.push({
        pointer: `/requires/${index}`,
        detail: `The rollout of \`${key}\` waits for this flag: both would wait for ever.`,
      });
  }
  return problems;
}

/** Whether the live rollout of one flag waits for another one, or for a flag whose rollout does, and so on. */
async function isWaitedForBy(
  reads: Reads,
  environment: string,
  { waiting, flag }: { readonly waiting: string; readonly flag: string },
): Promise<boolean> {
  const seen = new Set([waiting]);
  // It grows while it is gone through: each flag once.
  for (const key of seen) {
    const [live] = await reads.rollouts({ environment, flag: key, isLive: true, limit: 1 });
    const requires = live?.rollout.state.kind === 'waiting' ? live.rollout.plan.requires : [];
    if (requires.includes(flag)) return true;
    for (const required of requires) seen.add(required);
  }
  return false;
}
