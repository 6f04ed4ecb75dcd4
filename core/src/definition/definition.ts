import type {
  Allocation,
  BucketBy,
  Clause,
  FlagMetadata,
  FlagType,
  Json,
  Link,
  MemberList,
  Prerequisite,
  Purpose,
  SegmentRule,
  Target,
  Variation,
  Weights,
} from '../model/model.ts';

/** The format of definitions; another one is refused. */
export const DEFINITION_FORMAT = 'glidepath/v1';

/**
 * A flag as a file says it. Of what environments share, whatever is absent stays as it is (a new flag gets what every
 * new flag has); of an environment that is named, everything is said: no rules means no rules. `fields.ts` has the table.
 */
export interface FlagDefinition {
  readonly key: string;
  readonly type: FlagType;
  readonly name?: string;
  readonly description?: string;
  readonly purpose?: Purpose;
  readonly owner?: string | null;
  /** null = permanent. */
  readonly lifetimeDays?: number | null;
  readonly tags?: readonly string[];
  readonly links?: readonly Link[];
  readonly metadata?: FlagMetadata;
  readonly clientSide?: boolean;
  readonly salt?: string;
  readonly jsonSchema?: Json;
  readonly variations?: readonly Variation[];
  /** The only way to put a flag aside: one that no file names is left alone. */
  readonly archived?: boolean;
  /** By their keys; those that are not named are left alone. */
  readonly environments?: Readonly<Record<string, EnvironmentDefinition>>;
}

/** What a flag does in one environment. Kills and the weights that a rollout drives are not said here. */
export interface EnvironmentDefinition {
  readonly on: boolean;
  readonly offVariation: string;
  readonly prerequisites?: readonly Prerequisite[];
  readonly targets?: readonly Target[];
  readonly rules?: readonly RuleDefinition[];
  readonly fallthrough: ServeDefinition;
  /** How its releases go there, where whoever starts one names no other course; none if absent. */
  readonly plan?: PlanDefinition;
}

/** A release plan of which only what matters is said, as the API takes it; whoever releases fills in the rest. */
export interface PlanDefinition {
  /** Id of a saved or built-in plan that gives what is not said here. */
  readonly template?: string;
  /** For templates that begin with a segment. */
  readonly segment?: string;
  readonly variation?: string;
  readonly control?: string;
  /** `fallthrough` or the id of a rule. */
  readonly at?: string;
  readonly by?: BucketBy;
  readonly stages?: readonly StageDefinition[];
  readonly gates?: readonly GateDefinition[];
  readonly onFailure?: 'roll-back' | 'pause';
  /** Flags whose own rollout must be complete first. */
  readonly requires?: readonly string[];
  /** Markdown. */
  readonly runbook?: string;
}

type StageDefinition = (
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'segment'; readonly segment: string }
) & { readonly bakeMinutes: number; readonly approval?: 'manual'; readonly checklist?: readonly string[] };

/** A gate with its settings; what it is called if nothing is said is what it asks. */
export type GateDefinition = { readonly kind: string; readonly id?: string };

export interface RuleDefinition {
  /** Stable: a rule that is renamed or moved keeps it. */
  readonly id: string;
  readonly name?: string;
  readonly clauses: readonly Clause[];
  readonly serve: ServeDefinition;
}

export type ServeDefinition = { readonly variation: string } | { readonly split: SplitDefinition };

export interface SplitDefinition {
  readonly weights: Weights;
  /** The `key` of the `user` context if absent. */
  readonly by?: BucketBy;
  /** The flag's salt if absent. */
  readonly salt?: string;
  /** Exact ranges; without them as few people move as can be. */
  readonly allocation?: Allocation;
}

/** A segment as a file says it; absent fields stay as they are. */
export interface SegmentDefinition {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly environments?: Readonly<Record<string, MembershipDefinition>>;
}

/** Who belongs to a segment in one environment. Lists of keys that are absent are left alone; rules are said in full. */
export interface MembershipDefinition {
  readonly included?: readonly MemberList[];
  readonly excluded?: readonly MemberList[];
  readonly rules?: readonly SegmentRuleDefinition[];
}

export type SegmentRuleDefinition = Omit<SegmentRule, 'name'> & { readonly name?: string };

/** Flags and segments that are read, compared or written together. */
export interface Definitions {
  readonly flags: readonly FlagDefinition[];
  readonly segments: readonly SegmentDefinition[];
}
