import type { Body } from './properties.ts';

/** Whether a context holds one body per kind without saying so. */
export function isBodyPerKind(input: Body): boolean {
  const names = Object.keys(input);
  return names.length > 0 && names.every((name) => isPlain(input[name]));
}

/** Of this realm or another, or without a prototype. */
function isPlain(value: unknown): boolean {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
