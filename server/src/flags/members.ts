import type { SegmentConfig } from '@glidepath/core';
import type { SegmentConfigInstruction } from '@glidepath/core/change';
import { z } from 'zod';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import type { SegmentMember } from '../http/api-types.ts';
import { contextKindSchema } from '../http/schemas.ts';

const lineSchema = z.strictObject({
  op: z.enum(['add', 'remove']),
  list: z.enum(['included', 'excluded']),
  contextKind: contextKindSchema,
  key: z.string().min(1).max(1_024),
});

/** One line of a members import. */
export type MemberLine = z.output<typeof lineSchema>;

const REPORTED = 20;

/** Reads NDJSON (one object per line, blank lines ignored) or one JSON array; refuses with the numbers of the bad lines. */
export function parseMembers(text: string): readonly MemberLine[] {
  const values = text.trimStart().startsWith('[') ? parseArray(text) : parseLines(text);
  const problems: Problem[] = [];
  const lines: MemberLine[] = [];
  for (const { line, value } of values) {
    const parsed = lineSchema.safeParse(value);
    if (parsed.success) lines.push(parsed.data);
    else if (problems.length < REPORTED) {
      const issue = parsed.error.issues[0];
      problems.push({
        pointer: `/${[line, ...(issue?.path ?? [])].join('/')}`,
        detail: `line ${line + 1}: ${issue?.message ?? 'is not a member'}`,
      });
    }
  }
  if (problems.length > 0) refuse(problems);
  return lines;
}

interface Numbered {
  /** From 0. */
  readonly line: number;
  readonly value: unknown;
}

function parseArray(text: string): readonly Numbered[] {
  try {
    const array: unknown = JSON.parse(text);
    return Array.isArray(array) ? array.map((value, line) => ({ line, value })) : [];
  } catch {
    return refuse([{ pointer: '', detail: 'is no valid JSON: send one array of members, or one object per line' }]);
  }
}

function parseLines(text: string): readonly Numbered[] {
  const problems: Problem[] = [];
  const values: Numbered[] = [];
  text.split('\n').forEach((content, line) => {
    if (content.trim() === '') return;
    try {
      values.push({ line, value: JSON.parse(content) });
    } catch {
      if (problems.length < REPORTED) {
        problems.push({ pointer: `/${line}`, detail: `line ${line + 1}: is no valid JSON` });
      }
    }
  });
  if (problems.length > 0) refuse(problems);
  return values;
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

/** Every key of the definition, lists in order: what `…/members` pages through. */
export function membersOf(config: SegmentConfig): readonly SegmentMember[] {
  const members: SegmentMember[] = [];
  for (const list of ['included', 'excluded'] as const) {
    for (const { contextKind, keys } of config[list]) {
      for (const key of keys) members.push({ list, contextKind, key });
    }
  }
  return members;
}
