import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';

/**
 * Names that stand in the code for what is settled while it is folded: what was written by people is never taken for it,
 * so that their own `if (true)` stays.
 */
export interface Markers {
  /** The name that stands for this value, which is `written` so where somebody wrote it. */
  of(value: Json, written?: string): string;
  /** Undefined where the name stands for nothing. */
  valueOf(name: string): Settled | undefined;
  /** Around a function that is called at once. */
  readonly run: string;
  /** Around a call that was an argument and is kept for what it may do. */
  readonly kept: string;
  /** Where they begin in a text, in order. */
  placesIn(text: string): readonly number[];
}

export interface Settled {
  readonly value: Json;
  /** Null: nobody has written it. */
  readonly written: string | null;
}

/** For a text that has none of these names yet. */
export function markersFor(text: string): Markers {
  let prefix = '$settled';
  while (text.includes(prefix)) prefix += '$';
  const values: Settled[] = [];
  const names = new Map<string, string>();
  return {
    run: `${prefix}Run`,
    kept: `${prefix}Kept`,
    of(value, written) {
      const key = written ?? ` ${JSON.stringify(value)}`;
      const known = names.get(key);
      if (known !== undefined) return known;
      const name = `${prefix}${values.push({ value, written: written ?? null }) - 1}_`;
      names.set(key, name);
      return name;
    },
    valueOf(name) {
      if (!name.startsWith(prefix)) return undefined;
      const index = Number.parseInt(name.slice(prefix.length), 10);
      return Number.isNaN(index) ? undefined : values[index];
    },
    placesIn(other) {
      const places: number[] = [];
      for (let at = other.indexOf(prefix); at >= 0; at = other.indexOf(prefix, at + 1)) places.push(at);
      return places;
    },
  };
}

/** As it is written in code, by the quotes of the text around it. */
export function literalOf(value: Json, quote: "'" | '"'): string {
  if (typeof value === 'string') return quoted(value, quote);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => literalOf(one as Json, quote)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([name, one]) => `${memberName(name, quote)}: ${literalOf(one as Json, quote)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** `__proto__` would be no member, but what the object inherits from. */
function memberName(name: string, quote: "'" | '"'): string {
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name, quote);
}

function quoted(text: string, quote: "'" | '"'): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return quote === '"' ? `"${inner}"` : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The quotes that a text uses more. */
export function quoteOf(text: string): "'" | '"' {
  return text.split("'").length >= text.split('"').length ? "'" : '"';
}

/** What is settled of an expression: its value, and what stands before it and has to be kept for what it does. */
interface Known {
  readonly value: Json;
  /** In `(x(), value)`: `x()`. */
  readonly before: readonly t.Expression[];
}

/** Null where its value is not settled. */
export function knownOf(node: t.Node | null | undefined, markers: Markers): Known | null {
  if (node === null || node === undefined) return null;
  switch (node.type) {
    case 'Identifier': {
      const found = markers.valueOf(node.name);
      return found === undefined ? null : { value: found.value, before: [] };
    }
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return knownOf(node.expression, markers);
    case 'SequenceExpression': {
      const last = knownOf(node.expressions.at(-1), markers);
      return last === null || last.before.length > 0
        ? null
        : { value: last.value, before: node.expressions.slice(0, -1) };
    }
    default:
      return null;
  }
}

/** A value that is written down, or settled without anything before it. */
export function constantOf(
  node: t.Node | null | undefined,
  markers: Markers,
): { readonly value: Json | undefined } | null {
  const known = knownOf(node, markers);
  if (known !== null) return known.before.length === 0 ? known : null;
  switch (node?.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return { value: node.value };
    case 'NullLiteral':
      return { value: null };
    case 'Identifier':
      return node.name === 'undefined' ? { value: undefined } : null;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? { value: node.quasis[0]?.value.cooked ?? '' } : null;
    case 'UnaryExpression': {
      if (node.operator !== '-') return null;
      const inner = constantOf(node.argument, markers);
      return typeof inner?.value === 'number' ? { value: -inner.value } : null;
    }
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return constantOf(node.expression, markers);
    default:
      return null;
  }
}
