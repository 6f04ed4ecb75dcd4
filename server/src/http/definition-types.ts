import type { FlagDefinition, SegmentDefinition } from '@glidepath/core/definition';
import type { Delivery } from '../stream/delivery.ts';

/** The flags and segments of a project as files say them. */
export interface DefinitionsView {
  readonly apiVersion: 'glidepath/v1';
  readonly flags: readonly FlagDefinition[];
  readonly segments: readonly SegmentDefinition[];
}

/** What definitions changed, or would. */
export interface DefinitionsWritten {
  readonly dryRun: boolean;
  /** Of the state that it was compared with: `expect` of a later write, so that nobody overwrites what they never saw. */
  readonly fingerprint: string;
  /** null = nothing was written. */
  readonly changeId: string | null;
  /** In the order in which they are made; empty where the service says the same already. */
  readonly changes: readonly DefinitionChange[];
  /** What definitions differ in and yet leave as it is. */
  readonly leftAlone: readonly LeftAlone[];
  /** New version of each environment whose payload changed. */
  readonly versions: Readonly<Record<string, number>>;
  /** With `waitForApplied`, per environment key. */
  readonly delivery?: Readonly<Record<string, Delivery>>;
}

/** What changes in one document. */
export interface DefinitionChange {
  readonly kind: 'flag' | 'flag-config' | 'segment' | 'segment-config';
  readonly key: string;
  /** null = what environments share. */
  readonly environment: string | null;
  readonly isNew: boolean;
  /** One sentence per instruction. */
  readonly summary: readonly string[];
  /** Who gets another variation, a sentence each; only where percentages tell. */
  readonly moves: readonly string[];
  /** About how many evaluations of the last day would give another variation, of all of them; null = unknown. */
  readonly evaluations: { readonly moved: number; readonly of: number } | null;
}

export interface LeftAlone {
  readonly flag: string;
  readonly environment: string | null;
  readonly why: string;
}
