import type { Segment, SegmentConfig, SegmentRule } from '../model/model.ts';
import { problemsOfClauses, problemsOfContextKind } from './clauses.ts';
import type { ChangeFacts } from './facts.ts';
import type { MembersInput, SegmentConfigInstruction, SegmentInstruction } from './instructions.ts';
import { changeMembers, withKeys, withoutKeys } from './key-lists.ts';
import { type Applied, applied, inOrder, mapApplied, refused, unless } from './problem.ts';
import { insertRule, moveRule, removeRule, updateRule } from './rule-list.ts';

type InstructionOf<K extends SegmentConfigInstruction['kind']> = Extract<SegmentConfigInstruction, { kind: K }>;

/** What environments share of a segment, after these instructions. */
export function applyToSegment(segment: Segment, instructions: readonly SegmentInstruction[]): Applied<Segment> {
  return inOrder<Segment, SegmentInstruction>(segment, instructions, (present, instruction) => {
    switch (instruction.kind) {
      case 'rename':
        return instruction.name.trim() === ''
          ? refused('invalid', '/name', 'A segment needs a name. Give one, or use its key.')
          : applied({ ...present, name: instruction.name });
      case 'describe':
        return applied({ ...present, description: instruction.description });
    }
  });
}

/** Who belongs to a segment in one environment, after these instructions: all of them, or the reason why not. */
export function applyToSegmentConfig(
  config: SegmentConfig,
  instructions: readonly SegmentConfigInstruction[],
  facts: ChangeFacts,
): Applied<SegmentConfig> {
  return inOrder(config, instructions, (present, instruction) => applyOne(present, instruction, facts));
}

function applyOne(
  config: SegmentConfig,
  instruction: SegmentConfigInstruction,
  facts: ChangeFacts,
): Applied<SegmentConfig> {
  const withRules = (rules: Applied<readonly SegmentRule[]>) =>
    mapApplied(rules, (changed) => ({ ...config, rules: changed }));
  switch (instruction.kind) {
    case 'add-members':
      return members(config, instruction, (present) => withKeys(present, instruction.keys));
    case 'remove-members':
      return members(config, instruction, (present) => withoutKeys(present, instruction.keys));
    case 'set-members':
      return members(config, instruction, () => withKeys([], instruction.keys));
    case 'add-rule':
      return withRules(addRule(config, instruction, facts));
    case 'update-rule':
      return withRules(
        updateRule(config.rules, instruction.ruleId, facts, (rule) => updatedRule(rule, instruction, facts)),
      );
    case 'remove-rule':
      return withRules(removeRule(config.rules, instruction.ruleId, facts));
    case 'move-rule':
      return withRules(moveRule(config.rules, instruction.ruleId, instruction.index, facts));
  }
}

function members(
  config: SegmentConfig,
  { list, contextKind }: MembersInput,
  change: (present: readonly string[]) => readonly string[],
): Applied<SegmentConfig> {
  return unless(problemsOfContextKind(contextKind, '/contextKind'), () => ({
    ...config,
    [list]: changeMembers(config[list], contextKind, change),
  }));
}

function addRule(
  config: SegmentConfig,
  { rule: input, index }: InstructionOf<'add-rule'>,
  facts: ChangeFacts,
): Applied<readonly SegmentRule[]> {
  const problems = problemsOfClauses(input.clauses, '/rule/clauses', facts.engines);
  if (problems.length > 0) return { kind: 'refused', problems };
  const { id = facts.newId(), name = '', clauses, ...how } = input;
  return insertRule(config.rules, { id, name, clauses, ...how }, index, facts);
}

/** `share: null` takes the share away; `by` and `salt` stay where the instruction does not say them. */
function updatedRule(
  rule: SegmentRule,
  instruction: InstructionOf<'update-rule'>,
  facts: ChangeFacts,
): Applied<SegmentRule> {
  const { name = rule.name, clauses = rule.clauses, by = rule.by, salt = rule.salt } = instruction;
  const share = instruction.share === undefined ? rule.share : (instruction.share ?? undefined);
  const problems =
    instruction.clauses === undefined ? [] : problemsOfClauses(instruction.clauses, '/clauses', facts.engines);
  return unless(problems, () => ({
    id: rule.id,
    name,
    clauses,
    ...(share === undefined ? {} : { share }),
    ...(by === undefined ? {} : { by }),
    ...(salt === undefined ? {} : { salt }),
  }));
}
