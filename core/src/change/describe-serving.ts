import type { Flag, FlagConfig, Rule } from '../model/model.ts';
import { conditions, keysOf, needs, serving } from './phrases.ts';
import { variationKeys } from './weights.ts';
import { code } from './words.ts';

/** Who gets what, a sentence each; the first that applies decides. */
export function describeServing(flag: Flag, config: FlagConfig): readonly string[] {
  const off = code(config.offVariation);
  if (config.killed !== null) return [`Killed: everyone gets ${off}.`];
  if (!config.on) return [`Off: everyone gets ${off}.`];
  const order = variationKeys(flag);
  const before = [
    ...(config.prerequisites.length === 0 ? [] : [`Needs ${needs(config.prerequisites)}; else everyone gets ${off}.`]),
    ...config.targets.map((target) => `By name: ${code(target.variation)} for ${keysOf(target)}.`),
    ...config.rules.map((rule, index) => ruleLine(rule, index, order)),
  ];
  return [...before, fallthroughLine(config, before.length > 0, order)];
}

function ruleLine(rule: Rule, index: number, order: readonly string[]): string {
  const name = rule.name === '' ? '' : ` (${rule.name})`;
  return `Rule ${index + 1}${name}: ${serving(rule.serve, order)} ${conditions(rule.clauses)}.`;
}

function fallthroughLine({ fallthrough }: FlagConfig, isLast: boolean, order: readonly string[]): string {
  const whom = isLast ? 'Everyone else' : 'Everyone';
  return 'variation' in fallthrough
    ? `${whom} gets ${code(fallthrough.variation)}.`
    : `${whom}: ${serving(fallthrough, order)}.`;
}
