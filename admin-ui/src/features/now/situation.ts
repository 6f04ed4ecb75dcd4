import type { EnvironmentChangeView, IncidentView, RolloutView } from '@glidepath/server/api-types';

/** A version of one of the environments. */
export interface PlacedChange extends EnvironmentChangeView {
  readonly environment: string;
}

/** The newest versions of several environments in one list. */
export function newestOf(changes: readonly PlacedChange[], most: number): readonly PlacedChange[] {
  return changes.toSorted((a, b) => b.at.localeCompare(a.at) || b.version - a.version).slice(0, most);
}

/** The last time that anything happened: a change, the end of a rollout, or of an incident. Null where nothing ever did. */
export function lastEvent({
  changes,
  rollouts,
  incidents,
}: {
  readonly changes: readonly Pick<PlacedChange, 'at'>[];
  readonly rollouts: readonly Pick<RolloutView, 'endedAt'>[];
  readonly incidents: readonly Pick<IncidentView, 'resolvedAt'>[];
}): string | null {
  const times = [
    ...changes.map(({ at }) => at),
    ...rollouts.map(({ endedAt }) => endedAt),
    ...incidents.map(({ resolvedAt }) => resolvedAt),
  ];
  return (
    times
      .filter((time) => time !== null)
      .toSorted()
      .at(-1) ?? null
  );
}
