import { type Flag, type Json, KEY_PATTERN, RESERVED_KEYS, type Variation } from '@glidepath/core';
import { diffFlag, type FlagInstruction, isSame } from '@glidepath/core/change';
import { readValue, textOfValue } from '../../lib/flag-values.ts';
import { variationMessages as m } from './messages.ts';

/** A variation while it is edited: its value is the text that was typed. */
export interface VariationDraft {
  /** Stable while the key of a new one is typed: the key of one that is saved. */
  readonly id: string;
  readonly isNew: boolean;
  readonly isRemoved: boolean;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

/** Edits of what environments share; a part that is absent was not touched. */
export interface SharedDraft {
  readonly variations?: readonly VariationDraft[];
  /** The JSON Schema as text; empty where there is to be none. */
  readonly schema?: string;
}

export const NO_EDITS: SharedDraft = {};

/** A problem beside what it is about: a variation, by its id, or the schema. */
export interface SharedProblem {
  readonly at: { readonly variation: string } | 'schema' | 'flag';
  readonly part: 'key' | 'value' | 'whole';
  readonly detail: string;
}

export type SharedReading =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invalid'; readonly problems: readonly SharedProblem[] }
  | { readonly kind: 'changed'; readonly instructions: readonly FlagInstruction[]; readonly after: Flag };

export function variationDraftsOf(flag: Pick<Flag, 'type' | 'variations'>): readonly VariationDraft[] {
  return flag.variations.map(({ key, name = '', description = '', value }) => ({
    id: key,
    isNew: false,
    isRemoved: false,
    key,
    name,
    description,
    text: textOfValue(flag.type, value),
  }));
}

export function schemaTextOf({ jsonSchema }: Pick<Flag, 'jsonSchema'>): string {
  return jsonSchema === null ? '' : JSON.stringify(jsonSchema, null, 2);
}

/** The fewest instructions that lead from the flag to the draft, or why there are none. */
export function readSharedDraft(flag: Flag, draft: SharedDraft): SharedReading {
  const drafts = draft.variations ?? variationDraftsOf(flag);
  const schema = readSchema(flag, draft.schema);
  const problems = [...problemsOfVariations(flag, drafts), ...(schema.kind === 'wrong' ? [WRONG_SCHEMA] : [])];
  if (problems.length > 0 || schema.kind === 'wrong') return { kind: 'invalid', problems };
  const variations = drafts.filter(({ isRemoved }) => !isRemoved).map((variation) => variationOf(flag, variation));
  const after: Flag = { ...flag, variations, jsonSchema: schema.value };
  const instructions = diffFlag(flag, after);
  return instructions.length === 0 ? { kind: 'unchanged' } : { kind: 'changed', instructions, after };
}

const WRONG_SCHEMA: SharedProblem = { at: 'schema', part: 'value', detail: m.faults['not-json'] };

type SchemaReading = { readonly kind: 'wrong' } | { readonly kind: 'schema'; readonly value: Json };

/** A schema that nobody touched is not written anew. */
function readSchema(flag: Flag, text: string | undefined): SchemaReading {
  if (text === undefined || text === schemaTextOf(flag)) return { kind: 'schema', value: flag.jsonSchema };
  if (text.trim() === '') return { kind: 'schema', value: null };
  const read = readValue('json', text);
  return read.kind === 'value' ? { kind: 'schema', value: read.value } : { kind: 'wrong' };
}

function problemsOfVariations(flag: Flag, drafts: readonly VariationDraft[]): readonly SharedProblem[] {
  const kept = drafts.filter(({ isRemoved }) => !isRemoved);
  return kept.flatMap((draft) => {
    const at = { variation: draft.id };
    const isTwice = kept.some((other) => other.id !== draft.id && other.key === draft.key);
    const read = readText(flag, draft);
    return [
      ...(KEY_PATTERN.test(draft.key) && !RESERVED_KEYS.has(draft.key)
        ? []
        : [{ at, part: 'key', detail: m.keyWrong } as const]),
      ...(isTwice && draft.isNew ? [{ at, part: 'key', detail: m.keyTwice(draft.key) } as const] : []),
      ...(read.kind === 'wrong' ? [{ at, part: 'value', detail: m.faults[read.fault] } as const] : []),
    ];
  });
}

/** A value that nobody touched stays what it was, however its text would be read. */
function readText(flag: Flag, { key, isNew, text }: VariationDraft) {
  const saved = isNew ? undefined : flag.variations.find((variation) => variation.key === key);
  if (saved !== undefined && textOfValue(flag.type, saved.value) === text) {
    return { kind: 'value', value: saved.value } as const;
  }
  return readValue(flag.type, text);
}

function variationOf(flag: Flag, draft: VariationDraft): Variation {
  const read = readText(flag, draft);
  const [name, description] = [draft.name.trim(), draft.description.trim()];
  return {
    key: draft.key,
    value: read.kind === 'value' ? read.value : null,
    ...(name === '' ? {} : { name }),
    ...(description === '' ? {} : { description }),
  };
}

const IN_INSTRUCTION = /^\/instructions\/(\d+)/;
const IN_FLAG = /^\/flags\/[^/]+\/(?:variations\/(\d+)|(jsonSchema))/;

/** Where a pointer of the server leads: into the instructions, or into the flag that they would make. */
export function placeOfProblem(
  pointer: string,
  { instructions, after }: Extract<SharedReading, { kind: 'changed' }>,
  drafts: readonly VariationDraft[],
): Pick<SharedProblem, 'at' | 'part'> {
  const instruction = instructions[Number(IN_INSTRUCTION.exec(pointer)?.[1] ?? -1)];
  if (instruction !== undefined) return placeOfInstruction(instruction, drafts);
  const [, index, schema] = IN_FLAG.exec(pointer) ?? [];
  if (schema !== undefined) return { at: 'schema', part: 'value' };
  const key = index === undefined ? undefined : after.variations[Number(index)]?.key;
  return { at: idOf(key, drafts), part: pointer.endsWith('/key') ? 'key' : 'value' };
}

function placeOfInstruction(instruction: FlagInstruction, drafts: readonly VariationDraft[]) {
  switch (instruction.kind) {
    case 'add-variation':
      return { at: idOf(instruction.variation.key, drafts), part: 'value' } as const;
    case 'update-variation':
      return { at: idOf(instruction.variation, drafts), part: 'value' } as const;
    case 'remove-variation':
      return { at: idOf(instruction.variation, drafts), part: 'whole' } as const;
    case 'set-json-schema':
      return { at: 'schema', part: 'value' } as const;
    default:
      return { at: 'flag', part: 'whole' } as const;
  }
}

function idOf(key: string | undefined, drafts: readonly VariationDraft[]): SharedProblem['at'] {
  const draft = drafts.find((variation) => variation.key === key);
  return draft === undefined ? 'flag' : { variation: draft.id };
}

/** Whether it alters what applications receive, not only what people read. */
export function altersMeaning(instructions: readonly FlagInstruction[]): boolean {
  return instructions.some(
    (instruction) =>
      instruction.kind === 'remove-variation' ||
      (instruction.kind === 'update-variation' && instruction.value !== undefined),
  );
}

/**
 * Edits on top of what somebody else has saved: variations that were not touched here are theirs, and so is a schema
 * that was not touched.
 */
export function rebasedOn(draft: SharedDraft, base: Flag, live: Flag): SharedDraft {
  if (draft.variations === undefined) return draft;
  const [was, is] = [variationDraftsOf(base), variationDraftsOf(live)];
  const mine = draft.variations.filter((variation) => !was.some((other) => isSame(other, variation)));
  const merged = is.map((theirs) => mine.find(({ id }) => id === theirs.id) ?? theirs);
  const added = mine.filter(({ isNew, id }) => isNew && !is.some((theirs) => theirs.id === id));
  return { ...draft, variations: [...merged, ...added] };
}
