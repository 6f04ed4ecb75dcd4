import type { Json } from '@glidepath/core';
import type { DeclaredFlag } from './declared.ts';
import { propertyName, textLiteral } from './literals.ts';
import { schemaType } from './schema-types.ts';

/** What `variation()` of the flag answers. */
export function flagType({ type, variations, jsonSchema }: DeclaredFlag): string {
  const values = variations.map(({ value }) => value);
  switch (type) {
    case 'boolean':
    case 'number':
      return type;
    case 'string':
      return union(values.map((value) => textLiteral(String(value))));
    case 'json':
      return jsonSchema === null ? typeOfAll(values) : schemaType(jsonSchema);
    default:
      return type satisfies never;
  }
}

function union(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  return distinct.length === 0 ? 'never' : distinct.join(' | ');
}

/** A type that all of these values have. Objects become one shape, in which some have less than others. */
function typeOfAll(values: readonly Json[]): string {
  const objects = values.filter(isObject);
  const arrays = values.filter((value) => Array.isArray(value)) as readonly (readonly Json[])[];
  const scalars = values.filter((value) => value === null || typeof value !== 'object');
  return union([
    ...scalars.map((value) => (value === null ? 'null' : typeof value)),
    ...(arrays.length === 0 ? [] : [`readonly (${itemType(arrays.flat())})[]`]),
    ...(objects.length === 0 ? [] : [shapeOf(objects)]),
  ]);
}

/** Lists that are empty everywhere say nothing of what they hold. */
const itemType = (items: readonly Json[]): string => (items.length === 0 ? 'unknown' : typeOfAll(items));

function shapeOf(objects: readonly Readonly<Record<string, Json>>[]): string {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].sort();
  const properties = names.map((name) => {
    const having = objects.filter((object) => Object.hasOwn(object, name));
    const mark = having.length === objects.length ? '' : '?';
    return `readonly ${propertyName(name)}${mark}: ${typeOfAll(having.map((object) => object[name] as Json))}`;
  });
  return properties.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${properties.join('; ')} }`;
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
