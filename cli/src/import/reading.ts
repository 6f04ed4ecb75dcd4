/** Exports are written by others: nothing about their shape is trusted. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const fieldsIn = (value: unknown): readonly Fields[] => listOf(value).filter(isFields);
export const textsIn = (value: unknown): readonly string[] =>
  listOf(value).filter((one): one is string => typeof one === 'string');

export function textOf(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Of an object that names its members, or of a list of members that name themselves. */
export function membersOf(value: unknown, name: string): readonly Fields[] {
  if (Array.isArray(value)) return fieldsIn(value);
  return Object.entries(fieldsOf(value)).flatMap(([key, member]) =>
    isFields(member) ? [{ [name]: key, ...member }] : [],
  );
}
