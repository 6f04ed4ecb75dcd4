import type { Json } from '../model/model.ts';
import type { EnvironmentFacts, ForwardValue, LifecycleFacts, LifecycleSettings } from './lifecycle.ts';
import { type Served, servedBy } from './served.ts';
import { DAY_MS } from './words.ts';

/** The facts, with what follows from them at once: what every statement about a flag is built from. */
export interface Evidence {
  readonly facts: LifecycleFacts;
  readonly settings: LifecycleSettings;
  readonly now: number;
  /** Environments that decide about the flag's life. */
  readonly critical: readonly ServedEnvironment[];
  readonly others: readonly ServedEnvironment[];
  readonly forward: ForwardValue | null;
  /** Since when the environments that decide serve what they serve. */
  readonly servesSince: number;
  readonly evaluatedAt: number | null;
  /** Since when nobody asks, though somebody could; null while somebody does, or nobody can. */
  readonly idleSince: number | null;
  /** Nothing but the off variation since it was made, within the time that it was given: it waits for its release. */
  readonly isUnreleased: boolean;
}

export interface ServedEnvironment {
  readonly facts: EnvironmentFacts;
  readonly served: Served;
}

export function evidenceOf(facts: LifecycleFacts, settings: LifecycleSettings, now: number): Evidence {
  const all = facts.environments.map((environment) => ({ facts: environment, served: servedBy(environment.config) }));
  const marked = all.filter((one) => one.facts.isCritical);
  // Where no environment is marked, all of them decide.
  const critical = marked.length > 0 ? marked : all;
  const others = all.filter((one) => !critical.includes(one));
  const evaluatedAt = latest(facts.environments.flatMap((one) => one.evaluatedAt ?? []));
  return {
    facts,
    settings,
    now,
    critical,
    others,
    forward: forwardOf(facts, critical),
    servesSince: latest(critical.map((one) => one.facts.servesSince)) ?? facts.flag.createdAt,
    evaluatedAt,
    idleSince: idleSinceOf(facts, evaluatedAt, settings, now),
    isUnreleased: isUnreleased(facts, critical, now),
  };
}

/** What all environments that decide serve to everybody; null where that is not one variation. */
function forwardOf({ flag }: LifecycleFacts, critical: readonly ServedEnvironment[]): ForwardValue | null {
  const served = critical.map((one) => (one.served.kind === 'one' ? one.served.variation : null));
  const [variation = null, ...more] = new Set(served);
  if (variation === null || more.length > 0) return null;
  const value: Json | undefined = flag.variations.find(({ key }) => key === variation)?.value;
  return value === undefined ? null : { variation, value };
}

/**
 * A flag that was never evaluated is idle only once nobody has worked on it for as long either: it may be waiting for
 * the code.
 */
function idleSinceOf(
  { flag, environments, changedAt }: LifecycleFacts,
  evaluatedAt: number | null,
  { idleDays }: LifecycleSettings,
  now: number,
): number | null {
  if (!environments.some(({ isConnected }) => isConnected)) return null;
  const since = evaluatedAt ?? Math.max(flag.createdAt, changedAt);
  return now - since >= idleDays * DAY_MS ? since : null;
}

function isUnreleased({ flag }: LifecycleFacts, critical: readonly ServedEnvironment[], now: number): boolean {
  const isInTime = flag.lifetimeDays === null || now - flag.createdAt < flag.lifetimeDays * DAY_MS;
  return (
    isInTime &&
    critical.every(
      ({ facts: { config, servesSince } }) => !config.on && !config.killed && servesSince <= flag.createdAt,
    )
  );
}

function latest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.max(...times);
}
