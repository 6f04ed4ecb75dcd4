import type { ChangeFacts, ChangeProblem } from '@glidepath/core/change';
import { isSame } from '@glidepath/core/change';
import { RefusedError } from '../../errors.ts';
import { failpoint } from '../../failpoint.ts';
import { actorOf } from '../../http/api.ts';
import { type EnvironmentBody, environmentsOf, type ProjectBody } from '../../store/documents.ts';
import type { Reads, Store, StoredDocument, WriteTransaction } from '../../store/store.ts';
import type { Step } from './apply.ts';
import { applyPart } from './apply.ts';
import { authorise } from './authorise.ts';
import type { ChangeFlag, ChangeOutcome, ChangeRequest, ChangeWithin, DocumentChange } from './change.ts';
import { isLarge } from './change.ts';
import type { CheckDeps } from './check.ts';
import { isKillOnly, problemsOfResult } from './check.ts';
import type { Beside, Plan } from './commit.ts';
import { commit, unchanged } from './commit.ts';
import { publicationsOf } from './items.ts';
import { createPause } from './pause.ts';
import { problemsOfPayloads } from './payload-limits.ts';
import { notFound, refuse } from './refuse.ts';
import type { Edited, Place } from './workspace.ts';
import { Workspace } from './workspace.ts';

export interface ChangeDeps extends CheckDeps {
  /** A new identifier, never given before. */
  newId(): string;
}

export interface FlagServiceDeps extends ChangeDeps {
  readonly store: Store;
  /** Called once a change is durable, with the ids of the environments whose version moved. */
  onCommitted(environmentIds: readonly string[]): void;
}

/** How often a change starts again because something was changed meanwhile that it must know. */
const STARTS = 5;

/** The environments of the project are others than the ones that were locked, or documents are not as they were read. */
class Moved extends Error {}

/**
 * The one write path: whoever changes flags or segments does it here. May they (`authorise`), what comes of it
 * (`apply`), is the result sound (`check`), write it down (`commit`), tell the hub.
 */
export function createChangeFlag(deps: FlagServiceDeps): ChangeFlag {
  return async (request) => {
    for (let start = 1; ; start++) {
      try {
        return await changeOnce(deps, request, start === STARTS);
      } catch (error) {
        if (!(error instanceof Moved) || start === STARTS) throw error;
      }
    }
  };
}

/** For who writes more than flags in one transaction; telling the hub is theirs, once it is durable. */
export function createChangeWithin(deps: ChangeDeps): ChangeWithin {
  return async (tx, request, beside) => {
    const place = await placeOf(tx, request.project);
    authorise(request, place.project.id);
    return changeInside(tx, { ...deps, beside }, request, place);
  };
}

async function changeOnce(deps: FlagServiceDeps, request: ChangeRequest, isLast: boolean): Promise<ChangeOutcome> {
  const { store } = deps;
  const place = await placeOf(store, request.project);
  authorise(request, place.project.id);
  if (request.dryRun) return rehearse(deps, request, place);
  // Nobody else can write while a large change is written: what can be computed before is.
  const prepared = isLarge(request) && !isLast ? await planOf(store, deps, request, place) : null;
  const locked = touchedEnvironments(request, place).map(({ id }) => id);
  const outcome = await store.write(locked, async (tx) => {
    const now = await placeOf(tx, request.project);
    if (!locked.every((id) => now.environments.some((environment) => environment.id === id))) throw new Moved();
    if (touchedEnvironments(request, now).length !== locked.length) throw new Moved();
    return changeInside(tx, { ...deps, prepared }, request, now);
  });
  const moved = place.environments.filter(({ key }) => Object.hasOwn(outcome.versions, key));
  deps.onCommitted(moved.map(({ id }) => id));
  if (__TEST_BUILD__) await failpoint('before-answer');
  return outcome;
}

async function placeOf(reads: Reads, key: string): Promise<Place> {
  const project = await reads.document<ProjectBody>({ kind: 'project', parent: '', key });
  if (project === null) throw notFound('project', key, 'this installation');
  return { project, environments: await environmentsOf(reads, project.id) };
}

/** A shared part reaches every environment; a configuration only its own. */
function touchedEnvironments(
  { changes }: ChangeRequest,
  { environments, project }: Place,
): readonly StoredDocument<EnvironmentBody>[] {
  const named = new Set<string>();
  for (const change of changes) {
    if (!('environment' in change)) {
      if (isTextOfSegment(change)) continue;
      return environments;
    }
    if (!environments.some(({ key }) => key === change.environment)) {
      throw notFound('environment', change.environment, `project \`${project.key}\``);
    }
    named.add(change.environment);
  }
  return environments.filter(({ key }) => named.has(key));
}

