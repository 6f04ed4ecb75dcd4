import type { FlagConfig, Serve } from '@glidepath/core';
import type { FlagWithEnvironments } from '@glidepath/server/api-types';

/** Keys of environments. */
export interface Usage {
  /** Where it is the off variation. */
  readonly safeIn: readonly string[];
  /** Where a rule, a name or everyone else may get it. */
  readonly servedIn: readonly string[];
}

/** Where a variation is used, as far as its flag says. */
export function usageOf({ environments }: Pick<FlagWithEnvironments, 'environments'>, variation: string): Usage {
  const where = (isUsed: (config: (typeof environments)[number]) => boolean) =>
    environments.filter(isUsed).map(({ environment }) => environment);
  return {
    safeIn: where((config) => config.offVariation === variation),
    servedIn: where((config) => mayServe(config, variation)),
  };
}

function mayServe({ targets, rules, fallthrough }: Pick<FlagConfig, 'targets' | 'rules' | 'fallthrough'>, key: string) {
  const serves = [...rules.map(({ serve }) => serve), fallthrough];
  return targets.some(({ variation }) => variation === key) || serves.some((serve) => names(serve, key));
}

function names(serve: Serve, key: string): boolean {
  return 'variation' in serve ? serve.variation === key : (serve.split.weights[key] ?? 0) > 0;
}
