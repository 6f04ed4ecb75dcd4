import type { Json } from '@glidepath/core';
import type { FlagDefinition, SegmentDefinition } from '@glidepath/core/definition';
import type { Fields } from './reading.ts';

/**
 * How far what was made is from what was there. `left-out`: it is not there at all. `turned-off`: a part could not be
 * said here, so the flag is off in that environment. `changed`: it is there, and in the case that is told it answers
 * something else. `told`: nothing is lost.
 */
export const SEVERITIES = ['left-out', 'turned-off', 'changed', 'told'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that could not be taken as it is, and the closest thing that was done. */
export interface Note {
  readonly severity: Severity;
  readonly kind: 'flag' | 'segment';
  readonly key: string;
  /** Null where it concerns all of them. */
  readonly environment: string | null;
  /** Such as `rule 2 (Beta testers)`; empty for the whole. */
  readonly place: string;
  readonly reason: string;
  readonly done: string;
}

export interface Imported {
  readonly flags: readonly FlagDefinition[];
  readonly segments: readonly SegmentDefinition[];
  readonly notes: readonly Note[];
}

/** Their environments that are wanted, with what they are called here. */
export type EnvironmentNames = ReadonlyMap<string, string>;

/** Chooses one of so many; `theirs` is what their own hash chooses. */
export type Deal = (count: number, theirs: () => number) => number;

/** What their own rules answer in one environment. */
export interface Evaluator {
  /** Keys of their flags, as they write them. */
  readonly flags: readonly string[];
  /** Undefined where the application's own fallback is used. */
  evaluate(flag: string, context: Fields, deal: Deal): Json | undefined;
}

/** One system that flags come from. */
export interface System {
  readonly name: string;
  /** What its export is, in words. */
  readonly takes: string;
  /** Its environments; empty where an export is of one and does not say which. Throws what is wrong with the export. */
  read(documents: readonly unknown[]): Export;
}

/** An export that was read. */
export interface Export {
  readonly environments: readonly string[];
  translate(names: EnvironmentNames): Imported;
  evaluatorOf(environment: string): Evaluator;
  /** Who they are here. */
  contextOf(theirs: Fields): Fields;
  /** The key of one of their flags here. */
  keyOf(flag: string): string;
}

/** A part of an export that cannot be said here; the message is the reason. */
export class Untranslatable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Untranslatable';
  }
}

/** What `make` makes; where that cannot be said here, what `instead` makes of the reason. */
export function unlessUntranslatable<T>(make: () => T, instead: (reason: string) => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof Untranslatable) return instead(error.message);
    throw error;
  }
}
