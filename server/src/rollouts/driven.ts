import type { ArmsBody, Flag, FlagConfig, Rule, Serve, Weights } from '@glidepath/core';
import { BUCKETS } from '@glidepath/core';
import {
  armsOfStage,
  type ConfigInstruction,
  canonicalAllocation,
  diffConfig,
  isSame,
  nextAllocation,
} from '@glidepath/core/change';
import { type Exposure, exposureOf, type Rollout, stageOf } from './rollout.ts';

/** What a place of a flag serves; undefined where there is no such rule. */
export function servedAt({ rules, fallthrough }: FlagConfig, at: string): Serve | undefined {
  return at === 'fallthrough' ? fallthrough : rules.find(({ id }) => id === at)?.serve;
}

/**
 * The instructions that make a flag serve what the rollout's state says; empty where it does. They belong to the
 * transition into that state: what somebody changes after it is not to be overwritten.
 */
export function instructionsOf(rollout: Rollout, flag: Flag, config: FlagConfig): readonly ConfigInstruction[] {
  const { state } = rollout;
  if (state.kind === 'waiting') return [];
  if (state.kind === 'aborted') return flag.archivedAt === null ? leavingInstructions(rollout, config) : [];
  const exposure = exposureOf(rollout);
  if (exposure === null) return diffConfig(flag, config, asBefore(rollout, config));
  return [...ruleInstructions(rollout, config, exposure), ...splitInstructions(rollout, flag, config, exposure)];
}

/** Whether the flag still serves what the rollout's state says, so that nobody else has had a hand in it. */
export function isAsDriven(rollout: Rollout, flag: Flag, config: FlagConfig): boolean {
  const { plan, before, state } = rollout;
  const served = servedAt(config, plan.at);
  if (state.kind === 'waiting') return served !== undefined && isSame(served, before);
  if (served === undefined || !('split' in served)) return false;
  const kept = 'split' in before ? before.split : undefined;
  return (
    isSame(served.split.by, plan.by ?? kept?.by) &&
    served.split.salt === kept?.salt &&
    instructionsOf(rollout, flag, config).length === 0
  );
}

/** Whether other people come first than those whom it has met: the split is dealt by the flag's salt, which is another. */
export function isDealtAnew({ salt, before }: Rollout, flag: Flag): boolean {
  const isByFlag = !('split' in before) || before.split.salt === undefined;
  return isByFlag && salt !== undefined && salt !== flag.salt;
}

function asBefore({ plan, before, ...rollout }: Rollout, config: FlagConfig): FlagConfig {
  const rules = config.rules
    .filter(({ id }) => id !== ruleIdOf(rollout))
    .map((rule) => (rule.id === plan.at ? { ...rule, serve: before } : rule));
  return { ...config, rules, fallthrough: plan.at === 'fallthrough' ? before : config.fallthrough };
}

/** Nobody gets anything else: who is compared is told no more, and the rollout's rule becomes one of the flag's own. */
function leavingInstructions(rollout: Rollout, config: FlagConfig): readonly ConfigInstruction[] {
  const { plan } = rollout;
  const served = servedAt(config, plan.at);
  const index = config.rules.findIndex(({ id }) => id === ruleIdOf(rollout));
  const rule = config.rules[index];
  return [
    ...(rule === undefined ? [] : handOver(rule, index)),
    ...(served !== undefined && 'split' in served && served.split.arms?.rollout === rollout.id
      ? [{ kind: 'set-split', at: plan.at, weights: served.split.weights } as const]
      : []),
  ];
}

function handOver({ id, name, clauses, serve }: Rule, index: number): readonly ConfigInstruction[] {
  if (!('variation' in serve)) return [];
  return [
    { kind: 'remove-rule', ruleId: id },
    { kind: 'add-rule', rule: { name, clauses, serve }, index },
  ];
}

function splitInstructions(
  rollout: Rollout,
  flag: Flag,
  config: FlagConfig,
  { buckets }: Exposure,
): readonly ConfigInstruction[] {
  const { plan } = rollout;
  const weights: Weights = { [plan.variation]: buckets, [plan.control]: BUCKETS - buckets };
  const served = servedAt(config, plan.at);
  const arms = armsFor(rollout, flag, served, weights);
  if (served !== undefined && 'split' in served) {
    const { split } = served;
    if (areWeights(split.weights, weights) && isSame(split.arms, arms)) return [];
  }
  const by = plan.by === undefined ? {} : { by: plan.by };
  return [{ kind: 'set-split', at: plan.at, weights, ...by, ...(arms === undefined ? {} : { arms }) }];
}

/** Who is measured in the stage in force: nobody while it reaches a segment. */
function armsFor(rollout: Rollout, flag: Flag, served: Serve | undefined, weights: Weights): ArmsBody | undefined {
  const { id, plan, state } = rollout;
  const stage = stageOf(state);
  if (stage === null || plan.stages[stage]?.kind !== 'percent') return undefined;
  const order = flag.variations.map(({ key }) => key);
  const allocation =
    served !== undefined && 'split' in served
      ? nextAllocation(served.split.allocation, weights, order)
      : canonicalAllocation(weights, order);
  const arms = armsOfStage(allocation, { released: plan.variation, control: plan.control, order });
  return arms === null ? undefined : { rollout: id, stage, ...arms };
}

/** The rule on top that serves segments; it goes once everybody has the variation. */
function ruleInstructions(rollout: Rollout, config: FlagConfig, { segments }: Exposure): readonly ConfigInstruction[] {
  const id = ruleIdOf(rollout);
  const present = config.rules.find((rule) => rule.id === id);
  if (segments.length === 0) return present === undefined ? [] : [{ kind: 'remove-rule', ruleId: id }];
  const clauses = [{ attribute: '', operator: 'in-segment', values: segments }];
  if (present === undefined) {
    const serve = { variation: rollout.plan.variation };
    return [{ kind: 'add-rule', rule: { id, name: 'Released first', clauses, serve }, index: 0 }];
  }
  const isSameReach = present.clauses[0]?.values.length === segments.length;
  return isSameReach ? [] : [{ kind: 'update-rule', ruleId: id, clauses }];
}

function ruleIdOf({ id }: Pick<Rollout, 'id'>): string {
  return `rollout:${id}`;
}

function areWeights(weights: Weights, wanted: Weights): boolean {
  return [...Object.keys(weights), ...Object.keys(wanted)].every(
    (key) => weightOf(weights, key) === weightOf(wanted, key),
  );
}

function weightOf(weights: Weights, variation: string): number {
  return Object.hasOwn(weights, variation) ? (weights[variation] ?? 0) : 0;
}
