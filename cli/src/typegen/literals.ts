import type { Json } from '@glidepath/core';

const ESCAPES: Readonly<Record<string, string>> = { "'": "\\'", '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/** As a string literal of TypeScript. */
export function textLiteral(text: string): string {
  const inner = text.replace(
    /['\\\p{Cc}\u2028\u2029]/gu,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${inner}'`;
}

export const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : textLiteral(name));

/** As an expression of TypeScript. */
export function valueLiteral(value: Json): string {
  if (typeof value === 'string') return textLiteral(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one: Json) => valueLiteral(one)).join(', ')}]`;
  const entries = Object.entries(value).map(([name, one]) => `${keyLiteral(name)}: ${valueLiteral(one as Json)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** In an object literal `__proto__` would be no property. */
const keyLiteral = (name: string): string => (name === '__proto__' ? "['__proto__']" : propertyName(name));

/** Prose in a comment can neither end it nor begin a tag. */
export function prose(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replaceAll('*/', '*\\/')
    .replace(/(^|\s)@/g, '$1\\@')
    .trim();
}
