import type { Json } from '@glidepath/core';

/** As many schemas as one JSON Schema may be made of: each takes its time to be read. */
const MOST_SCHEMAS = 5_000;

/** As many keywords as may be held against a value, or a part of one. */
const MOST_STEPS = 50_000;

/** Keywords that hold values, not schemas. */
export const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

const DEFINITIONS: ReadonlySet<string> = new Set(['$defs', 'definitions']);

/** Keywords whose schemas are held against each element or property. */
const INNER: ReadonlySet<string> = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'contains',
  'additionalProperties',
  'propertyNames',
]);

interface Step {
  readonly schema: Json;
  readonly value: Json;
}

/** A property that the value does not have: looking for it is a step, and leads nowhere. */
const ABSENT: Step = { schema: true, value: null };

/** Whether a schema is too large to be read while others wait. */
export function isTooLarge(root: Json): boolean {
  const waiting: Json[] = [root];
  let schemas = 0;
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    schemas += 1;
    if (schemas > MOST_SCHEMAS) return true;
    for (const [name, child] of entriesOf(schema)) if (!VALUES.has(name) && isContainer(child)) waiting.push(child);
  }
  return false;
}

/**
 * Whether checking the value could take too long. References make it so: thirty definitions that each name the next one
 * twice are a thousand million steps. The steps are walked without checking anything, and no further than is allowed.
 */
export function isTooCostly(root: Json, value: Json): boolean {
  const waiting: Step[] = [{ schema: root, value }];
  let steps = 0;
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    for (const next of stepsAfter(step, root)) {
      steps += 1;
      if (steps > MOST_STEPS) return true;
      waiting.push(next);
    }
  }
  return false;
}

function* stepsAfter({ schema, value }: Step, root: Json): Generator<Step> {
  for (const [name, child] of entriesOf(schema)) {
    if (Array.isArray(schema)) yield { schema: child, value };
    else yield* stepsOf(name, child, { schema: root, value });
  }
}

function* stepsOf(keyword: string, child: Json, { schema: root, value }: Step): Generator<Step> {
  if (VALUES.has(keyword) || DEFINITIONS.has(keyword)) return;
  if (keyword === '$ref') {
    yield { schema: targetOf(child, root), value };
  } else if (keyword === 'properties') {
    for (const [name, schema] of entriesOf(child)) {
      const property = ownOf(value, name);
      yield property === undefined ? ABSENT : { schema, value: property };
    }
  } else if (INNER.has(keyword)) {
    for (const [, inner] of entriesOf(value)) yield { schema: child, value: inner };
  } else {
    yield { schema: child, value };
  }
}

/** What a reference leads to; what leads nowhere is for the reader of the schema to refuse. */
function targetOf(reference: Json, root: Json): Json {
  if (reference === '#') return root;
  const [, place = '', name = ''] = typeof reference === 'string' ? reference.split('/') : [];
  const definitions = ownOf(root, place) ?? null;
  return ownOf(definitions, name.replaceAll('~1', '/').replaceAll('~0', '~')) ?? null;
}

function ownOf(json: Json, name: string): Json | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject && Object.hasOwn(json, name) ? (json as Readonly<Record<string, Json>>)[name] : undefined;
}

const isContainer = (json: Json): boolean => typeof json === 'object' && json !== null;

function entriesOf(json: Json): readonly (readonly [string, Json])[] {
  return typeof json === 'object' && json !== null ? Object.entries(json) : [];
}
