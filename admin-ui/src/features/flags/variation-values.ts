import type { FlagType, Json } from '@glidepath/core';
import { flagMessages as m } from './messages.ts';

export type TypedValue =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'wrong'; readonly why: string };

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
    default:
      return unreachable(type);
  }
}

function readNumber(text: string): TypedValue {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value)
    ? { kind: 'wrong', why: m.form.valueNotNumber }
    : { kind: 'value', value };
}

function readJson(text: string): TypedValue {
  try {
    return { kind: 'value', value: JSON.parse(text) as Json };
  } catch {
    return { kind: 'wrong', why: m.form.valueNotJson };
  }
}

function unreachable(type: never): never {
  throw new Error(`unknown type ${String(type)}`);
}
