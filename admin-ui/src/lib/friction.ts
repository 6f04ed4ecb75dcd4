import { BUCKETS, type FlagConfig, type Serve } from '@glidepath/core';

/** What stands between a person and a change of what is served: decided here and nowhere else. */
export interface Friction {
  readonly confirm: 'click' | 'hold';
  readonly comment: 'optional' | 'required';
  /** Whether the flag's key must be typed. */
  readonly typedKey: boolean;
}

export interface Move {
  /** Whether the environment is critical. */
  readonly critical: boolean;
  readonly towardSafe: boolean;
  /** Shares of people that do not get the off variation, before and after; see `exposureOf`. */
  readonly exposure: Exposure;
}

export interface Exposure {
  readonly before: number;
  readonly after: number;
}

const HALF = 0.5;

/** Easy toward safe, hard away from it. */
export function frictionOf({ critical, towardSafe, exposure }: Move): Friction {
  if (!critical) return { confirm: 'click', comment: 'optional', typedKey: false };
  if (towardSafe) return { confirm: 'hold', comment: 'optional', typedKey: false };
  return { confirm: 'click', comment: 'required', typedKey: isBigStep(exposure) };
}

/** A restore brings a killed flag back to people at once: always the full ceremony where it matters. */
export function frictionOfRestore(critical: boolean): Friction {
  return critical
    ? { confirm: 'click', comment: 'required', typedKey: true }
    : { confirm: 'click', comment: 'required', typedKey: false };
}

/** `moved`: the largest share, in `[0, 1]`, of people whom any one flag answers otherwise. */
export function frictionOfSegment({
  critical,
  moved,
}: {
  readonly critical: boolean;
  readonly moved: number;
}): Friction {
  if (!critical) return { confirm: 'click', comment: 'optional', typedKey: false };
  return { confirm: 'click', comment: 'required', typedKey: moved > HALF };
}

/** More than twice as many people as before, or more than half of all. */
function isBigStep({ before, after }: Exposure): boolean {
  return after > before && (after > 2 * before || after > HALF);
}

/**
 * The largest share, in `[0, 1]`, of any one audience that gets something else than the off variation:
 * of those whom a rule catches, or of everyone else. How many people a rule catches is not known here,
 * so the widest of them counts. People named one by one do not.
 */
export function exposureOf(
  config: Pick<FlagConfig, 'on' | 'killed' | 'offVariation' | 'rules' | 'fallthrough'>,
): number {
  if (!config.on || config.killed !== null) return 0;
  const serves = [...config.rules.map((rule) => rule.serve), config.fallthrough];
  return Math.max(...serves.map((serve) => shareAwayFrom(config.offVariation, serve)));
}

function shareAwayFrom(offVariation: string, serve: Serve): number {
  if ('variation' in serve) return serve.variation === offVariation ? 0 : 1;
  return (BUCKETS - (serve.split.weights[offVariation] ?? 0)) / BUCKETS;
}

/** The pair that decides the friction: an audience that grows counts even where another is larger already. */
export function exposureChange(before: FlagConfig, after: FlagConfig): Exposure {
  const audiences = new Set([...before.rules, ...after.rules].map((rule) => rule.id));
  const pairs = [...audiences].map((id) => ({ before: shareOfRule(before, id), after: shareOfRule(after, id) }));
  pairs.push({ before: shareOfEveryoneElse(before), after: shareOfEveryoneElse(after) });
  const growing = pairs.filter((pair) => pair.after > pair.before);
  return growing.find(isBigStep) ?? growing[0] ?? { before: exposureOf(before), after: exposureOf(after) };
}

function shareOfRule(config: FlagConfig, id: string): number {
  const rule = config.rules.find((candidate) => candidate.id === id);
  // Whom an absent rule would catch gets what everyone else gets.
  if (!rule) return shareOfEveryoneElse(config);
  return exposureOf({ ...config, rules: [], fallthrough: rule.serve });
}

function shareOfEveryoneElse(config: FlagConfig): number {
  return exposureOf({ ...config, rules: [] });
}
