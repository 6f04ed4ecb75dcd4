import type { Flag, Variation } from '../model/model.ts';
import type { SharedFacts } from './facts.ts';
import type { FlagInstruction } from './instructions.ts';
import { type Applied, applied, inOrder, mapApplied, refused } from './problem.ts';
import { isMigration } from './purposes.ts';
import { dependantsOfFlag, usesInWords, usesOfVariation } from './uses.ts';
import { problemsOfVariation } from './weights.ts';
import { code } from './words.ts';

type InstructionOf<K extends FlagInstruction['kind']> = Extract<FlagInstruction, { kind: K }>;

/** What environments share of a flag, after these instructions: all of them, or the reason why not. */
export function applyToFlag(flag: Flag, instructions: readonly FlagInstruction[], facts: SharedFacts): Applied<Flag> {
  return inOrder(flag, instructions, (present, instruction) => {
    if (present.archivedAt !== null && instruction.kind !== 'unarchive')
      return refused('archived', '', `Flag ${code(present.key)} is archived and read-only. Unarchive it first.`);
    return applyOne(present, instruction, facts);
  });
}

function applyOne(flag: Flag, instruction: FlagInstruction, facts: SharedFacts): Applied<Flag> {
  const withVariations = (variations: Applied<readonly Variation[]>) =>
    mapApplied(variations, (changed) => ({ ...flag, variations: changed }));
  switch (instruction.kind) {
    case 'rename':
      return instruction.name.trim() === ''
        ? refused('invalid', '/name', 'A flag needs a name. Give one, or use its key.')
        : applied({ ...flag, name: instruction.name });
    case 'describe':
      return applied({ ...flag, description: instruction.description });
    case 'set-owner':
      return applied({ ...flag, owner: instruction.owner });
    case 'set-tags':
      return applied({ ...flag, tags: [...new Set(instruction.tags)] });
    case 'set-links':
      return applied({ ...flag, links: instruction.links });
    case 'set-metadata':
      return applied({ ...flag, metadata: instruction.metadata });
    case 'set-purpose':
      return setPurpose(flag, instruction);
    case 'set-lifetime':
      return applied({ ...flag, lifetimeDays: instruction.lifetimeDays });
    case 'set-client-side':
      return applied({ ...flag, clientSide: instruction.clientSide });
    case 'set-json-schema':
      return applied({ ...flag, jsonSchema: instruction.jsonSchema });
    case 'add-variation':
      return withVariations(addVariation(flag, instruction));
    case 'update-variation':
      return withVariations(updateVariation(flag, instruction));
    case 'remove-variation':
      return withVariations(removeVariation(flag, instruction, facts));
    case 'set-salt':
      return applied({ ...flag, salt: instruction.salt });
    case 'archive':
      return archive(flag, facts);
    case 'unarchive':
      return flag.archivedAt === null
        ? refused('invalid', '', `Flag ${code(flag.key)} is not archived: there is nothing to bring back.`)
        : applied({ ...flag, archivedAt: null });
  }
}

function setPurpose(flag: Flag, { purpose }: InstructionOf<'set-purpose'>): Applied<Flag> {
  if (purpose !== 'migration' || (flag.type === 'string' && isMigration(flag.variations)))
    return applied({ ...flag, purpose });
  return refused(
    'invalid',
    '/purpose',
    'A migration flag has six fixed variations. Create a new flag for the migration.',
  );
}

function addVariation(flag: Flag, instruction: InstructionOf<'add-variation'>): Applied<readonly Variation[]> {
  const { variation, index = flag.variations.length } = instruction;
  if (hasFixedVariations(flag)) return refused('invalid', '/variation', fixedVariations(flag));
  if (flag.variations.some((present) => present.key === variation.key))
    return refused(
      'duplicate',
      '/variation/key',
      `There is a variation ${code(variation.key)} already. Choose another key.`,
    );
  if (!Number.isInteger(index) || index < 0 || index > flag.variations.length)
    return refused(
      'invalid',
      '/index',
      `There is no place ${index}. Give an index from 0 to ${flag.variations.length}.`,
    );
  return applied([...flag.variations.slice(0, index), variation, ...flag.variations.slice(index)]);
}

function updateVariation(flag: Flag, instruction: InstructionOf<'update-variation'>): Applied<readonly Variation[]> {
  const present = flag.variations.find((variation) => variation.key === instruction.variation);
  if (present === undefined)
    return { kind: 'refused', problems: problemsOfVariation(flag, instruction.variation, '/variation') };
  if (flag.purpose === 'migration' && instruction.value !== undefined && instruction.value !== present.value)
    return refused('invalid', '/value', fixedVariations(flag));
  const { name = present.name, description = present.description, value = present.value } = instruction;
  const updated: Variation = {
    key: present.key,
    value,
    ...(name === undefined || name === '' ? {} : { name }),
    ...(description === undefined || description === '' ? {} : { description }),
  };
  return applied(flag.variations.map((variation) => (variation === present ? updated : variation)));
}

function removeVariation(
  flag: Flag,
  { variation: key }: InstructionOf<'remove-variation'>,
  { environments }: SharedFacts,
): Applied<readonly Variation[]> {
  const unknown = problemsOfVariation(flag, key, '/variation');
  if (unknown.length > 0) return { kind: 'refused', problems: unknown };
  if (hasFixedVariations(flag)) return refused('invalid', '/variation', fixedVariations(flag));
  const uses = usesOfVariation(flag.key, key, environments);
  if (uses.length > 0)
    return refused(
      'in-use',
      '/variation',
      `Variation ${code(key)} is in use: ${usesInWords(uses)}. Take it out there first.`,
    );
  return applied(flag.variations.filter((variation) => variation.key !== key));
}

function archive(flag: Flag, { environments, now }: SharedFacts): Applied<Flag> {
  const dependants = dependantsOfFlag(flag.key, environments);
  if (dependants.length === 0) return applied({ ...flag, archivedAt: now });
  const detail = `Flag ${code(flag.key)} is needed by others: ${usesInWords(dependants)}. Remove it there first.`;
  return refused('in-use', '', detail);
}

function hasFixedVariations(flag: Flag): boolean {
  return flag.type === 'boolean' || flag.purpose === 'migration';
}

function fixedVariations(flag: Flag): string {
  return flag.purpose === 'migration'
    ? 'The six variations of a migration flag are fixed. Change their names or descriptions only.'
    : 'A boolean flag has exactly two variations. Use a string flag for more.';
}
