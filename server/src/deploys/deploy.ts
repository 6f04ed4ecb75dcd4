import { compareSemver } from '@glidepath/core/change';
import type { DeployInput, DeployStatus } from '../store/deploys.ts';

/** What was reported of one deploy. Absent is what the reporter does not know. */
export interface DeployReport {
  readonly service: string;
  readonly version: string;
  /** Tells attempts to bring the same version there apart. */
  readonly attempt: number;
  readonly status: DeployStatus;
  /** When it began, and when it came to this status; milliseconds since epoch. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly commit: string | null;
  readonly commits: DeployInput['commits'];
  readonly url: string | null;
  readonly deployedBy: string | null;
}

/** A status is never replaced by one of a lower rank, in whatever order the reports come. */
const RANKS: Readonly<Record<DeployStatus, number>> = { started: 0, failed: 1, succeeded: 1, 'rolled-back': 2 };

/** Nothing was reported before it happened: the clock of a reporter that is ahead must not make its deploy the newest. */
export function notAhead(report: DeployReport, now: number): DeployReport {
  const past = (at: number | null) => (at === null ? null : Math.min(at, now));
  return { ...report, startedAt: past(report.startedAt), finishedAt: past(report.finishedAt) };
}

type Place = Pick<DeployInput, 'project' | 'environment'>;

/** A deploy of which nothing was known. */
export function deployFrom(report: DeployReport, { project, environment }: Place, now: number): DeployInput {
  const finishedAt = report.status === 'started' ? null : (report.finishedAt ?? now);
  const startedAt = report.startedAt ?? finishedAt ?? now;
  return { ...report, project, environment, startedAt: Math.min(startedAt, finishedAt ?? startedAt), finishedAt };
}

/** The same deploy after another report of it; the very same object where that tells nothing new. */
export function mergedDeploy<D extends DeployInput>(known: D, report: DeployReport, now: number): D {
  const told = deployFrom(report, known, now);
  const isNewer = replaces(known, told, report);
  const startedAt = report.startedAt === null ? known.startedAt : Math.min(known.startedAt, report.startedAt);
  const merged: D = {
    ...known,
    ...(isNewer && { status: told.status, finishedAt: told.finishedAt }),
    startedAt: isNewer && told.finishedAt !== null ? Math.min(startedAt, told.finishedAt) : startedAt,
    commit: known.commit ?? told.commit,
    commits: known.commits.length > 0 || told.commits.length === 0 ? known.commits : told.commits,
    url: known.url ?? told.url,
    deployedBy: known.deployedBy ?? told.deployedBy,
  };
  return isSameDeploy(known, merged) ? known : merged;
}

/** Of two ends of the same rank the later one holds, where both say when they were. */
function replaces(known: DeployInput, told: DeployInput, { finishedAt }: DeployReport): boolean {
  const [rank, toldRank] = [RANKS[known.status], RANKS[told.status]];
  if (rank !== toldRank || known.status === told.status) return toldRank > rank;
  return finishedAt !== null && known.finishedAt !== null && finishedAt > known.finishedAt;
}

function isSameDeploy(a: DeployInput, b: DeployInput): boolean {
  return (
    a.status === b.status &&
    a.startedAt === b.startedAt &&
    a.finishedAt === b.finishedAt &&
    a.commit === b.commit &&
    a.commits === b.commits &&
    a.url === b.url &&
    a.deployedBy === b.deployedBy
  );
}

/** A version has a dot: hashes of commits may be digits alone. */
const DOTTED = /^v?\d+\./;

/**
 * Negative, zero or positive as `a` is older than, the same as or newer than `b`: by SemVer where both are versions of
 * it, else by when each was first deployed with success. Null where that is not known of both.
 */
export function compareDeployed(a: string, b: string, firstDeployed: ReadonlyMap<string, number>): number | null {
  if (a === b) return 0;
  const order = DOTTED.test(a) && DOTTED.test(b) ? compareSemver(a, b) : null;
  if (order !== null) return order;
  const [first, second] = [firstDeployed.get(a), firstDeployed.get(b)];
  return first === undefined || second === undefined ? null : first - second;
}
