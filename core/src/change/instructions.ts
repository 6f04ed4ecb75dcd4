import type {
  Allocation,
  ArmsBody,
  BucketBy,
  Clause,
  FlagMetadata,
  FlagType,
  Json,
  Link,
  Prerequisite,
  Purpose,
  SegmentRule,
  Variation,
  Weights,
} from '../model/model.ts';

/** How an instruction names what to serve: the allocation of a split is computed, never given here. */
export type ServeInput =
  | { readonly variation: string }
  | { readonly split: { readonly weights: Weights; readonly by?: BucketBy; readonly salt?: string } };

export interface RuleInput {
  /** Made by the server where it is absent. */
  readonly id?: string;
  readonly name?: string;
  readonly clauses: readonly Clause[];
  readonly serve: ServeInput;
}

/** Instructions for what a flag does in one environment. */
export type ConfigInstruction =
  | { readonly kind: 'turn-on' }
  | { readonly kind: 'turn-off' }
  | { readonly kind: 'kill'; readonly reason: string }
  | { readonly kind: 'restore' }
  | { readonly kind: 'set-off-variation'; readonly variation: string }
  | { readonly kind: 'set-fallthrough'; readonly serve: ServeInput }
  | { readonly kind: 'add-rule'; readonly rule: RuleInput; readonly index?: number }
  | {
      readonly kind: 'update-rule';
      readonly ruleId: string;
      readonly name?: string;
      readonly clauses?: readonly Clause[];
      readonly serve?: ServeInput;
    }
  | { readonly kind: 'remove-rule'; readonly ruleId: string }
  | { readonly kind: 'move-rule'; readonly ruleId: string; readonly index: number }
  | {
      readonly kind: 'set-split';
      /** `fallthrough` or the id of a rule. */
      readonly at: string;
      readonly weights: Weights;
      /** Stays as it is where absent, like the salt. */
      readonly by?: BucketBy;
      readonly salt?: string;
      /** Restores exact ranges; must sum to the weights. */
      readonly allocation?: Allocation;
      /** Who is compared from now on; only a rollout says it, and without it nobody is. */
      readonly arms?: ArmsBody;
    }
  | {
      readonly kind: 'set-targets';
      readonly variation: string;
      readonly contextKind: string;
      readonly keys: readonly string[];
    }
  | {
      readonly kind: 'add-targets';
      readonly variation: string;
      readonly contextKind: string;
      readonly keys: readonly string[];
    }
  | {
      readonly kind: 'remove-targets';
      readonly variation: string;
      readonly contextKind: string;
      readonly keys: readonly string[];
    }
  | { readonly kind: 'set-prerequisites'; readonly prerequisites: readonly Prerequisite[] };

/** Instructions for what environments share of a flag. */
export type FlagInstruction =
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'describe'; readonly description: string }
  | { readonly kind: 'set-owner'; readonly owner: string | null }
  | { readonly kind: 'set-tags'; readonly tags: readonly string[] }
  | { readonly kind: 'set-links'; readonly links: readonly Link[] }
  | { readonly kind: 'set-metadata'; readonly metadata: FlagMetadata }
  | { readonly kind: 'set-purpose'; readonly purpose: Purpose }
  | { readonly kind: 'set-lifetime'; readonly lifetimeDays: number | null }
  | { readonly kind: 'set-client-side'; readonly clientSide: boolean }
  | { readonly kind: 'set-json-schema'; readonly jsonSchema: Json }
  | { readonly kind: 'add-variation'; readonly variation: Variation; readonly index?: number }
  | {
      readonly kind: 'update-variation';
      readonly variation: string;
      /** An empty name or description takes it away. */
      readonly name?: string;
      readonly description?: string;
      readonly value?: Json;
    }
  | { readonly kind: 'remove-variation'; readonly variation: string }
  | { readonly kind: 'set-salt'; readonly salt: string }
  /** `confirm` repeats the flag's key, where it is still at work. */
  | { readonly kind: 'archive'; readonly confirm?: string }
  | { readonly kind: 'unarchive' };

/** Instructions for what environments share of a segment. */
export type SegmentInstruction =
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'describe'; readonly description: string };

export interface MembersInput {
  readonly list: 'included' | 'excluded';
  readonly contextKind: string;
  readonly keys: readonly string[];
}

/** Instructions for who belongs to a segment in one environment. */
export type SegmentConfigInstruction =
  | ({ readonly kind: 'add-members' } & MembersInput)
  | ({ readonly kind: 'remove-members' } & MembersInput)
  | ({ readonly kind: 'set-members' } & MembersInput)
  | {
      readonly kind: 'add-rule';
      readonly rule: Omit<SegmentRule, 'id' | 'name'> & { readonly id?: string; readonly name?: string };
      readonly index?: number;
    }
  | {
      readonly kind: 'update-rule';
      readonly ruleId: string;
      readonly name?: string;
      readonly clauses?: readonly Clause[];
      /** null = all of those who match. */
      readonly share?: number | null;
      readonly by?: BucketBy;
      readonly salt?: string;
    }
  | { readonly kind: 'remove-rule'; readonly ruleId: string }
  | { readonly kind: 'move-rule'; readonly ruleId: string; readonly index: number };

export type Instruction = ConfigInstruction | FlagInstruction | SegmentInstruction | SegmentConfigInstruction;

/** What a caller gives to make a flag. */
export interface FlagInput {
  readonly key: string;
  readonly name?: string;
  readonly type: FlagType;
  readonly variations?: readonly Variation[];
  readonly purpose?: Purpose;
  readonly lifetimeDays?: number | null;
  readonly owner?: string | null;
  readonly tags?: readonly string[];
  readonly clientSide?: boolean;
  readonly description?: string;
  readonly metadata?: FlagMetadata;
}

/** What a caller gives to make a segment. */
export interface SegmentInput {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
}
