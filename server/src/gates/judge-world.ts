import type { CoverageView } from '../http/release-types.ts';
import { openIncidentsOf } from '../incidents/incident.ts';
import type { ReleasePlan, Stage } from '../rollouts/plan.ts';
import { exposureOf, progressOf } from '../rollouts/rollout.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import { HEALTH_SPANS, type HealthInput, type HealthSeriesKey } from '../store/health.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import type { Reads } from '../store/store.ts';
import type { Fleet, GateWorld, OpenIncident, Released, Sources } from './gate-world.ts';
import { precisionOf } from './harm.ts';
import { type Measured, measuredInArms, measuredOverTime } from './measured.ts';

/** How much of a service runs what a rollout waits for. */
export type CoverageOf = (
  reads: Reads,
  asked: { readonly environment: string; readonly service: string; readonly minVersion: string },
  now: number,
) => Promise<Pick<CoverageView, 'instances' | 'covered'>>;

export interface WorldDeps {
  readonly store: Reads;
  readonly coverageOf: CoverageOf;
  readonly sources: Sources;
}

/** Where a stage has no arms, its figures are read by interval: not those of days. */
const MOST_OF_TIME_MS = 6 * 3_600_000;

/** What the gates of this rollout look at now. */
export async function worldOf(
  { store, coverageOf, sources }: WorldDeps,
  row: RolloutRow,
  now: number,
): Promise<GateWorld> {
  const { rollout, environment, flag } = row;
  const { plan, state } = rollout;
  const progress = progressOf(state);
  const stage = progress === null ? undefined : plan.stages[progress.stage];
  const hasArms = stage?.kind === 'percent';
  const since = progress?.since ?? now;
  const fromFlagVersion = row.sinceVersion ?? 0;
  const of = { environment, flag };

  async function inArms(kind: HealthSeriesKey['kind'], name?: string): Promise<Measured> {
    if (progress === null) return measuredInArms([], plan);
    const named = name === undefined ? {} : { name };
    return measuredInArms(
      mostTrusted(await store.healthSums({ ...of, kind, ...named, stage: progress.stage, fromFlagVersion })),
      plan,
      stage !== undefined && isCompared(stage),
    );
  }

  async function overTime(kind: HealthSeriesKey['kind'], name?: string): Promise<Measured> {
    if (progress === null) return measuredInArms([], plan);
    const from = Math.max(since, now - MOST_OF_TIME_MS);
    const period = { from: from - (from % HEALTH_SPANS.coarse), to: now + 1 };
    // Events are not told by version.
    const versions = kind === 'track' ? {} : { fromFlagVersion };
    const named = name === undefined ? {} : { name };
    const points = await store.healthPoints({ ...of, kind, ...named, ...versions, ...period });
    return measuredOverTime(mostTrusted(points), plan, period);
  }

  async function fleet(): Promise<Fleet> {
    const live = await store.liveVersions(environment, now);
    const instances = live.reduce((sum, running) => sum + running.instances, 0);
    const applied = live.flatMap((running) => Object.entries(running.applied));
    const { start } = plan;
    const covered =
      start.kind === 'deploy'
        ? await coverageOf(store, { environment, service: start.service, minVersion: start.minVersion }, now)
        : null;
    return {
      instances,
      deployed: covered,
      applied: applied.filter(([version]) => Number(version) >= fromFlagVersion).reduce((sum, [, n]) => sum + n, 0),
      sinceMs: now - since,
    };
  }

  const readOverTime = once(overTime);
  const released = await releasedOf(store, row);
  async function incidents(): Promise<readonly OpenIncident[]> {
    const open = await openIncidentsOf(store, row.project, { environment: released.environment });
    return open.map(({ key, body: { title, severity } }) => ({ key, title, severity }));
  }

  return {
    now,
    released,
    precision: precisionOf(plan.gates, Math.max(1, plan.stages.filter(isCompared).length)),
    measured: hasArms ? once(inArms) : readOverTime,
    measuredOverTime: readOverTime,
    fleet,
    incidents,
    sources,
  };
}

/** Anybody can make a page's report up: where servers tell how it goes, pages are not asked. */
function mostTrusted<E extends HealthInput>(entries: readonly E[]): readonly E[] {
  const ofServers = entries.filter(({ key }) => key.source === 'server');
  return ofServers.length > 0 ? ofServers : entries;
}

/** Several gates look at the same figures. */
function once<T>(read: (kind: HealthSeriesKey['kind'], name?: string) => Promise<T>): typeof read {
  const found = new Map<string, Promise<T>>();
  return (kind, name) => {
    const key = `${kind} ${name ?? ''}`;
    const known = found.get(key) ?? read(kind, name);
    found.set(key, known);
    return known;
  };
}

/** Everybody has the variation, or a segment does: then nobody is left to compare with. */
export function isCompared(stage: Stage): boolean {
  return stage.kind === 'percent' && stage.percent < 100;
}

async function releasedOf(store: Reads, row: RolloutRow): Promise<Released> {
  const { rollout, flag } = row;
  const { plan, state, id } = rollout;
  const [project, environment] = await Promise.all([
    store.documentById<ProjectBody>('project', row.project),
    store.documentById<EnvironmentBody>('environment', row.environment),
  ]);
  return {
    rollout: id,
    project: project?.key ?? '',
    environment: environment?.key ?? '',
    flag,
    variation: plan.variation,
    control: plan.control,
    stage: progressOf(state)?.stage ?? null,
    percent: (exposureOf(rollout)?.buckets ?? 0) / 1_000,
    ...deployOf(plan),
  };
}

function deployOf({ start }: ReleasePlan): Pick<Released, 'service' | 'version'> {
  return start.kind === 'deploy'
    ? { service: start.service, version: start.minVersion }
    : { service: null, version: null };
}
