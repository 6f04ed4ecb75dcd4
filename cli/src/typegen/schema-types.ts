import type { Json } from '@glidepath/core';
import { propertyName, textLiteral } from './literals.ts';

type Schema = Readonly<Record<string, Json>>;

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** The type that a JSON schema describes, never narrower than the schema: what is not known here is `unknown`. */
export function schemaType(schema: Json): string {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return 'unknown';
  const known = schema as Schema;
  const { const: fixed, enum: choices, anyOf, oneOf, allOf, type } = known;
  if (fixed !== undefined) return literal(fixed);
  if (Array.isArray(choices)) return choices.map(literal).join(' | ') || 'never';
  const either = anyOf ?? oneOf;
  if (Array.isArray(either)) return either.map((one: Json) => schemaType(one)).join(' | ') || 'never';
  if (Array.isArray(allOf)) return allOf.map((one: Json) => `(${schemaType(one)})`).join(' & ') || 'unknown';
  const types = Array.isArray(type) ? type : [type ?? (known['properties'] === undefined ? null : 'object')];
  return types.map((one: Json) => typed(one, known)).join(' | ');
}

function typed(type: Json, schema: Schema): string {
  if (type === 'array') return `readonly (${schemaType(schema['items'] ?? null)})[]`;
  if (type === 'object') return shape(schema);
  return (typeof type === 'string' ? SIMPLE[type] : undefined) ?? 'unknown';
}

function shape({ properties = {}, required = [], additionalProperties }: Schema): string {
  const needed = new Set(Array.isArray(required) ? (required as readonly string[]) : []);
  const named = Object.entries(properties as Schema)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `readonly ${propertyName(name)}${needed.has(name) ? '' : '?'}: ${schemaType(one)}`);
  const isClosed = additionalProperties === false;
  if (named.length === 0) return isClosed ? 'Readonly<Record<string, never>>' : 'Readonly<Record<string, unknown>>';
  return `{ ${[...named, ...(isClosed ? [] : ['readonly [name: string]: unknown'])].join('; ')} }`;
}

function literal(value: Json): string {
  if (typeof value === 'string') return textLiteral(value);
  return value !== null && typeof value === 'object' ? 'unknown' : String(value);
}
