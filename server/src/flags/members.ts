import type { SegmentConfig } from '@glidepath/core';
import type { SegmentConfigInstruction } from '@glidepath/core/change';
import { z } from 'zod';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import type { MembersDryRun, SegmentMember } from '../http/api-types.ts';
import { contextKindSchema } from '../http/schemas.ts';
import { DEEPEST } from '../http/strict-json.ts';

/** What databases cannot hold. Bodies of other routes are looked through as a whole. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

const LISTS = ['included', 'excluded'] as const;

const lineSchema = z.strictObject({
  op: z.enum(['add', 'remove']),
  list: z.enum(LISTS),
  contextKind: contextKindSchema,
  key: z
    .string()
    .min(1)
    .max(1_024)
    .refine((key) => !UNSTORABLE.test(key), 'holds NUL or half of a surrogate pair: send well-formed Unicode'),
});

/** One line of a members import. */
export type MemberLine = z.output<typeof lineSchema>;

const REPORTED = 20;

/** Stands for a line that is no JSON. */
const NO_JSON = Symbol('no JSON');

/** Reads NDJSON (one object per line, blank lines ignored) or one JSON array; refuses with the numbers of the bad lines. */
export function parseMembers(text: string): readonly MemberLine[] {
  if (isNested(text)) refuse([{ pointer: '', detail: `is nested deeper than ${DEEPEST} levels: members are flat` }]);
  const problems: Problem[] = [];
  const lines: MemberLine[] = [];
  for (const numbered of text.trimStart().startsWith('[') ? valuesOfArray(text) : valuesOfLines(text)) {
    const parsed = lineSchema.safeParse(numbered.value);
    if (parsed.success) lines.push(parsed.data);
    else problems.push(problemOf(numbered, parsed.error.issues[0]));
    // Millions of bad lines would take minutes, in which nobody else is served.
    if (problems.length === REPORTED) break;
  }
  if (problems.length > 0) refuse(problems);
  return lines;
}

function problemOf({ line, value }: Numbered, issue: z.core.$ZodIssue | undefined): Problem {
  if (value === NO_JSON) return { pointer: `/${line}`, detail: `line ${line + 1}: is no valid JSON` };
  return {
    pointer: `/${[line, ...(issue?.path ?? [])].join('/')}`,
    detail: `line ${line + 1}: ${issue?.message ?? 'is not a member'}`,
  };
}

interface Numbered {
  /** From 0. */
  readonly line: number;
  readonly value: unknown;
}

function valuesOfArray(text: string): readonly Numbered[] {
  const array = jsonOf(text);
  if (array === NO_JSON) {
    refuse([{ pointer: '', detail: 'is no valid JSON: send one array of members, or one object per line' }]);
  }
  return Array.isArray(array) ? array.map((value, line) => ({ line, value })) : [];
}

function* valuesOfLines(text: string): Generator<Numbered> {
  for (const [line, content] of text.split('\n').entries()) {
    if (content.trim() !== '') yield { line, value: jsonOf(content) };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_JSON;
  }
}

/** Looked at before parsing: millions of levels take the parser seconds. */
function isNested(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length && depth <= DEEPEST; index++) {
    const character = text[index];
    if (character === '"') isInString = !isInString;
    else if (isInString) index += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
  }
  return depth > DEEPEST;
}

function refuse(errors: readonly Problem[]): never {
  throw new RefusedError({
    code: 'validation',
    detail:
      'Some lines are no members. Each line is `{"op":"add","list":"included","contextKind":"user","key":"…"}`; nothing was written.',
    errors,
  });
}

/** The lines as instructions: the last line about a key decides, and each list is touched at most twice. */
export function instructionsOf(lines: readonly MemberLine[]): readonly SegmentConfigInstruction[] {
  const lists = new Map<string, { first: MemberLine; ops: Map<string, MemberLine['op']> }>();
  for (const line of lines) {
    const name = `${line.list}\t${line.contextKind}`;
    const list = lists.get(name) ?? { first: line, ops: new Map() };
    list.ops.set(line.key, line.op);
    lists.set(name, list);
  }
  const instructions: SegmentConfigInstruction[] = [];
  for (const { first, ops } of lists.values()) {
    const { list, contextKind } = first;
    const added = [...ops].filter(([, op]) => op === 'add').map(([key]) => key);
    const removed = [...ops].filter(([, op]) => op === 'remove').map(([key]) => key);
    if (added.length > 0) instructions.push({ kind: 'add-members', list, contextKind, keys: added });
    if (removed.length > 0) instructions.push({ kind: 'remove-members', list, contextKind, keys: removed });
  }
  return instructions;
}

/** How many keys instructions would bring, take, or find where they are to be already. */
export function membersEffectOf(
  config: SegmentConfig,
  instructions: readonly SegmentConfigInstruction[],
): MembersDryRun['members'] {
  let [added, removed, unchanged] = [0, 0, 0];
  for (const instruction of instructions) {
    if (instruction.kind !== 'add-members' && instruction.kind !== 'remove-members') continue;
    const lists = config[instruction.list];
    const present = new Set(lists.find(({ contextKind }) => contextKind === instruction.contextKind)?.keys);
    const known = instruction.keys.filter((key) => present.has(key)).length;
    if (instruction.kind === 'add-members') {
      added += instruction.keys.length - known;
      unchanged += known;
    } else {
      removed += known;
      unchanged += instruction.keys.length - known;
    }
  }
  return { added, removed, unchanged };
}

/** Which keys of a definition to page through; all of them where nothing is said. */
export interface MembersFilter {
  /** Part of the key, whatever its case. */
  readonly q?: string | undefined;
  readonly list?: SegmentMember['list'] | undefined;
  readonly contextKind?: string | undefined;
}

/** The keys of the definition, lists in order: what `…/members` pages through. */
export function membersOf(config: SegmentConfig, filter: MembersFilter = {}): readonly SegmentMember[] {
  const part = filter.q?.toLowerCase();
  const isWanted = (key: string) => part === undefined || key.toLowerCase().includes(part);
  return LISTS.filter((list) => filter.list === undefined || filter.list === list).flatMap((list) =>
    config[list]
      .filter(({ contextKind }) => filter.contextKind === undefined || filter.contextKind === contextKind)
      .flatMap(({ contextKind, keys }) => keys.filter(isWanted).map((key) => ({ list, contextKind, key }))),
  );
}
