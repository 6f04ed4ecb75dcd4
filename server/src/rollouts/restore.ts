import type { FlagConfig, Serve } from '@glidepath/core';
import { BUCKETS } from '@glidepath/core';
import type { ConfigInstruction } from '@glidepath/core/change';
import { type AuditedChange, auditOf } from '../audit/audited-write.ts';
import { may } from '../auth/permissions.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { ChangeFlag, ChangeOutcome, ChangeRequest, ChangeWithin } from '../flags/write-path/change.ts';
import { actorOf } from '../http/api.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Reads, Store } from '../store/store.ts';
import type { ReleasePlan } from './plan.ts';
import { resolvePlan } from './resolve-plan.ts';
import { beginRollout, refuseSecond, type StartDeps } from './start.ts';
import type { Place } from './surroundings.ts';

export interface RestoreDeps extends StartDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly changeFlag: ChangeFlag;
  readonly changeWithin: ChangeWithin;
  /** Called once it is durable, with the environments whose version moved. */
  onCommitted(environmentIds: readonly string[]): void;
  /** Called once a rollout has something to do. */
  onDue(): void;
}

/** The end of a kill by a rollout: one flag in one environment, its instructions those of `wayBackOf`. */
interface Restoring {
  readonly flag: string;
  readonly place: Place;
}

type Pair = Pick<ReleasePlan, 'variation' | 'control'>;

const RESTORE = { kind: 'restore' } as const;

/** What ends a kill so that nobody gets anything but the off variation yet; refuses where no rollout leads on from there. */
export function wayBackOf(config: FlagConfig): readonly ConfigInstruction[] {
  // Whoever restores what is not killed is told so by the restore.
  if (config.killed === null) return [RESTORE];
  const { fallthrough, offVariation } = config;
  const released = releasedIn(config);
  if ('variation' in fallthrough) return [RESTORE, { kind: 'set-fallthrough', serve: { variation: offVariation } }];
  // The split keeps whom it hashes by what: the same people come first.
  const weights = { [released]: 0, [offVariation]: BUCKETS };
  return [RESTORE, { kind: 'set-split', at: 'fallthrough', weights }];
}

/** The one variation besides the off variation that is served there. */
function releasedIn({ on, fallthrough, offVariation }: FlagConfig): string {
  if (!on) throw noWay('The flag is off besides being killed, and a rollout needs it on');
  const [released, ...others] = servedIn(fallthrough).filter((variation) => variation !== offVariation);
  if (released === undefined) throw noWay(`The fallthrough serves nothing but the off variation \`${offVariation}\``);
  if (others.length > 0)
    throw noWay(
      `The fallthrough serves ${[released, ...others].map((one) => `\`${one}\``).join(' and ')}, and a rollout leads from the off variation to one other`,
    );
  return released;
}

function servedIn(serve: Serve): readonly string[] {
  if ('variation' in serve) return [serve.variation];
  return Object.entries(serve.split.weights).flatMap(([variation, weight]) => (weight > 0 ? [variation] : []));
}

function noWay(why: string): RefusedError {
  const detail = `${why}. Restore it with \`"as": "before"\`, or start a rollout by hand after that.`;
  return new RefusedError({ code: 'validation', detail, errors: [{ pointer: '/as', detail }] });
}

/** Ends a kill and starts the rollout to what was served before it, in one transaction. */
export function createRestoreByRollout(deps: RestoreDeps): ChangeFlag {
  const { store } = deps;
  return async (request) => {
    const restoring = await restoringOf(store, request);
    authorise(request, restoring);
    if (request.dryRun) return rehearsed(deps, request, restoring);
    const { environment } = restoring.place;
    const outcome = await store.write([environment.id], async (tx) => {
      const now = deps.clock.now();
      const pair = await pairNow(tx, restoring);
      const cause = {
        actor: actorOf(request.actor),
        origin: request.origin,
        requestId: request.requestId ?? null,
        ...(request.comment !== undefined && { comment: request.comment }),
      };
      const begun: AuditedChange<unknown>[] = [];
      const made = await deps.changeWithin(tx, asRollout(request), async () => {
        const plan = await planOf(tx, restoring, pair);
        const order = { ...restoring.place, flag: restoring.flag, plan, begins: true };
        begun.push(await beginRollout(tx, deps, order, { principal: request.actor, cause }, now));
      });
      for (const change of begun) await tx.appendAudit(auditOf(cause, change, deps.newId(), now));
      return made;
    });
    deps.onCommitted([environment.id]);
    deps.onDue();
    return outcome;
  };
}

async function restoringOf(reads: Reads, { project: key, changes }: ChangeRequest): Promise<Restoring> {
  const [change] = changes;
  if (change === undefined || !('flag' in change && 'environment' in change))
    throw new Error('the end of a kill is a change of one flag in one environment');
  const project = await reads.document<ProjectBody>({ kind: 'project', parent: '', key });
  const parent = project?.id ?? '';
  const environment = await reads.document<EnvironmentBody>({ kind: 'environment', parent, key: change.environment });
  if (project === null || environment === null)
    throw new RefusedError({ code: 'not-found', detail: `There is no environment \`${change.environment}\`.` });
  return { flag: change.flag, place: { project, environment } };
}

/** Whoever may run rollouts may this one, as any other; who may end kills has been asked already. */
function authorise({ actor }: ChangeRequest, { place: { project, environment } }: Restoring): void {
  const scope = { kind: 'environment', projectId: project.id, environmentKey: environment.key } as const;
  if (actor.kind === 'system' || may(actor, 'rollout.run', scope)) return;
  const detail =
    'You may not run rollouts here: it takes the right `rollout.run`. Ask an administrator of the project.';
  throw new RefusedError({ code: 'forbidden', detail });
}

function asRollout(request: ChangeRequest): ChangeRequest {
  return { ...request, origin: 'rollout' };
}

/** Before the change, which takes it from everybody. */
async function pairNow(reads: Reads, { flag, place }: Restoring): Promise<Pair | null> {
  const ref = { kind: 'flag-config', parent: place.environment.id, key: flag } as const;
  const config = await reads.document<FlagConfig>(ref);
  if (config === null || config.body.killed === null) return null;
  return { variation: releasedIn(config.body), control: config.body.offVariation };
}

function planOf(reads: Reads, { flag, place }: Restoring, pair: Pair | null): Promise<ReleasePlan> {
  if (pair === null) throw new Error('what is not killed was restored');
  const input = { template: 'standard', at: 'fallthrough', requires: [], start: { kind: 'manual' as const } };
  return resolvePlan(reads, place, flag, { ...input, ...pair });
}

async function rehearsed(deps: RestoreDeps, request: ChangeRequest, restoring: Restoring): Promise<ChangeOutcome> {
  const { flag, place } = restoring;
  const outcome = await deps.changeFlag(asRollout(request));
  const pair = await pairNow(deps.store, restoring);
  await refuseSecond(deps.store, place.environment.id, flag);
  const sentence = `then release \`${pair?.variation}\` step by step, from 1 %, to those whom no rule and no target serves`;
  return {
    ...outcome,
    documents: outcome.documents.map((document) => ({ ...document, summary: [...document.summary, sentence] })),
  };
}
