import type { ArmsBody, BucketBy, Clause, FlagMetadata, FlagType, Json, MemberList } from './model.ts';

/** The newest shape of item bodies that this code writes and reads. */
export const SCHEMA = 1;

export type ItemKind = 'flag' | 'segment';

/** Names one item of an environment. */
export type ItemId = `${ItemKind}\t${string}`;

/** A flag or segment as an environment's payload carries it. */
export type Item = FlagItem | SegmentItem;

export interface FlagItem {
  readonly kind: 'flag';
  readonly key: string;
  /** The environment version that last altered the item. */
  readonly rev: number;
  readonly body: FlagBody;
}

export interface SegmentItem {
  readonly kind: 'segment';
  readonly key: string;
  readonly rev: number;
  readonly body: SegmentBody;
}

/** All that an SDK needs to evaluate a flag, and no names, owners or comments. Variations are named by their index. */
export interface FlagBody {
  readonly schema: number;
  readonly type: FlagType;
  readonly variations: readonly { readonly key: string; readonly value: Json }[];
  readonly on: boolean;
  /** Present and true while killed. By whom and why is never sent. */
  readonly killed?: true;
  /** Present and true while an archived flag keeps serving. */
  readonly archived?: true;
  /** Present and true when browsers may receive the value. */
  readonly clientSide?: true;
  readonly metadata?: FlagMetadata;
  readonly salt: string;
  readonly off: number;
  readonly prerequisites: readonly { readonly flag: string; readonly variations: readonly string[] }[];
  readonly targets: readonly {
    readonly variation: number;
    readonly contextKind: string;
    readonly keys: readonly string[];
  }[];
  readonly rules: readonly { readonly id: string; readonly clauses: readonly Clause[]; readonly serve: ServeBody }[];
  readonly fallthrough: ServeBody;
}

export type ServeBody = { readonly variation: number } | { readonly split: SplitBody };

export interface SplitBody {
  /** `[to, variation]` in ascending order of `to`, exclusive; the first range starts at 0, the last ends at 100,000. */
  readonly ranges: readonly (readonly [to: number, variation: number])[];
  readonly by?: BucketBy;
  readonly salt?: string;
  /** Present while the split belongs to a rollout that is measured; never alters a value. */
  readonly arms?: ArmsBody;
}

export interface SegmentBody {
  readonly schema: number;
  readonly salt: string;
  readonly included: readonly MemberList[];
  readonly excluded: readonly MemberList[];
  readonly rules: readonly {
    readonly id: string;
    readonly clauses: readonly Clause[];
    readonly share?: number;
    readonly by?: BucketBy;
    readonly salt?: string;
  }[];
}
