import type { Json } from '@glidepath/core';
import { z } from 'zod';

/** Keywords whose patterns would run on the host's backtracking engine. */
const PATTERNS: ReadonlySet<string> = new Set(['pattern', 'patternProperties', 'propertyNames', 'format']);

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
  for (const [name, child] of Object.entries(schema)) {
    if (PATTERNS.has(name) && !Array.isArray(schema)) return name;
    const found = patternIn(child);
    if (found !== null) return found;
  }
  return null;
}
