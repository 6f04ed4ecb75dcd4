import type { FlagConfig, Json } from '../model/model.ts';
import type { FlagInstruction, Instruction, ServeInput } from './instructions.ts';
import { conditions, keysOf, needs, serving, servingTo, taking } from './phrases.ts';
import { PURPOSES } from './purposes.ts';
import { allOf, code, counted, percent } from './words.ts';

export interface Surroundings {
  /** Name or key of the environment that is changed; absent for what environments share. */
  readonly environment?: string;
  /** Gives rules their names; without it they are called by their ids. */
  readonly config?: Pick<FlagConfig, 'rules'>;
}

type InstructionOf<K extends Instruction['kind']> = Extract<Instruction, { kind: K }>;

interface Place {
  /** ` in production`, or nothing. */
  readonly where: string;
  readonly ruleName: (id: string) => string;
}

/** One instruction in plain language, to stand behind a name: “turned on in production”. */
export function describeInstruction(instruction: Instruction, { environment, config }: Surroundings = {}): string {
  const where = environment === undefined ? '' : ` in ${environment}`;
  const ruleName = (id: string) => {
    const name = config?.rules.find((rule) => rule.id === id)?.name ?? '';
    return name === '' ? `rule ${code(id)}` : `rule “${name}”`;
  };
  return sentence(instruction, { where, ruleName });
}

function sentence(instruction: Instruction, { where, ruleName }: Place): string {
  switch (instruction.kind) {
    case 'turn-on':
      return `turned on${where}`;
    case 'turn-off':
      return `turned off${where}`;
    case 'kill':
      return instruction.reason === '' ? `killed${where}` : `killed${where}: ${instruction.reason}`;
    case 'restore':
      return `restored${where}`;
    case 'set-off-variation':
      return `serves ${code(instruction.variation)} when off or killed${where}`;
    case 'set-fallthrough':
      return `serves ${servingTo(instruction.serve, `everyone else${where}`)}`;
    case 'set-split':
      return split(instruction, ruleName, where);
    case 'add-rule':
      return addedRule(instruction, where);
    case 'update-rule':
      return `changed ${ruleName(instruction.ruleId)}${where}: ${ruleChanges(instruction).join('; ')}`;
    case 'remove-rule':
      return `removed ${ruleName(instruction.ruleId)}${where}`;
    case 'move-rule':
      return `moved ${ruleName(instruction.ruleId)} to place ${instruction.index + 1}${where}`;
    case 'set-targets':
    case 'add-targets':
    case 'remove-targets':
      return targets(instruction, where);
    case 'set-prerequisites':
      return instruction.prerequisites.length === 0
        ? `removed all prerequisites${where}`
        : `needs ${needs(instruction.prerequisites)}${where}`;
    case 'add-members':
    case 'remove-members':
    case 'set-members':
      return members(instruction, where);
    default:
      return sharedSentence(instruction);
  }
}

function sharedSentence(instruction: InstructionOf<FlagInstruction['kind']>): string {
  switch (instruction.kind) {
    case 'rename':
      return `renamed to “${instruction.name}”`;
    case 'describe':
      return instruction.description === '' ? 'removed the description' : 'changed the description';
    case 'set-owner':
      return instruction.owner === null ? 'removed the owner' : `made ${code(instruction.owner)} the owner`;
    case 'set-tags':
      return instruction.tags.length === 0 ? 'removed all tags' : `set the tags to ${allOf(instruction.tags)}`;
    case 'set-links':
      return instruction.links.length === 0 ? 'removed all links' : `set ${counted(instruction.links.length, 'link')}`;
    case 'set-metadata':
      return metadata(instruction);
    case 'set-purpose':
      return `set the purpose to ${PURPOSES[instruction.purpose].label}`;
    case 'set-lifetime':
      return instruction.lifetimeDays === null
        ? 'made permanent'
        : `set the expected lifetime to ${counted(instruction.lifetimeDays, 'day')}`;
    case 'set-client-side':
      return instruction.clientSide ? 'made available to browsers' : 'withheld from browsers';
    case 'set-json-schema':
      return instruction.jsonSchema === null ? 'removed the JSON Schema' : 'changed the JSON Schema';
    case 'add-variation':
      return `added variation ${code(instruction.variation.key)} with the value ${shown(instruction.variation.value)}`;
    case 'update-variation':
      return updatedVariation(instruction);
    case 'remove-variation':
      return `removed variation ${code(instruction.variation)}`;
    case 'set-salt':
      return `set the salt to ${code(instruction.salt)}: everybody is dealt anew`;
    case 'archive':
      return 'archived';
    case 'unarchive':
      return 'unarchived';
  }
}

