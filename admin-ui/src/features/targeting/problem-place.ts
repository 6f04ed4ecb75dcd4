import type { Rule } from '@glidepath/core';
import type { ConfigInstruction } from '@glidepath/core/change';

/** A part of the editor. */
export type Place = 'flag' | 'prerequisites' | 'targets' | 'fallthrough' | { readonly rule: string };

/** A problem beside what it is about; the pointer leads on from there. */
export interface PlacedProblem {
  readonly place: Place;
  readonly pointer: string;
  readonly detail: string;
}

export type Located = Omit<PlacedProblem, 'detail'>;

const IN_INSTRUCTION = /^\/instructions\/(\d+)(.*)$/;
const IN_DOCUMENT = /^\/environments\/[^/]+\/flags\/[^/]+\/(rules\/(\d+)|\w+)(.*)$/;

/**
 * Where a pointer of the server leads: into the instructions that were sent, or into the configuration that they
 * would make, whose rules are `rules`.
 */
export function placeOf(
  pointer: string,
  instructions: readonly ConfigInstruction[],
  rules: readonly Pick<Rule, 'id'>[],
): Located {
  const [, index, rest = ''] = IN_INSTRUCTION.exec(pointer) ?? [];
  const instruction = index === undefined ? undefined : instructions[Number(index)];
  if (instruction !== undefined)
    return { place: placeOfInstruction(instruction), pointer: rest.replace(/^\/rule/, '') };
  const [, part, place, inside = ''] = IN_DOCUMENT.exec(pointer) ?? [];
  const rule = place === undefined ? undefined : rules[Number(place)];
  if (rule !== undefined) return { place: { rule: rule.id }, pointer: inside };
  return { place: isPart(part) ? part : 'flag', pointer: inside };
}

function isPart(part: string | undefined): part is 'prerequisites' | 'targets' | 'fallthrough' {
  return part === 'prerequisites' || part === 'targets' || part === 'fallthrough';
}

function placeOfInstruction(instruction: ConfigInstruction): Place {
  switch (instruction.kind) {
    case 'add-rule':
      return { rule: instruction.rule.id ?? '' };
    case 'update-rule':
    case 'remove-rule':
    case 'move-rule':
      return { rule: instruction.ruleId };
    case 'set-split':
      return instruction.at === 'fallthrough' ? 'fallthrough' : { rule: instruction.at };
    case 'set-fallthrough':
      return 'fallthrough';
    case 'set-targets':
    case 'add-targets':
    case 'remove-targets':
      return 'targets';
    case 'set-prerequisites':
      return 'prerequisites';
    case 'turn-on':
    case 'turn-off':
    case 'kill':
    case 'restore':
    case 'set-off-variation':
      return 'flag';
  }
}

/** The problems of one part. */
export function problemsAt(problems: readonly PlacedProblem[], place: Place): readonly PlacedProblem[] {
  return problems.filter((problem) =>
    typeof place === 'object' && typeof problem.place === 'object'
      ? place.rule === problem.place.rule
      : place === problem.place,
  );
}
