import type { FlagConfig } from '@glidepath/core';
import type { LiveRolloutView } from '../http/api-types.ts';
import type { Reads, StoredDocument } from '../store/store.ts';

/** The rollout that drives a flag now; null while none does. */
export async function liveRolloutOf(
  reads: Reads,
  { parent, key, body }: StoredDocument<FlagConfig>,
): Promise<LiveRolloutView | null> {
  const [row] = await reads.rollouts({ environment: parent, flag: key, isLive: true, limit: 1 });
  if (row === undefined) return null;
  const { id, plan, state } = row.rollout;
  return { id, state: state.kind, percent: shareAt(body, plan) / 1_000, variation: plan.variation };
}

function shareAt(
  { rules, fallthrough }: FlagConfig,
  { at, variation }: { readonly at: string; readonly variation: string },
) {
  const serve = at === 'fallthrough' ? fallthrough : rules.find(({ id }) => id === at)?.serve;
  if (serve === undefined) return 0;
  if ('variation' in serve) return serve.variation === variation ? 100_000 : 0;
  const { weights } = serve.split;
  return Object.hasOwn(weights, variation) ? (weights[variation] ?? 0) : 0;
}
