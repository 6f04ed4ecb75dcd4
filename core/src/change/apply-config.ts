import type { Flag, FlagConfig, Rule, Serve } from '../model/model.ts';
import { problemsOfClauses, problemsOfContextKind } from './clauses.ts';
import type { ChangeFacts } from './facts.ts';
import type { ConfigInstruction, RuleInput } from './instructions.ts';
import { changeTarget, withKeys, withoutKeys } from './key-lists.ts';
import { type Applied, applied, inOrder, mapApplied, refused, unless } from './problem.ts';
import { findRule, insertRule, moveRule, removeRule, updateRule } from './rule-list.ts';
import { resplit, serveOf } from './serving.ts';
import { problemsOfVariation } from './weights.ts';
import { code } from './words.ts';

type InstructionOf<K extends ConfigInstruction['kind']> = Extract<ConfigInstruction, { kind: K }>;

/**
 * The configuration after these instructions: all of them, or the reason why not.
 * A kill is never refused; killing what is killed leaves the first kill's record.
 */
export function applyToConfig(
  flag: Flag,
  config: FlagConfig,
  instructions: readonly ConfigInstruction[],
  facts: ChangeFacts,
): Applied<FlagConfig> {
  return inOrder(config, instructions, (present, instruction) => {
    if (flag.archivedAt !== null && instruction.kind !== 'kill')
      return refused('archived', '', `Flag ${code(flag.key)} is archived and read-only. Unarchive it first.`);
    return applyOne(flag, present, instruction, facts);
  });
}

function applyOne(
  flag: Flag,
  config: FlagConfig,
  instruction: ConfigInstruction,
  facts: ChangeFacts,
): Applied<FlagConfig> {
  const withRules = (rules: Applied<readonly Rule[]>) =>
    mapApplied(rules, (changed) => ({ ...config, rules: changed }));
  switch (instruction.kind) {
    case 'turn-on':
      return applied({ ...config, on: true });
    case 'turn-off':
      return applied({ ...config, on: false });
    case 'kill':
      return applied(kill(config, instruction.reason, facts));
    case 'restore':
      return restore(flag, config);
    case 'set-off-variation':
      return unless(problemsOfVariation(flag, instruction.variation, '/variation'), () => ({
        ...config,
        offVariation: instruction.variation,
      }));
    case 'set-fallthrough':
      return withFallthrough(config, serveOf(flag, instruction.serve, config.fallthrough, '/serve'));
    case 'add-rule':
      return withRules(addRule(flag, config, instruction.rule, instruction.index, facts));
    case 'update-rule':
      return withRules(
        updateRule(config.rules, instruction.ruleId, facts, (rule) => updatedRule(flag, rule, instruction, facts)),
      );
    case 'remove-rule':
      return withRules(removeRule(config.rules, instruction.ruleId, facts));
    case 'move-rule':
      return withRules(moveRule(config.rules, instruction.ruleId, instruction.index, facts));
    case 'set-split':
      return setSplit(flag, config, instruction, facts);
    case 'set-targets':
    case 'add-targets':
    case 'remove-targets':
      return targets(flag, config, instruction);
    case 'set-prerequisites':
      return applied({ ...config, prerequisites: instruction.prerequisites });
  }
}

function kill(config: FlagConfig, reason: string, { now, actor }: ChangeFacts): FlagConfig {
  return config.killed === null ? { ...config, killed: { at: now, by: actor, reason } } : config;
}

function restore(flag: Flag, config: FlagConfig): Applied<FlagConfig> {
  if (config.killed !== null) return applied({ ...config, killed: null });
  return refused('not-killed', '', `Flag ${code(flag.key)} is not killed here: there is nothing to restore.`);
}

function withFallthrough(config: FlagConfig, serve: Applied<Serve>): Applied<FlagConfig> {
  return mapApplied(serve, (fallthrough) => ({ ...config, fallthrough }));
}

function addRule(
  flag: Flag,
  config: FlagConfig,
  input: RuleInput,
  index: number | undefined,
  facts: ChangeFacts,
): Applied<readonly Rule[]> {
  const serve = serveOf(flag, input.serve, null, '/rule/serve');
  if (serve.kind === 'refused') return serve;
  const problems = problemsOfClauses(input.clauses, '/rule/clauses', facts.engines);
  if (problems.length > 0) return { kind: 'refused', problems };
  const { id = facts.newId(), name = '', clauses } = input;
  return insertRule(config.rules, { id, name, clauses, serve: serve.document }, index, facts);
}

function updatedRule(
  flag: Flag,
  rule: Rule,
  instruction: InstructionOf<'update-rule'>,
  facts: ChangeFacts,
): Applied<Rule> {
  const { name = rule.name, clauses = rule.clauses, serve: input } = instruction;
  const problems =
    instruction.clauses === undefined ? [] : problemsOfClauses(instruction.clauses, '/clauses', facts.engines);
  if (problems.length > 0) return { kind: 'refused', problems };
  const serve = input === undefined ? applied(rule.serve) : serveOf(flag, input, rule.serve, '/serve');
  return mapApplied(serve, (served) => ({ id: rule.id, name, clauses, serve: served }));
}

function setSplit(
  flag: Flag,
  config: FlagConfig,
  instruction: InstructionOf<'set-split'>,
  facts: ChangeFacts,
): Applied<FlagConfig> {
  const { at } = instruction;
  if (instruction.arms !== undefined && facts.origin !== 'rollout')
    return refused('reserved', '/arms', 'Only a rollout says who is compared. Leave `arms` out.');
  if (at === 'fallthrough') return withFallthrough(config, resplit(flag, instruction, config.fallthrough));
  const found = findRule(config.rules, at, facts, '/at');
  if (found.kind === 'refused') return found;
  const rules = updateRule(config.rules, at, facts, (rule) =>
    mapApplied(resplit(flag, instruction, rule.serve), (serve) => ({ ...rule, serve })),
  );
  return mapApplied(rules, (changed) => ({ ...config, rules: changed }));
}

function targets(
  flag: Flag,
  config: FlagConfig,
  instruction: InstructionOf<'set-targets' | 'add-targets' | 'remove-targets'>,
): Applied<FlagConfig> {
  const { variation, contextKind, keys } = instruction;
  const problems = [
    ...problemsOfVariation(flag, variation, '/variation'),
    ...problemsOfContextKind(contextKind, '/contextKind'),
  ];
  const changes = {
    'set-targets': () => withKeys([], keys),
    'add-targets': (present: readonly string[]) => withKeys(present, keys),
    'remove-targets': (present: readonly string[]) => withoutKeys(present, keys),
  };
  return unless(problems, () => ({
    ...config,
    targets: changeTarget(config.targets, { variation, contextKind }, changes[instruction.kind]),
  }));
}
