import type { Definitions } from '@glidepath/core/definition';
import { placeOf } from '@glidepath/core/definition';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import type { Part } from './comparison.ts';

/** A refusal of the write path whose pointers lead into the definitions, where a person can mend them. */
export function intoDefinitions(error: unknown, definitions: Definitions, parts: readonly Part[]): unknown {
  if (!(error instanceof RefusedError) || error.refusal.errors === undefined) return error;
  const errors = error.refusal.errors.map(
    ({ pointer, detail }): Problem => ({ pointer: pointerIn(pointer, definitions, parts), detail }),
  );
  return new RefusedError({ ...error.refusal, errors });
}

function pointerIn(pointer: string, definitions: Definitions, parts: readonly Part[]): string {
  const [, first, second = '', ...rest] = pointer.split('/');
  switch (first) {
    case 'changes':
      return inPart(parts[Number(second)], rest);
    case 'flags':
      return inDefinition(definitions, 'flags', second, rest);
    case 'environments': {
      const [list, key = '', ...inside] = rest;
      return list === 'flags' || list === 'segments' ? inDefinition(definitions, list, key, inside, second) : '';
    }
    default:
      return '';
  }
}

/** Of an instruction, or of what a flag is made from. */
function inPart(part: Part | undefined, rest: readonly string[]): string {
  if (part === undefined) return '';
  const [list, index, ...inside] = rest;
  if (list !== 'instructions') return `${part.pointer}${joined(rest.slice(1))}`;
  const instruction = part.instructions[Number(index)];
  return instruction === undefined ? part.pointer : `${part.pointer}${placeOf(instruction, part.definition, inside)}`;
}

/** What is wrong with a document that no definition names is wrong because of all of them. */
function inDefinition(
  definitions: Definitions,
  list: 'flags' | 'segments',
  key: string,
  rest: readonly string[],
  environment?: string,
): string {
  const index = definitions[list].findIndex((definition) => definition.key === key);
  if (index < 0) return '';
  const pointer = `/${list}/${index}`;
  if (environment === undefined) return `${pointer}${joined(rest)}`;
  const isNamed = Object.hasOwn(definitions[list][index]?.environments ?? {}, environment);
  return isNamed ? `${pointer}/environments/${environment}${joined(rest)}` : pointer;
}

const joined = (steps: readonly string[]): string => steps.map((step) => `/${step}`).join('');
