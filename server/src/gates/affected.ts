import { HEALTH_SPANS, type HealthReads } from '../store/health.ts';
import type { RolloutRow } from '../store/rollouts.ts';

/** Guarded executions of the released variation since the rollout began, in its arms and beside them; null before any. */
export async function affectedBy(
  reads: Pick<HealthReads, 'healthSums'>,
  { rollout, environment, flag, createdAt }: Pick<RolloutRow, 'rollout' | 'environment' | 'flag' | 'createdAt'>,
): Promise<number | null> {
  const entries = await reads.healthSums({ environment, flag, kind: 'guard' });
  // Something is heard in an interval: it may have begun before the rollout.
  const from = createdAt - (createdAt % HEALTH_SPANS.fine);
  const recent = entries.filter(({ key, heardAt }) => key.variation === rollout.plan.variation && heardAt >= from);
  // Of the versions before its first stage, whatever was heard since belongs to who had the variation before.
  const first = Math.min(...recent.filter(({ key }) => key.stage >= 0).map(({ key }) => key.flagVersion));
  const released = recent.filter(({ key }) => !Number.isFinite(first) || key.flagVersion >= first);
  return released.length === 0 ? null : released.reduce((sum, { sums: { n } }) => sum + n, 0);
}
