import type { RolloutReads, RolloutStore } from '../store/rollouts.ts';

/** More than can wait in one environment: a flag has at most one. */
const MOST = 10_000;

/** Has rollouts looked at now that wait for a deploy in the environment: what they wait for may be there. */
export async function hastenWaiting(
  store: Pick<RolloutReads, 'rollouts'> & Pick<RolloutStore, 'hastenRollouts'>,
  environment: string,
  now: number,
): Promise<void> {
  const live = await store.rollouts({ environment, isLive: true, limit: MOST });
  const waiting = live.filter(
    ({ rollout: { plan, state } }) => state.kind === 'waiting' && plan.start.kind === 'deploy',
  );
  if (waiting.length === 0) return;
  await store.hastenRollouts(
    waiting.map(({ rollout }) => rollout.id),
    now,
  );
}
