import { z } from 'zod';
import { timeOf } from '../http/api.ts';
import type { DeployView, LiveVersionView } from '../http/release-types.ts';
import type { DeployRow, LiveVersion } from '../store/deploys.ts';
import { environmentsOf } from '../store/documents.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import type { Reads } from '../store/store.ts';
import { compareDeployed } from './deploy.ts';

export const DEPLOY_STATUSES = ['started', 'succeeded', 'failed', 'rolled-back'] as const;

export const deployViewSchema: z.ZodType<DeployView> = z
  .object({
    id: z.string(),
    service: z.string(),
    environment: z.string(),
    version: z.string(),
    attempt: z.number(),
    status: z.enum(DEPLOY_STATUSES),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    commit: z.string().nullable(),
    url: z.string().nullable(),
    deployedBy: z.string().nullable().describe('Who deployed, in the words of the reporter'),
    reportedBy: z.string(),
    instances: z.number().describe('Connected instances that run it now'),
    rollouts: z
      .array(z.object({ id: z.string(), flag: z.string(), state: z.string() }))
      .describe('Rollouts that wait or waited for this service, and that this version is new enough for'),
    revision: z.number(),
  })
  .meta({ id: 'Deploy' });

export const liveVersionViewSchema: z.ZodType<LiveVersionView> = z
  .object({
    service: z.string(),
    version: z.string().describe('Empty where the application tells none'),
    instances: z.number(),
    onLatest: z.number().describe('Instances that have applied the environment’s newest version'),
  })
  .meta({ id: 'LiveVersion' });

/** What is around the deploys of one environment. */
interface Surroundings {
  readonly key: string;
  readonly live: readonly LiveVersion[];
  readonly rollouts: readonly RolloutRow[];
}

/** More rollouts than an environment sees in the time that a page of deploys shows. */
const ROLLOUTS = 500;

export async function deployViewsOf(
  reads: Reads,
  deploys: readonly DeployRow[],
  now: number,
): Promise<readonly DeployView[]> {
  const around = new Map<string, Surroundings>();
  const projects = new Set(deploys.map(({ project }) => project));
  const wanted = new Set(deploys.map(({ environment }) => environment));
  for (const project of projects)
    for (const { id, key } of await environmentsOf(reads, project)) {
      if (!wanted.has(id)) continue;
      const [live, rollouts] = [
        await reads.liveVersions(id, now),
        await reads.rollouts({ environment: id, limit: ROLLOUTS }),
      ];
      around.set(id, { key, live, rollouts });
    }
  const views: DeployView[] = [];
  for (const deploy of deploys) views.push(await viewOf(reads, deploy, around.get(deploy.environment)));
  return views;
}

async function viewOf(reads: Reads, deploy: DeployRow, around: Surroundings | undefined): Promise<DeployView> {
  const { id, service, version, attempt, status, commit, url, deployedBy, reportedBy, revision } = deploy;
  const running = around?.live.find((live) => live.service === service && live.version === version);
  return {
    id,
    service,
    environment: around?.key ?? deploy.environment,
    version,
    attempt,
    status,
    startedAt: timeOf(deploy.startedAt),
    finishedAt: deploy.finishedAt === null ? null : timeOf(deploy.finishedAt),
    commit,
    url,
    deployedBy,
    reportedBy,
    instances: running?.instances ?? 0,
    rollouts: await rolloutsOf(reads, deploy, around?.rollouts ?? []),
    revision,
  };
}

/** Those that were there while this deploy was the way on: begun before it ended, and not over before it began. */
async function rolloutsOf(
  reads: Reads,
  deploy: DeployRow,
  rollouts: readonly RolloutRow[],
): Promise<DeployView['rollouts']> {
  const waiting = rollouts.flatMap((row) => {
    const { start } = row.rollout.plan;
    const isOfIts = start.kind === 'deploy' && start.service === deploy.service;
    const isOver = row.endedAt !== null && row.endedAt < deploy.startedAt;
    return isOfIts && !isOver ? [{ row, minVersion: start.minVersion }] : [];
  });
  const versions = [...new Set([deploy.version, ...waiting.map(({ minVersion }) => minVersion)])];
  const first =
    waiting.length === 0
      ? new Map<string, number>()
      : await reads.firstDeployed(deploy.environment, deploy.service, versions);
  return waiting
    .filter(({ minVersion }) => (compareDeployed(deploy.version, minVersion, first) ?? -1) >= 0)
    .map(({ row }) => ({ id: row.rollout.id, flag: row.flag, state: row.rollout.state.kind }));
}

export function liveVersionViewOf(live: LiveVersion, newest: number): LiveVersionView {
  const { service, version, instances, applied } = live;
  return { service, version, instances, onLatest: applied[newest] ?? 0 };
}
