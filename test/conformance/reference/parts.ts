import type { BucketBy, Clause, FlagType } from '@glidepath/core';
import { bucketOf, bucketText } from './buckets.ts';
import { type KeyReader, readKey } from './contexts.ts';
import { OPERATORS, type ValueTest } from './operators.ts';
import { STEPS, type Step } from './steps.ts';

/** Whether a test holds for any, or for all, of a list. */
type Quantifier = <T>(list: readonly T[], test: (element: T, index: number) => boolean) => boolean;

/** The decisions of the definition, one by one, so that a test can alter each. */
export interface Parts {
  /** The first that applies decides. */
  readonly order: readonly Step[];
  readonly operators: Readonly<Record<string, ValueTest>>;
  readonly overClauses: Quantifier;
  readonly overValues: Quantifier;
  readonly overElements: Quantifier;
  readonly overSegments: Quantifier;
  readonly negated: (holds: boolean, negate: unknown) => boolean;
  /** What a clause says of an attribute that is missing. */
  readonly ofMissing: (negate: unknown) => boolean;
  readonly exists: (value: unknown) => boolean;
  readonly kindOf: (clause: Clause) => string;
  readonly keyOf: KeyReader;
  readonly members: (keys: readonly string[], key: string) => boolean;
  /** Whether lists of keys are of one kind of context. */
  readonly listKind: (kind: string) => string;
  readonly segmentOrder: readonly ('excluded' | 'included' | 'rules')[];
  readonly bucketOf: (salt: string, value: string) => number;
  readonly bucketText: (value: unknown) => string | undefined;
  readonly bucketBy: (by: BucketBy | undefined) => BucketBy;
  readonly saltOf: (given: string | undefined, own: string) => string;
  /** Whether a bucket lies below the end of a range, or of a share. */
  readonly isBelow: (bucket: number, end: number) => boolean;
  /** The variation of who cannot be bucketed; `owners` are those of the ranges. */
  readonly unbucketed: (owners: readonly number[], off: number) => number;
  /** Whether a segment's share takes those who cannot be bucketed. */
  readonly takesUnbucketed: boolean;
  readonly satisfies: (served: string, wanted: readonly string[]) => boolean;
  /** Whether a prerequisite has to be on and not killed. */
  readonly prerequisiteMustBeOn: (body: { readonly on: boolean; readonly killed?: boolean }) => boolean;
  readonly fits: (fallback: unknown, type: FlagType) => boolean;
  readonly keepsReadable: boolean;
  readonly refusesUnknown: boolean;
  /** References that may lead on from one to the next. */
  readonly referenceDepth: number;
  /** The same list, in the order in which its elements are asked. */
  readonly inOrder: <T>(list: readonly T[]) => readonly T[];
}

export const any: Quantifier = (list, test) => list.some(test);
export const every: Quantifier = (list, test) => list.every(test);

const TYPE_OF: Readonly<Record<FlagType, string>> = {
  boolean: 'boolean',
  string: 'string',
  number: 'number',
  json: 'object',
};

export const DEFINITION: Parts = {
  order: STEPS,
  operators: OPERATORS,
  overClauses: every,
  overValues: any,
  overElements: any,
  overSegments: any,
  negated: (holds, negate) => holds !== (negate === true),
  ofMissing: () => false,
  exists: (value) => value !== undefined,
  kindOf: ({ kind }) => kind ?? 'user',
  keyOf: readKey,
  members: (keys, key) => keys.includes(key),
  listKind: (kind) => kind,
  segmentOrder: ['excluded', 'included', 'rules'],
  bucketOf,
  bucketText,
  bucketBy: (by) => by ?? { contextKind: 'user', attribute: 'key' },
  saltOf: (given, own) => given ?? own,
  isBelow: (bucket, end) => bucket < end,
  unbucketed: (owners, off) => (new Set(owners).size === 1 ? (owners[0] ?? off) : off),
  takesUnbucketed: false,
  satisfies: (served, wanted) => wanted.includes(served),
  prerequisiteMustBeOn: ({ on, killed }) => on && killed !== true,
  fits: (fallback, type) => fallback === null || fallback === undefined || typeof fallback === TYPE_OF[type],
  keepsReadable: true,
  refusesUnknown: true,
  referenceDepth: 100,
  inOrder: (list) => list,
};
