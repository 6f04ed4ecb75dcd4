import type { Json } from '@glidepath/core';
import type { UserContext } from '../../lib/user-context.ts';

export const ATTRIBUTE_TYPES = ['text', 'number', 'boolean', 'list', 'json'] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** One attribute while it is edited: its value stays the text that was typed. */
export interface AttributeRow {
  readonly name: string;
  readonly type: AttributeType;
  readonly text: string;
}

interface TypeDefinition {
  /** What the text means; undefined where it means nothing. */
  readonly read: (text: string) => Json | undefined;
  /** The text of a value that this type can hold; undefined where it cannot. */
  readonly write: (value: Json) => string | undefined;
}

const TYPES: Readonly<Record<AttributeType, TypeDefinition>> = {
  text: { read: (text) => text, write: (value) => (typeof value === 'string' ? value : undefined) },
  number: {
    read: (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
    write: (value) => (typeof value === 'number' ? String(value) : undefined),
  },
  boolean: {
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    write: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  },
  list: {
    read: (text) => elementsOf(text),
    write: (value) => (isListOfWords(value) ? value.join(', ') : undefined),
  },
  json: { read: parseJson, write: (value) => JSON.stringify(value) },
};

/** The attributes of a context, in rows; null where it has no rows: one body per kind, or a key that is no text. */
export function rowsOf({ key, kind, ...attributes }: UserContext): readonly AttributeRow[] | null {
  if (kind !== undefined || (key !== undefined && typeof key !== 'string')) return null;
  const isBodyPerKind = key === undefined && Object.values(attributes).some((value) => isObject(value));
  return isBodyPerKind ? null : Object.entries(attributes).map(([name, value]) => rowOf(name, value));
}

function rowOf(name: string, value: Json): AttributeRow {
  for (const type of ATTRIBUTE_TYPES) {
    const text = TYPES[type].write(value);
    if (text !== undefined) return { name, type, text };
  }
  return { name, type: 'json', text: JSON.stringify(value) };
}

/** The context of a key and rows, or the places of the rows whose text means nothing. Rows without a name do not count. */
export type RowsReading =
  | { readonly kind: 'context'; readonly context: UserContext }
  | { readonly kind: 'unreadable'; readonly rows: readonly number[] };

export function readRows(key: string, rows: readonly AttributeRow[]): RowsReading {
  const read = rows.map(({ name, type, text }) => ({ name, value: TYPES[type].read(text) }));
  const unreadable = read.flatMap(({ name, value }, index) => (name !== '' && value === undefined ? [index] : []));
  if (unreadable.length > 0) return { kind: 'unreadable', rows: unreadable };
  const named = read.filter((row): row is { name: string; value: Json } => row.name !== '' && row.value !== undefined);
  const attributes = Object.fromEntries(named.map(({ name, value }) => [name, value]));
  return { kind: 'context', context: key === '' ? attributes : { key, ...attributes } };
}

/** What a new row holds once its type is chosen. */
export function retyped(row: AttributeRow, type: AttributeType): AttributeRow {
  const text = type === 'boolean' && TYPES.boolean.read(row.text) === undefined ? 'true' : row.text;
  return { ...row, type, text };
}

function elementsOf(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

function isListOfWords(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isWord);
}

function isWord(element: unknown): boolean {
  return typeof element === 'string' && element !== '' && element.trim() === element && !/[\n,]/.test(element);
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
