import type { Engines } from '../evaluate/comparisons.ts';
import { FLAG_TYPES } from '../model/flag-types.ts';
import { KEY_PATTERN, RESERVED_KEYS } from '../model/keys.ts';
import { LIMITS } from '../model/limits.ts';
import type { Flag, Json, Variation } from '../model/model.ts';
import { type ChangeProblem, problem } from './problem.ts';
import { bytesOf, isDeeperThan } from './size.ts';
import { code, counted, grouped } from './words.ts';

/** What core does not bring along itself; what is absent is not checked. */
export interface Checks extends Engines {
  /** How a value fails a JSON Schema, in words; empty when it satisfies it. */
  readonly jsonSchema?: (schema: Json, value: Json) => readonly string[];
}

/** What is wrong with the part of a flag that environments share. Problems point into the document. */
export function validateFlag(flag: Flag, checks: Checks = {}): readonly ChangeProblem[] {
  return [
    ...problemsOfCount(flag),
    ...flag.variations.flatMap((variation, index) => problemsOfVariation(flag, variation, index, checks)),
    ...problemsOfMetadata(flag),
    ...problemsOfLifetime(flag),
    ...(flag.jsonSchema === null || flag.type === 'json'
      ? []
      : [problem('invalid', '/jsonSchema', 'Only a flag of type `json` may carry a JSON Schema. Leave it out.')]),
    ...(flag.salt === ''
      ? [problem('invalid', '/salt', 'The salt is empty. Give a text, such as the key of the flag.')]
      : []),
  ];
}

function problemsOfCount({ type, variations }: Flag): readonly ChangeProblem[] {
  if (type === 'boolean') {
    const [first, second] = variations;
    return variations.length === 2 && first?.value !== second?.value
      ? []
      : [problem('invalid', '/variations', 'A boolean flag has exactly two variations, one true and one false.')];
  }
  if (variations.length < 2)
    return [
      problem('invalid', '/variations', `There is ${counted(variations.length, 'variation')}. Give at least two.`),
    ];
  if (variations.length > LIMITS.variations)
    return [
      problem(
        'limit',
        '/variations',
        `There are ${variations.length} variations. At most ${LIMITS.variations} are allowed.`,
      ),
    ];
  return [];
}

function problemsOfVariation(
  flag: Flag,
  { key, value }: Variation,
  index: number,
  checks: Checks,
): readonly ChangeProblem[] {
  const at = `/variations/${index}`;
  const problems: ChangeProblem[] = [];
  if (!KEY_PATTERN.test(key) || RESERVED_KEYS.has(key))
    problems.push(
      problem('invalid', `${at}/key`, `${code(key)} cannot be the key of a variation. Use letters, digits, . _ and -.`),
    );
  if (flag.variations.findIndex((other) => other.key === key) < index)
    problems.push(problem('duplicate', `${at}/key`, `There are two variations ${code(key)}. Choose another key.`));
  return [...problems, ...problemsOfValue(flag, value, `${at}/value`, checks)];
}

function problemsOfValue(flag: Flag, value: Json, pointer: string, checks: Checks): readonly ChangeProblem[] {
  const type = FLAG_TYPES[flag.type];
  if (!type.accepts(value))
    return [
      { code: 'type', pointer, detail: `The flag is of type ${code(flag.type)}: the value must be ${type.label}.` },
    ];
  if (isDeeperThan(value, LIMITS.variationValueDepth))
    return [
      problem('limit', pointer, `The value nests deeper than ${LIMITS.variationValueDepth} levels. Make it flatter.`),
    ];
  const bytes = bytesOf(JSON.stringify(value));
  if (bytes > LIMITS.variationValueBytes)
    return [problem('limit', pointer, tooLarge('value', bytes, LIMITS.variationValueBytes))];
  if (flag.jsonSchema === null || checks.jsonSchema === undefined) return [];
  return checks
    .jsonSchema(flag.jsonSchema, value)
    .map((fault) => problem('invalid', pointer, `The value does not satisfy the JSON Schema: ${fault}.`));
}

function problemsOfMetadata({ metadata }: Flag): readonly ChangeProblem[] {
  const entries = Object.keys(metadata).length;
  if (entries > LIMITS.metadataEntries)
    return [
      problem('limit', '/metadata', `There are ${entries} entries. At most ${LIMITS.metadataEntries} are allowed.`),
    ];
  const bytes = bytesOf(JSON.stringify(metadata));
  return bytes > LIMITS.metadataBytes
    ? [problem('limit', '/metadata', tooLarge('metadata', bytes, LIMITS.metadataBytes))]
    : [];
}

function problemsOfLifetime({ lifetimeDays }: Flag): readonly ChangeProblem[] {
  if (lifetimeDays === null || (Number.isInteger(lifetimeDays) && lifetimeDays > 0)) return [];
  return [
    problem('invalid', '/lifetimeDays', 'The lifetime is a whole number of days from 1, or null for a permanent flag.'),
  ];
}

export function tooLarge(thing: string, bytes: number, most: number): string {
  return `The ${thing} takes ${grouped(bytes)} bytes. At most ${grouped(most)} are allowed.`;
}
