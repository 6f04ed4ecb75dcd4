import type { CanIReleaseView } from '../http/release-types.ts';
import { openIncidentsOf } from '../incidents/incident.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import type { Reads } from '../store/store.ts';
import type { Place, Surroundings } from './surroundings.ts';
import { percentOf } from './words.ts';

/** A flag has at most one live rollout; no environment has more flags. */
const MOST = 10_000;

/**
 * Whether a release would go on there now, and what speaks against it: the same that holds rollouts. With a flag, only
 * what touches it counts.
 */
export async function canIRelease(
  reads: Reads,
  { freezeInForce }: Pick<Surroundings, 'freezeInForce'>,
  place: Place,
  { now, flag }: { readonly now: number; readonly flag?: string },
): Promise<CanIReleaseView> {
  const { project, environment } = place;
  const touching = { environment: environment.key, ...(flag !== undefined && { flag }) };
  const [freeze, open, live] = await Promise.all([
    freezeInForce(reads, place, now),
    openIncidentsOf(reads, project.id, touching),
    reads.rollouts({ environment: environment.id, isLive: true, limit: MOST, ...(flag !== undefined && { flag }) }),
  ]);
  const incidents = open.map(({ key, body: { title, severity } }) => ({ id: key, title, severity }));
  const reasons = [
    ...(freeze === null ? [] : [`There is a freeze: ${freeze}.`]),
    ...incidents.map(({ id, severity, title }) => `${id} (${severity}) is open: ${title}`),
    ...live.flatMap((row) => reasonOf(row, flag)),
  ];
  return {
    go: reasons.length === 0,
    reasons,
    freeze,
    incidents,
    rollouts: live.map((row) => ({
      id: row.rollout.id,
      flag: row.flag,
      state: row.rollout.state.kind,
      percent: percentOf(row.rollout),
    })),
  };
}

/** What is on its way back hurts people now; and a flag that is being released cannot be released once more. */
function reasonOf({ flag, rollout: { state } }: RolloutRow, asked: string | undefined): readonly string[] {
  if (state.kind === 'rolling-back') return [`${flag} is being rolled back: ${state.cause.reason}`];
  return asked === undefined ? [] : [`A rollout drives ${flag} already (${state.kind.replace('-', ' ')}).`];
}
