import type { FlagType, Json } from './model.ts';

interface FlagTypeDefinition {
  /** What its values are, in words: “must be …”. */
  readonly label: string;
  readonly accepts: (value: Json) => boolean;
}

/** The types of flags, and the values that each one's variations may have. */
export const FLAG_TYPES: Readonly<Record<FlagType, FlagTypeDefinition>> = {
  boolean: { label: 'true or false', accepts: (value) => typeof value === 'boolean' },
  string: { label: 'a string', accepts: (value) => typeof value === 'string' },
  number: { label: 'a finite number', accepts: (value) => typeof value === 'number' && Number.isFinite(value) },
  // An application asks for it with an object as its fallback, and must not get a bare number back.
  json: { label: 'an object or an array', accepts: (value) => typeof value === 'object' && value !== null },
};
