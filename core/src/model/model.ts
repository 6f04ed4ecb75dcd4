/** Any JSON value, deeply read-only. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON value that clauses compare with. */
export type Scalar = string | number | boolean;

export type FlagType = 'boolean' | 'string' | 'number' | 'json';
export type Purpose = 'release' | 'experiment' | 'kill-switch' | 'operational' | 'permission' | 'migration';

export interface Variation {
  readonly key: string;
  readonly value: Json;
  readonly name?: string;
  readonly description?: string;
}

export interface Link {
  readonly kind: 'issue' | 'pull-request' | 'doc' | 'runbook';
  readonly url: string;
  readonly title?: string;
}

/** What an environment's SDKs may read about a flag: at most 10 entries and 1 KiB. */
export type FlagMetadata = Readonly<Record<string, string | number | boolean>>;

/** The part of a flag that all environments share. */
export interface Flag {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly type: FlagType;
  /** 2 to 100, keys unique, values of the flag's type. */
  readonly variations: readonly Variation[];
  readonly purpose: Purpose;
  /** Expected life in days; null = permanent. */
  readonly lifetimeDays: number | null;
  /** Id of a member, or null. */
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly links: readonly Link[];
  readonly metadata: FlagMetadata;
  /** Whether browsers may receive its value. */
  readonly clientSide: boolean;
  /** Deals people into buckets; the same in every environment. */
  readonly salt: string;
  readonly jsonSchema: Json;
  /** Milliseconds since epoch. */
  readonly createdAt: number;
  readonly createdBy: string;
  /** Milliseconds since epoch; null while the flag is live. */
  readonly archivedAt: number | null;
}

export interface Kill {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

/** What a flag does in one environment. */
export interface FlagConfig {
  readonly on: boolean;
  /** The emergency stop: overrides everything, leaves the rest untouched; null = not killed. */
  readonly killed: Kill | null;
  /** Key of the declared safe variation: served when off, killed, or nobody can be bucketed. */
  readonly offVariation: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
  readonly fallthrough: Serve;
}

export interface Prerequisite {
  readonly flag: string;
  /** Keys of the variations that satisfy it. */
  readonly variations: readonly string[];
}

/** Contexts named one by one; at most one target per variation and context kind. */
export interface Target {
  readonly variation: string;
  readonly contextKind: string;
  readonly keys: readonly string[];
}

export interface Rule {
  /** Stable; ids that begin with `rollout:` belong to a release plan. */
  readonly id: string;
  readonly name: string;
  /** All must match. */
  readonly clauses: readonly Clause[];
  readonly serve: Serve;
}

/** Matches when the attribute satisfies the operator for any of the values. */
export interface Clause {
  /** Context kind, `user` if absent. */
  readonly kind?: string;
  /** Attribute name, or a path such as `/address/city`; ignored by `in-segment`. */
  readonly attribute: string;
  readonly operator: string;
  readonly values: readonly Scalar[];
  readonly negate?: boolean;
}

export type Serve = { readonly variation: string } | { readonly split: Split };

/** What a split hashes: an attribute of the context of one kind. */
export interface BucketBy {
  readonly contextKind: string;
  readonly attribute: string;
}

export interface Split {
  /** Buckets per variation key, summing to 100,000; a variation without an entry has none. */
  readonly weights: Weights;
  readonly allocation: Allocation;
  /** The `key` of the `user` context if absent. */
  readonly by?: BucketBy;
  /** The flag's salt if absent. */
  readonly salt?: string;
  /** Written by a rollout that is measured, and gone with whatever else is served there; never alters a value. */
  readonly arms?: ArmsBody;
}

/**
 * Which buckets of a split are compared: `t` got the released variation, `c` the control; both of the same size, or no
 * `c` where everybody has the released variation.
 */
export interface ArmsBody {
  readonly rollout: string;
  /** Index of the stage. */
  readonly stage: number;
  readonly t: readonly ArmRange[];
  readonly c: readonly ArmRange[];
}

/** In ascending order and apart from each other; `to` is exclusive. */
export type ArmRange = readonly [from: number, to: number];

export type Weights = Readonly<Record<string, number>>;

/** Buckets `[from, to)` and their owner. */
export interface BucketRange {
  readonly from: number;
  readonly to: number;
  readonly variation: string;
}

/** Sorted, disjoint ranges that cover 0 to 99,999; neighbours have different owners. */
export type Allocation = readonly BucketRange[];

/** The part of a segment that all environments share. */
export interface Segment {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly createdBy: string;
}

/** Who belongs to a segment in one environment. Excluded wins over included, included over rules. */
export interface SegmentConfig {
  readonly included: readonly MemberList[];
  readonly excluded: readonly MemberList[];
  readonly rules: readonly SegmentRule[];
}

/** Keys of one context kind; at most one list per kind. */
export interface MemberList {
  readonly contextKind: string;
  readonly keys: readonly string[];
}

export interface SegmentRule {
  readonly id: string;
  readonly name: string;
  readonly clauses: readonly Clause[];
  /** Share of those who match, in buckets of 100,000; absent = all of them. */
  readonly share?: number;
  readonly by?: BucketBy;
  readonly salt?: string;
}
