import type { CoverageView } from '../http/release-types.ts';
import type { DeployReads } from '../store/deploys.ts';
import { compareDeployed } from './deploy.ts';

/** Which version of a service a rollout waits for, and in which environment (by id). */
export interface CoverageAsked {
  readonly environment: string;
  readonly service: string;
  readonly minVersion: string;
}

/** What stands for the version of an application that tells none. */
const UNTOLD = 'unknown';

/** How many of the connected instances of a service run a version, or a newer one. Nobody connected covers nothing. */
export async function coverageOf(
  reads: Pick<DeployReads, 'liveVersions' | 'firstDeployed'>,
  { environment, service, minVersion }: CoverageAsked,
  now: number,
): Promise<CoverageView> {
  const live = (await reads.liveVersions(environment, now)).filter((running) => running.service === service);
  const versions = live.map(({ version }) => version);
  const first = await reads.firstDeployed(environment, service, [...versions, minVersion]);
  const orders = live.map((running) => ({ ...running, order: compareDeployed(running.version, minVersion, first) }));
  const instances = sum(orders);
  const covered = sum(orders.filter(({ order }) => order !== null && order >= 0));
  return {
    service,
    minVersion,
    percent: instances === 0 ? 0 : (covered / instances) * 100,
    instances,
    covered,
    unknown: orders.flatMap(({ version, order }) => (order === null ? [version || UNTOLD] : [])),
  };
}

function sum(running: readonly { readonly instances: number }[]): number {
  return running.reduce((total, { instances }) => total + instances, 0);
}
