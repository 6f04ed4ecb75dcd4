import type { Flag, FlagConfig, Serve, Weights } from '@glidepath/core';
import { BUCKETS } from '@glidepath/core';
import { type ConfigInstruction, diffConfig } from '@glidepath/core/change';
import { type Exposure, exposureOf, isOver, type Rollout } from './rollout.ts';

/** What a place of a flag serves; undefined where there is no such rule. */
export function servedAt({ rules, fallthrough }: FlagConfig, at: string): Serve | undefined {
  return at === 'fallthrough' ? fallthrough : rules.find(({ id }) => id === at)?.serve;
}

/**
 * The instructions that make a flag serve what the rollout's state says; empty where it does. They belong to the
 * transition into that state: what somebody changes after it is not to be overwritten.
 */
export function instructionsOf(rollout: Rollout, flag: Flag, config: FlagConfig): readonly ConfigInstruction[] {
  // What an aborted rollout left behind is somebody's own, and what waits has changed nothing.
  if (rollout.state.kind === 'aborted' || rollout.state.kind === 'waiting') return [];
  const exposure = exposureOf(rollout);
  if (exposure === null) return diffConfig(flag, config, asBefore(rollout, config));
  return [...ruleInstructions(rollout, config, exposure), ...splitInstructions(rollout, config, exposure)];
}

function asBefore({ plan, before, ...rollout }: Rollout, config: FlagConfig): FlagConfig {
  const rules = config.rules
    .filter(({ id }) => id !== ruleIdOf(rollout))
    .map((rule) => (rule.id === plan.at ? { ...rule, serve: before } : rule));
  return { ...config, rules, fallthrough: plan.at === 'fallthrough' ? before : config.fallthrough };
}

function splitInstructions({ plan }: Rollout, config: FlagConfig, { buckets }: Exposure): readonly ConfigInstruction[] {
  const weights: Weights = { [plan.variation]: buckets, [plan.control]: BUCKETS - buckets };
  const served = servedAt(config, plan.at);
  if (served !== undefined && 'split' in served && weightOf(served.split.weights, plan.variation) === buckets)
    return [];
  return [{ kind: 'set-split', at: plan.at, weights, ...(plan.by === undefined ? {} : { by: plan.by }) }];
}

/** The rule on top that serves segments; it goes once everybody has the variation. */
function ruleInstructions(rollout: Rollout, config: FlagConfig, { segments }: Exposure): readonly ConfigInstruction[] {
  const id = ruleIdOf(rollout);
  const present = config.rules.find((rule) => rule.id === id);
  if (isOver(rollout.state) || segments.length === 0)
    return present === undefined ? [] : [{ kind: 'remove-rule', ruleId: id }];
  const clauses = [{ attribute: '', operator: 'in-segment', values: segments }];
  if (present === undefined) {
    const serve = { variation: rollout.plan.variation };
    return [{ kind: 'add-rule', rule: { id, name: 'Released first', clauses, serve }, index: 0 }];
  }
  const isSame = present.clauses[0]?.values.length === segments.length;
  return isSame ? [] : [{ kind: 'update-rule', ruleId: id, clauses }];
}

function ruleIdOf({ id }: Pick<Rollout, 'id'>): string {
  return `rollout:${id}`;
}

function weightOf(weights: Weights, variation: string): number {
  return Object.hasOwn(weights, variation) ? (weights[variation] ?? 0) : 0;
}
