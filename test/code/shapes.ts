import { OWN_SHAPES } from './shapes-own.ts';
import { PUBLISHED_SHAPES } from './shapes-published.ts';

/** A way of asking for flags, in one file of the repository of the shop. */
export interface Shape {
  readonly file: string;
  readonly what: string;
  /** The published package whose source or documentation asks so: its structure, told in our words. */
  readonly from?: string;
  /** What a person finds who reads the file: `LINE CALL KEY`. */
  readonly references: readonly string[];
  /** Why it is left for people. */
  readonly left?: string;
}

export const SHAPES: readonly Shape[] = [...OWN_SHAPES, ...PUBLISHED_SHAPES];
