import { HEALTH_SPANS, type HealthEntry, type HealthReads } from '../store/health.ts';
import type { RolloutRow } from '../store/rollouts.ts';

export interface Affected {
  /** Guarded executions of the released variation since the rollout began, in its arms and beside them. */
  readonly executions: number;
  /** People among them, at least: those of its largest stage. Null where no application counts people. */
  readonly people: number | null;
}

/** Whom the released variation has reached; null before anybody was. */
export async function affectedBy(
  reads: Pick<HealthReads, 'healthSums'>,
  { rollout, environment, flag, createdAt }: Pick<RolloutRow, 'rollout' | 'environment' | 'flag' | 'createdAt'>,
): Promise<Affected | null> {
  const entries = await reads.healthSums({ environment, flag, kind: 'guard' });
  // Something is heard in an interval: it may have begun before the rollout.
  const from = createdAt - (createdAt % HEALTH_SPANS.fine);
  const recent = entries.filter(({ key, heardAt }) => key.variation === rollout.plan.variation && heardAt >= from);
  // Of the versions before its first stage, whatever was heard since belongs to who had the variation before.
  const first = Math.min(...recent.filter(({ key }) => key.stage >= 0).map(({ key }) => key.flagVersion));
  const released = recent.filter(({ key }) => !Number.isFinite(first) || key.flagVersion >= first);
  if (released.length === 0) return null;
  return { executions: released.reduce((sum, { sums: { n } }) => sum + n, 0), people: peopleIn(released) };
}

/** Each stage meets those of the stage before again. */
function peopleIn(released: readonly HealthEntry[]): number | null {
  const byStage = new Map<number, number>();
  for (const { key, sums } of released) {
    const people = sums.shards.people.reduce((sum, count) => sum + count, 0);
    if (people > 0) byStage.set(key.stage, (byStage.get(key.stage) ?? 0) + people);
  }
  return byStage.size === 0 ? null : Math.max(...byStage.values());
}
