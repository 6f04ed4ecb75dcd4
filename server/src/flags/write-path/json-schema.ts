import type { Json } from '@glidepath/core';
import { z } from 'zod';

/** Keywords whose patterns would run on the host's backtracking engine. */
const PATTERNS: ReadonlySet<string> = new Set(['pattern', 'patternProperties']);

/** Keywords below which names are the schema author's own. */
const NAMING: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);

/** Keywords that hold values, not schemas. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

/** How a value fails a JSON Schema, in words; empty when it satisfies it. A schema that cannot be read is a fault too. */
export function faultsOf(schema: Json, value: Json): readonly string[] {
  const forbidden = patternIn(schema);
  if (forbidden !== null) return [`the schema uses \`${forbidden}\`, which is not supported: leave it out`];
  try {
    const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `at /${path.join('/')}: ${message}`);
  } catch (error) {
    return [`the schema cannot be read: ${error instanceof Error ? error.message : 'unknown fault'}`];
  }
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