/** What environments share of a segment is its name and description: SDKs never see them. */
const isTextOfSegment = (change: DocumentChange): boolean => 'segment' in change && 'instructions' in change;

async function changeInside(
  tx: WriteTransaction,
  deps: ChangeDeps & { readonly beside?: Beside; readonly prepared?: Plan | null },
  request: ChangeRequest,
  place: Place,
): Promise<ChangeOutcome> {
  const answered = await answerOf(tx, request);
  if (answered !== null) return answered;
  const plan = deps.prepared ? await current(tx, deps.prepared, deps) : await planOf(tx, deps, request, place);
  const outcome = altersAnything(plan) ? await commit(tx, plan, deps.beside) : await unchanged(plan);
  if (request.idempotency !== undefined) {
    await tx.remember({ ...request.idempotency, status: 200, body: outcome, at: plan.now });
  }
  return outcome;
}

/** What was prepared, as of now; starts again where something that it rests on has moved. */
async function current(tx: Reads, plan: Plan, { clock }: ChangeDeps): Promise<Plan> {
  const { workspace, publications, request } = plan;
  if (!(await workspace.isAsIn(tx))) throw new Moved();
  if (!isKillOnly(request)) await refuseUnfit(() => problemsOfPayloads(tx, publications, workspace.place.environments));
  return { ...plan, now: clock.now() };
}

/** A retired flag leaves payloads though its documents stay as they are. */
function altersAnything({ edited, request }: Plan): boolean {
  return edited.length > 0 || request.changes.some((change) => 'retire' in change);
}

/** The outcome of the same request, made before with the same key. */
async function answerOf(reads: Reads, { idempotency }: ChangeRequest): Promise<ChangeOutcome | null> {
  if (idempotency === undefined) return null;
  const remembered = await reads.remembered(idempotency.principal, idempotency.key);
  if (remembered === null) return null;
  if (remembered.request === idempotency.request) return remembered.body as ChangeOutcome;
  throw new RefusedError({
    code: 'idempotency-conflict',
    detail:
      'This Idempotency-Key was used for another request within the last 24 hours. Use a new key for a new request.',
  });
}

async function rehearse(deps: FlagServiceDeps, request: ChangeRequest, place: Place): Promise<ChangeOutcome> {
  return unchanged(await planOf(deps.store, deps, request, place));
}

/** Everything but writing: applies, checks and compiles, or refuses. */
async function planOf(reads: Reads, deps: ChangeDeps, request: ChangeRequest, place: Place): Promise<Plan> {
  const now = deps.clock.now();
  const workspace = new Workspace(reads, place);
  const pause = createPause(deps.clock);
  if (isLarge(request)) await readEverything(workspace);
  const actor = actorOf(request.actor);
  const facts: ChangeFacts = { now, actor, origin: request.origin, newId: deps.newId };
  const steps: Step[] = [];
  for (const [index, change] of request.changes.entries()) {
    steps.push(...(await applyPart(workspace, change, facts, `/changes/${index}`)));
    await pause();
  }
  // Freeze windows and required approvals are asked here, before the result is checked and inside the transaction.
  const edited = workspace.edited().filter(isDifferent);
  if (!isKillOnly(request)) await refuseUnfit(() => problemsOfResult(workspace, deps, pause));
  const publications = await publicationsOf(workspace, now, pause);
  if (!isKillOnly(request)) {
    await refuseUnfit(() => problemsOfPayloads(reads, publications, place.environments));
  }
  const changeId = deps.newId();
  return {
    request,
    changeId,
    now,
    urgent: isUrgent(request),
    workspace,
    edited,
    steps,
    publications,
    newId: deps.newId,
  };
}

async function readEverything(workspace: Workspace): Promise<void> {
  const { project, environments } = workspace.place;
  for (const kind of ['flag', 'segment'] as const) {
    await workspace.readAll(kind, project.id);
    for (const { id } of environments) await workspace.readAll(`${kind}-config`, id);
  }
}

async function refuseUnfit(check: () => Promise<readonly ChangeProblem[]>): Promise<void> {
  const problems = await check();
  if (problems.length > 0) refuse(problems, '');
}

/** Saying again what is so already writes nothing, and so leaves revisions and the audit log alone. */
const isDifferent = ({ before, after }: Edited): boolean => !isSame(before?.body ?? null, after);

function isUrgent({ urgent, changes }: ChangeRequest): boolean {
  return (
    urgent === true ||
    changes.some(
      (change) =>
        'instructions' in change && change.instructions.some(({ kind }) => kind === 'kill' || kind === 'restore'),
    )
  );
}
