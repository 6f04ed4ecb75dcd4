import { hash } from 'node:crypto';

/** The same JSON value with the keys of all objects sorted and undefined members left out. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => compareText(a, b));
  // fromEntries defines own properties, so that a key `__proto__` stays a key.
  return Object.fromEntries(entries.map(([key, member]) => [key, canonical(member)]));
}

/** Order by UTF-16 code units: the same on every machine and in every database. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** SHA-256 as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash('sha256', text);
}
