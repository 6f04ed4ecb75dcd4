import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { safeParse } from 'zod/v4/core';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** As many problems as one answer names; whoever sends more has a bug, not a typing error. */
const MOST_PROBLEMS = 20;

/** Checks what comes in against the route's zod schema; what does not fit is refused, each fault by name. */
export const validatorCompiler: FastifySchemaCompiler<z.core.$ZodType> = ({ schema, httpPart }) => {
  const pointerOf = POINTERS[httpPart ?? ''] ?? jsonPointer;
  return (input) => {
    const result = safeParse(schema, input);
    return result.success ? { value: result.data } : { error: refusalOf(result.error.issues, pointerOf) };
  };
};

/** A body that no route's schema could be laid upon, as its schema says; throws the refusal that a route would answer. */
export function checkedBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw refusalOf(result.error.issues, jsonPointer);
}

function refusalOf(issues: readonly Issue[], pointerOf: (path: Path) => string): RefusedError {
  const errors = issues.flatMap((issue) => problemsOf(issue, pointerOf)).slice(0, MOST_PROBLEMS);
  const named = errors.map(({ pointer, detail }) => `${pointer === '' ? 'the body' : pointer} ${detail}`);
  return new RefusedError({ code: 'validation', detail: `${named.slice(0, 3).join('; ')}.`, errors });
}

/** How a fault of each part of a request is pointed at. */
const POINTERS: Readonly<Record<string, (path: Path) => string>> = {
  querystring: (path) => `?${path.join('.')}`,
  params: (path) => `{${path.join('.')}}`,
  headers: (path) => path.join('.'),
};

function jsonPointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What is wrong with a value in words, with all pointers relative to `base`. */
function problemsOf(issue: Issue, pointerOf: (path: Path) => string, base: Path = []): readonly Problem[] {
  const path = [...base, ...issue.path];
  const one = (detail: string): readonly Problem[] => [{ pointer: pointerOf(path), detail }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        pointer: pointerOf([...path, key]),
        detail: 'is not known here: leave it out',
      }));
    case 'invalid_union':
      return unionProblems(issue, path, pointerOf);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => problemsOf(inner, pointerOf, path));
    case 'invalid_type':
      return one(typeFault(issue));
    case 'invalid_value':
      return one(`must be ${oneOf(issue.values)}`);
    case 'too_small':
      return one(`must ${amount(issue.origin, 'at least', issue.minimum)}`);
    case 'too_big':
      return one(`must ${amount(issue.origin, 'at most', issue.maximum)}`);
    case 'not_multiple_of':
      return one(`must be a multiple of ${issue.divisor}`);
    case 'invalid_format':
    case 'custom':
      return one(issue.message);
  }
}

function typeFault(issue: z.core.$ZodIssueInvalidType): string {
  const received = /received (.+)$/.exec(issue.message)?.[1];
  const expected = TYPE_NAMES[issue.expected] ?? issue.expected;
  if (issue.expected === 'int' && received === 'number') return `must be ${expected}`;
  if (received === 'undefined') return `is missing: give ${expected}`;
  return received === undefined
    ? `must be ${expected}`
    : `must be ${expected}, not ${TYPE_NAMES[received] ?? received}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

function oneOf(values: readonly unknown[]): string {
  const named = values.map((value) => JSON.stringify(value));
  return named.length === 1 ? `${named[0]}` : `one of ${named.join(', ')}`;
}

function amount(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array' || origin === 'set') return `have ${bound} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `be ${bound} ${limit}`;
}

/** The faults of the alternative that fits best: the one that failed deepest, and of those the one with fewest faults. */
function unionProblems(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  pointerOf: (path: Path) => string,
): readonly Problem[] {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : null;
  if (options) return [{ pointer: pointerOf(path), detail: `must be ${oneOf(options)}` }];
  const depth = (issues: readonly Issue[]) => Math.max(...issues.map((inner) => inner.path.length));
  const [best] = issue.errors
    .filter((issues) => issues.length > 0)
    .toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  if (!best) return [{ pointer: pointerOf(path), detail: 'fits none of the forms that are accepted here' }];
  return best.flatMap((inner) => problemsOf(inner, pointerOf, path));
}
