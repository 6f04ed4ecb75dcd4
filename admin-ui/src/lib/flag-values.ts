import type { FlagType, Json } from '@glidepath/core';

export type TypedValue =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'wrong'; readonly fault: 'not-a-number' | 'not-json' };

/** What a typed value means for a flag of this type. */
export function readValue(type: FlagType, text: string): TypedValue {
  switch (type) {
    case 'boolean':
      return { kind: 'value', value: text === 'true' };
    case 'string':
      return { kind: 'value', value: text };
    case 'number':
      return readNumber(text);
    case 'json':
      return readJson(text);
  }
}

function readNumber(text: string): TypedValue {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value)
    ? { kind: 'wrong', fault: 'not-a-number' }
    : { kind: 'value', value };
}

function readJson(text: string): TypedValue {
  try {
    return { kind: 'value', value: JSON.parse(text) as Json };
  } catch {
    return { kind: 'wrong', fault: 'not-json' };
  }
}

/** The text in which a value is edited. */
export function textOfValue(type: FlagType, value: Json): string {
  if (type === 'string') return typeof value === 'string' ? value : '';
  return JSON.stringify(value, null, type === 'json' ? 2 : 0);
}
