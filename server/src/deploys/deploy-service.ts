import { randomUUID } from 'node:crypto';
import { type AuditedChange, type Cause, writeAudited, writtenWithin } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { DeployReported } from '../events.ts';
import type { DeployRow, DeployStatus } from '../store/deploys.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Reads, Store, StoredDocument, WriteTransaction } from '../store/store.ts';
import { type DeployReport, deployFrom, mergedDeploy, notAhead } from './deploy.ts';

export interface DeployPlace {
  readonly project: StoredDocument<ProjectBody>;
  readonly environment: StoredDocument<EnvironmentBody>;
}

/** What a report has done. `unchanged`: it told nothing new; `repeated`: its message was taken before. */
export type Reported =
  | { readonly kind: 'new' | 'changed'; readonly deploy: DeployRow; readonly changeId: string }
  | { readonly kind: 'unchanged'; readonly deploy: DeployRow }
  | { readonly kind: 'repeated' };

/** A message of an integration, by which it is known again. */
export interface HookMessage {
  readonly integration: string;
  readonly message: string;
}

/** The fields to alter. */
export interface DeployEdit {
  readonly status?: DeployStatus;
  readonly finishedAt?: number | null;
  readonly commit?: string | null;
  readonly url?: string | null;
}

/** Deploys are reported, not performed. All writes audit themselves. */
export interface DeployService {
  /** Reports of one attempt may come in any order and any number of times. */
  report(place: DeployPlace, report: DeployReport, cause: Cause, message?: HookMessage): Promise<Reported>;
  /** Corrects what was reported; a report that comes later counts by the usual rules. */
  edit(
    project: StoredDocument<ProjectBody>,
    id: string,
    edit: DeployEdit,
    expected: number | undefined,
    cause: Cause,
  ): Promise<{ readonly result: DeployRow; readonly changeId: string }>;
}

export interface DeployServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Called once something new of a deploy is durable; resolves when what follows from it was tried. */
  onReported(deploy: DeployRow): Promise<void>;
}

export function createDeployService(deps: DeployServiceDeps): DeployService {
  const { store, clock, onReported } = deps;

  /** Holds the environment locked, so that reports of the same deploy wait for each other. */
  async function report(
    place: DeployPlace,
    given: DeployReport,
    cause: Cause,
    message?: HookMessage,
  ): Promise<Reported> {
    const now = clock.now();
    const told = notAhead(given, now);
    const reported = await store.write([place.environment.id], async (tx): Promise<Reported> => {
      if (message && !(await tx.takeHookMessage(message.integration, message.message, now)))
        return { kind: 'repeated' };
      const environment = place.environment.id;
      const before = await tx.deployOf({ environment, ...told });
      const after = rowAfter(before, told, { place, cause, now });
      if (before !== null && after === before) return { kind: 'unchanged', deploy: before };
      const { result, changeId } = await writtenWithin(tx, now, cause, () =>
        put(tx, { before, after, place, cause, now, action: 'record-deploy' }),
      );
      return { kind: before === null ? 'new' : 'changed', deploy: result, changeId };
    });
    if (reported.kind === 'new' || reported.kind === 'changed') await onReported(reported.deploy);
    return reported;
  }

  return {
    report,

    async edit(project, id, edit, expected, cause) {
      const known = await deployNamed(store, project, id);
      const environment = await store.documentById<EnvironmentBody>('environment', known.environment);
      if (environment === null) throw new Error(`environment ${known.environment} is gone although nothing removes it`);
      const place = { project, environment };
      const written = await writeAudited(
        deps,
        cause,
        async (tx, now) => {
          const before = await deployNamed(tx, project, id);
          checkRevision(before, expected);
          const finishedAt = edit.status === undefined ? before.finishedAt : edit.status === 'started' ? null : now;
          const edited = settling({ ...before, finishedAt, ...edit, reportedAt: now }, before);
          checkTimes(edited);
          return put(tx, { before, after: edited, place, cause, now, action: 'edit-deploy' });
        },
        [environment.id],
      );
      await onReported(written.result);
      return written;
    },
  };
}

interface Put {
  readonly before: DeployRow | null;
  readonly after: Omit<DeployRow, 'revision'>;
  readonly place: DeployPlace;
  readonly cause: Cause;
  readonly now: number;
  readonly action: 'record-deploy' | 'edit-deploy';
}

async function put(
  tx: WriteTransaction,
  { before, after, place, cause, now, action }: Put,
): Promise<AuditedChange<DeployRow>> {
  const deploy = await tx.putDeploy(after, before?.revision ?? 0);
  const { service, version, status, url } = deploy;
  const event: DeployReported = {
    kind: 'deploy-reported',
    project: place.project.key,
    environment: place.environment.key,
    service,
    version,
    status,
    url,
    actor: cause.actor,
    at: now,
  };
  return {
    result: deploy,
    action,
    summary: `Deploy of \`${service}\` ${version} to \`${place.environment.key}\`: ${status}`,
    project: place.project.key,
    documents: [],
    before,
    after: deploy,
    events: before?.status === status ? [] : [event],
  };
}

function rowAfter(
  before: DeployRow | null,
  told: DeployReport,
  { place, cause, now }: Pick<Put, 'place' | 'cause' | 'now'>,
): DeployRow | Omit<DeployRow, 'revision'> {
  if (before !== null) {
    const merged = mergedDeploy(before, told, now);
    return merged === before ? before : settling({ ...merged, reportedAt: now }, before);
  }
  const ids = { project: place.project.id, environment: place.environment.id };
  const fresh = { ...deployFrom(told, ids, now), id: randomUUID(), reportedBy: cause.actor, reportedAt: now };
  return settling({ ...fresh, settledAt: null }, null);
}

/** Something follows from each status that it comes to, and nothing from what else is told. */
function settling<D extends Omit<DeployRow, 'revision'>>(deploy: D, before: DeployRow | null): D {
  return { ...deploy, settledAt: before?.status === deploy.status ? before.settledAt : null };
}

export async function deployNamed(reads: Reads, project: StoredDocument<ProjectBody>, id: string): Promise<DeployRow> {
  const deploy = await reads.deploy(id);
  // A deploy of another project is not there, whoever asks.
  if (deploy?.project === project.id) return deploy;
  throw new RefusedError({ code: 'not-found', detail: 'There is no such deploy in this project: list its deploys.' });
}

function checkRevision({ revision }: DeployRow, expected: number | undefined): void {
  if (expected === undefined || expected === revision) return;
  throw new RefusedError({
    code: 'revision-conflict',
    detail: `Something was reported in between: the deploy has revision ${revision}, and you expected ${expected}. Read it again and repeat your change.`,
    extra: { current: { revision } },
  });
}

function checkTimes({ startedAt, finishedAt }: Pick<DeployRow, 'startedAt' | 'finishedAt'>): void {
  if (finishedAt === null || finishedAt >= startedAt) return;
  const detail = 'A deploy cannot end before it began: give the times in order.';
  throw new RefusedError({ code: 'validation', detail, errors: [{ pointer: '/finishedAt', detail }] });
}
