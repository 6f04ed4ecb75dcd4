import type { Flag, FlagConfig, Serve, Weights } from '../model/model.ts';
import { percent } from './words.ts';

/** How a flag stands in one environment, in one word. */
export interface FlagState {
  /** `partial`: it serves more than one variation. */
  readonly state: 'on' | 'off' | 'partial' | 'killed';
  /** Buckets of the fallthrough's first variation that is not the off variation; null where it serves only one. */
  readonly share: number | null;
  /** `On`, `Off`, `25 %`, `Partial` or `Killed`. */
  readonly label: string;
}

export function stateOf(flag: Flag, config: FlagConfig): FlagState {
  if (config.killed !== null) return { state: 'killed', share: null, label: 'Killed' };
  if (!config.on) return { state: 'off', share: null, label: 'Off' };
  const served = new Set([config.fallthrough, ...config.rules.map((rule) => rule.serve)].flatMap(servedBy));
  for (const target of config.targets) served.add(target.variation);
  const isPartial = served.size > 1;
  if ('split' in config.fallthrough) {
    const share = releasedShare(flag, config, config.fallthrough.split.weights);
    if (isPartial || share === 0) return { state: 'partial', share, label: percent(share) };
    return { state: 'on', share, label: 'On' };
  }
  return isPartial ? { state: 'partial', share: null, label: 'Partial' } : { state: 'on', share: null, label: 'On' };
}

function servedBy(serve: Serve): readonly string[] {
  if ('variation' in serve) return [serve.variation];
  return Object.entries(serve.split.weights).flatMap(([variation, weight]) => (weight > 0 ? [variation] : []));
}

function releasedShare(flag: Flag, config: FlagConfig, weights: Weights): number {
  const shares = new Map(Object.entries(weights));
  const released = flag.variations
    .filter((variation) => variation.key !== config.offVariation)
    .map((variation) => shares.get(variation.key) ?? 0);
  return released.find((share) => share > 0) ?? 0;
}