function split(instruction: InstructionOf<'set-split'>, ruleName: Place['ruleName'], where: string): string {
  const whom = instruction.at === 'fallthrough' ? 'everyone else' : `those who match ${ruleName(instruction.at)}`;
  const { weights, by, salt, allocation } = instruction;
  const serve: ServeInput = { split: { weights, ...(by === undefined ? {} : { by }) } };
  return [
    `serves ${servingTo(serve, `${whom}${where}`)}`,
    ...(salt === undefined ? [] : [`dealt by the salt ${code(salt)}`]),
    ...(allocation === undefined ? [] : ['with the exact buckets given']),
  ].join(', ');
}

function addedRule({ rule, index }: InstructionOf<'add-rule'>, where: string): string {
  const name = rule.name === undefined || rule.name === '' ? 'a rule' : `rule “${rule.name}”`;
  const place = index === undefined ? '' : ` at place ${index + 1}`;
  const what = 'serve' in rule ? `${serving(rule.serve)} ${conditions(rule.clauses)}` : taking(rule);
  return `added ${name}${place}${where}: ${what}`;
}

function ruleChanges(instruction: InstructionOf<'update-rule'>): readonly string[] {
  const { name, clauses } = instruction;
  return [
    ...(name === undefined ? [] : [name === '' ? 'no name' : `named “${name}”`]),
    ...(clauses === undefined ? [] : [`applies ${conditions(clauses)}`]),
    ...('serve' in instruction && instruction.serve !== undefined ? [`serves ${serving(instruction.serve)}`] : []),
    ...('share' in instruction && instruction.share !== undefined
      ? [instruction.share === null ? 'takes all who match' : `takes ${percent(instruction.share)} of those who match`]
      : []),
    ...('by' in instruction && instruction.by !== undefined
      ? [`split by ${code(instruction.by.attribute)} of the ${instruction.by.contextKind}`]
      : []),
    ...('salt' in instruction && instruction.salt !== undefined ? [`dealt by the salt ${code(instruction.salt)}`] : []),
  ];
}

function targets(instruction: InstructionOf<'set-targets' | 'add-targets' | 'remove-targets'>, where: string): string {
  const { kind, variation, contextKind, keys } = instruction;
  switch (kind) {
    case 'set-targets':
      return keys.length === 0
        ? `serves ${code(variation)} to no ${contextKind} by name${where}`
        : `serves ${code(variation)} only to ${keysOf(instruction)} by name${where}`;
    case 'add-targets':
      return `serves ${code(variation)} to ${keysOf(instruction)} by name${where}`;
    case 'remove-targets':
      return `no longer serves ${code(variation)} to ${keysOf(instruction)} by name${where}`;
  }
}

function members(instruction: InstructionOf<'add-members' | 'remove-members' | 'set-members'>, where: string): string {
  const { kind, list, contextKind, keys } = instruction;
  switch (kind) {
    case 'add-members':
      return `added ${keysOf(instruction)} to the ${list} keys${where}`;
    case 'remove-members':
      return `removed ${keysOf(instruction)} from the ${list} keys${where}`;
    case 'set-members':
      return keys.length === 0
        ? `emptied the ${list} ${contextKind} keys${where}`
        : `set the ${list} ${contextKind} keys to ${keysOf(instruction)}${where}`;
  }
}

function metadata({ metadata: entries }: InstructionOf<'set-metadata'>): string {
  const pairs = Object.entries(entries).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? 'removed all metadata' : `set the metadata to ${allOf(pairs)}`;
}

function updatedVariation({ variation, name, description, value }: InstructionOf<'update-variation'>): string {
  const changes = [
    ...(value === undefined ? [] : [`value ${shown(value)}`]),
    ...(name === undefined ? [] : [name === '' ? 'no name' : `name “${name}”`]),
    ...(description === undefined ? [] : ['description']),
  ];
  return `changed variation ${code(variation)}: ${changes.join(', ')}`;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return code(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
