import type { Json } from '@glidepath/core';
import { z } from 'zod';
import { isTooCostly, isTooLarge, VALUES } from './json-schema-cost.ts';

/** Keywords whose patterns would run on the host's backtracking engine. */
const PATTERNS: ReadonlySet<string> = new Set(['pattern', 'patternProperties']);

/** Keywords below which names are the schema author's own. */
const NAMING: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);

/** Read once, for a flag has many values. */
const readers = new WeakMap<object, z.ZodType>();

/** How a value fails a JSON Schema, in words; empty when it satisfies it. A schema that cannot be read is a fault too. */
export function faultsOf(schema: Json, value: Json): readonly string[] {
  if (isTooLarge(schema)) return ['the schema is too large: leave out what it can do without'];
  const forbidden = patternIn(schema);
  if (forbidden !== null) return [`the schema uses \`${forbidden}\`, which is not supported: leave it out`];
  if (isTooCostly(schema, value)) {
    return ['checking it would take too long: use fewer references and fewer alternatives in the schema'];
  }
  try {
    const parsed = readerOf(schema).safeParse(value);
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `at /${path.join('/')}: ${message}`);
  } catch (error) {
    return [`the schema cannot be read: ${error instanceof Error ? error.message : 'unknown fault'}`];
  }
}

function readerOf(schema: Json): z.ZodType {
  const known = typeof schema === 'object' && schema !== null ? readers.get(schema) : undefined;
  if (known !== undefined) return known;
  const reader = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  if (typeof schema === 'object' && schema !== null) readers.set(schema, reader);
  return reader;
}

function patternIn(schema: Json): string | null {
  if (typeof schema !== 'object' || schema === null) return null;
  if (Array.isArray(schema)) return firstIn(schema);
  for (const [name, child] of Object.entries(schema)) {
    if (PATTERNS.has(name)) return name;
    if (VALUES.has(name)) continue;
    const isNaming = NAMING.has(name) && typeof child === 'object' && child !== null;
    const found = isNaming ? firstIn(Object.values(child)) : patternIn(child);
    if (found !== null) return found;
  }
  return null;
}

function firstIn(schemas: readonly Json[]): string | null {
  for (const schema of schemas) {
    const found = patternIn(schema);
    if (found !== null) return found;
  }
  return null;
}
