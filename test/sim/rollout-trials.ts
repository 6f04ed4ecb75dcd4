import { DEFAULT_GATES, errorStanding, latencyStanding, precisionOf } from '@glidepath/server/statistics';
import { type Look, type TrafficOptions, trafficOf } from '../support/traffic.ts';
import { createChance } from './chance.ts';
import { isMismatchOfPeople, sumsOf } from './gate-trials.ts';

/** The percentages of the built-in template `standard`. */
const STAGES = [1, 5, 10, 25, 50, 100] as const;
type Percent = (typeof STAGES)[number];
const [errors, latency] = defaultGates();
const PRECISION = precisionOf([errors, latency], STAGES.filter((percent) => percent < 100).length);
const LOOKS = 100;

interface World extends Pick<TrafficOptions, 'addedErrors' | 'slowdown' | 'isTimed'> {
  /** All whom the split buckets: at 5 % each arm has a twentieth of them. */
  readonly people: number;
}

/** What stopped a rollout, and at which percentage. */
export interface Stop {
  readonly by: 'errors' | 'p95' | 'ratio';
  readonly percent: Percent;
}

/** Rollouts, one per seed, up to the stage of this percentage: what stopped each; null = nothing. */
export function stopsOf(rollouts: number, upTo: Percent, world: World): readonly (Stop | null)[] {
  return Array.from({ length: rollouts }, (_, i) => stopOf(i + 1, upTo, world));
}

function stopOf(seed: number, upTo: Percent, { people, ...traffic }: World): Stop | null {
  for (const [stage, percent] of STAGES.entries()) {
    if (percent > upTo) break;
    const usersPerArm = (people * percent) / 100;
    const chance = createChance(seed * STAGES.length + stage);
    for (const look of trafficOf(chance, { isTimed: true, ...traffic, usersPerArm, looks: LOOKS })) {
      const by = alarmAt(look, percent);
      if (by !== null) return { by, percent };
    }
  }
  return null;
}

/** Harm comes first; everybody's stage has no control. */
function alarmAt({ treatment, control }: Look, percent: Percent): Stop['by'] | null {
  const beside = percent < 100 ? control : null;
  const counts = { treatment: sumsOf(treatment), control: beside && sumsOf(beside) };
  if (errorStanding(counts, errors, PRECISION).isHarm) return 'errors';
  const sketches = { treatment: treatment.sketches(), control: beside?.sketches() ?? null };
  if (latencyStanding(sketches, latency, PRECISION).isHarm) return 'p95';
  return beside && isMismatchOfPeople({ treatment, control: beside }) ? 'ratio' : null;
}

function defaultGates() {
  const [first, second] = DEFAULT_GATES;
  if (first?.kind !== 'error-rate' || second?.kind !== 'latency') throw new Error('The default gates are others');
  return [first, second] as const;
}
