import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { FlagEffect } from '@glidepath/core/effect';
import type { PipelineRight, Role } from '../auth/principal.ts';
import type { ChangedDocument } from '../flags/write-path/change.ts';
import type { ConnectionView, Delivery } from '../stream/delivery.ts';
import type { IncidentView } from './release-types.ts';

/**
 * What the HTTP API answers, as the admin UI and other clients see it: plain JSON.
 * Times are RFC 3339 UTC with milliseconds. Response schemas satisfy these types.
 */

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** Cursor of the next page; absent on the last. */
  readonly next?: string;
}

/** A time in a document (`createdAt`, `archivedAt`, `killed.at`) is a string here. */
type Dated<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]: null extends T[P] ? string | null : string };

export interface Versioned {
  readonly revision: number;
  readonly updatedAt: string;
}

export type FlagView = Dated<Flag, 'createdAt' | 'archivedAt'> & Versioned;

export interface KillView {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** A rollout that drives a flag now. */
export interface LiveRolloutView {
  readonly id: string;
  readonly state: string;
  /** Share of the split that has the released variation. */
  readonly percent: number;
  readonly variation: string;
}

export type FlagConfigView = Omit<FlagConfig, 'killed'> &
  Versioned & {
    readonly flag: string;
    readonly environment: string;
    readonly killed: KillView | null;
    /** Who gets what, one sentence per line, first that applies decides. */
    readonly serves: readonly string[];
    /** Only where one configuration is read. */
    readonly rollout?: LiveRolloutView | null;
  };

export type FlagWithEnvironments = FlagView & { readonly environments: readonly FlagConfigView[] };

/** One row of the flags list. */
export interface FlagRow {
  readonly key: string;
  readonly name: string;
  readonly type: Flag['type'];
  readonly purpose: Flag['purpose'];
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly clientSide: boolean;
  /** Null = permanent. */
  readonly lifetimeDays: number | null;
  readonly createdAt: string;
  readonly archivedAt: string | null;
  readonly revision: number;
  readonly environments: readonly FlagRowState[];
  /** With `include=definitions`: all that environments share. */
  readonly definition?: FlagDefinitionView;
}

/** What generators of code need of a flag: its shared part, and its clauses and safe variation everywhere. */
export interface FlagDefinitionView extends FlagView {
  /** The member's name; the owner as it stands where it is no member. */
  readonly ownerName: string | null;
  readonly configurations: readonly (Pick<FlagConfig, 'offVariation' | 'rules'> & { readonly environment: string })[];
}

export interface FlagRowState {
  readonly environment: string;
  readonly state: 'on' | 'off' | 'partial' | 'killed';
  /** Share of the first variation in the fallthrough, in buckets; null where the fallthrough serves one variation. */
  readonly share: number | null;
  /** One or two words, such as `On`, `Off`, `25 %`, `Killed`. */
  readonly label: string;
  readonly killed: KillView | null;
}

export type SegmentView = Dated<Segment, 'createdAt'> & Versioned;

/** Members come as counts only: page through `…/members` for the keys. */
export interface SegmentConfigView extends Versioned {
  readonly segment: string;
  readonly environment: string;
  readonly included: readonly { readonly contextKind: string; readonly count: number }[];
  readonly excluded: readonly { readonly contextKind: string; readonly count: number }[];
  readonly rules: SegmentConfig['rules'];
  /** Who belongs to it, one sentence per line, first that applies decides. */
  readonly belongs: readonly string[];
}

/** One row of the segments list. */
export interface SegmentRow extends SegmentView {
  /** How many flags and other segments name it in any environment. */
  readonly usedBy: { readonly flags: number; readonly segments: number };
  readonly environments: readonly {
    readonly environment: string;
    /** Keys of all kinds. */
    readonly included: number;
    readonly excluded: number;
    readonly rules: number;
    /** The first sentences about who belongs to it. */
    readonly belongs: readonly string[];
    /** Flags that name it here. */
    readonly usedBy: number;
  }[];
}

/** A rule that names a segment. */
export interface SegmentUserView {
  readonly environment: string;
  readonly kind: 'flag' | 'segment';
  readonly key: string;
  readonly name: string;
  readonly ruleId: string;
  /** From 0. */
  readonly ruleIndex: number;
  readonly ruleName: string;
  /** Of the flag in this environment; null for a segment. */
  readonly state: FlagRowState | null;
}

export interface MembersPage extends Page<SegmentMember> {
  /** Of the definition that was paged: another one on the next page means that it changed in between. */
  readonly revision: number;
}

/** A dry run of a members import: how many keys would come, go, or be where they are already. */
export interface MembersDryRun extends DryRun {
  readonly members: { readonly added: number; readonly removed: number; readonly unchanged: number };
}

export interface SegmentMember {
  readonly list: 'included' | 'excluded';
  readonly contextKind: string;
  readonly key: string;
}

export interface ProjectView extends Versioned {
  readonly key: string;
  readonly name: string;
  readonly createdAt: string;
}

export interface EnvironmentView extends Versioned {
  readonly key: string;
  readonly name: string;
  readonly critical: boolean;
  readonly colour: string;
  readonly secureMode: 'off' | 'required';
  readonly reasonsInBrowsers: boolean;
  readonly position: number;
  readonly version: number;
  readonly createdAt: string;
}

export interface MemberView extends Versioned {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** Role per project key; `*` is every project. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly disabledAt: string | null;
  readonly createdAt: string;
}

export interface SdkKeyView extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly kind: 'server' | 'client';
  readonly lastFour: string;
  readonly origins: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

export interface ApiTokenView extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Of what the role may, only this and to read flags; null = all of it. */
  readonly only: readonly PipelineRight[] | null;
  readonly lastFour: string;
  /** Project keys; null = all. */
  readonly projects: readonly string[] | null;
  readonly environments: readonly string[] | null;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** What a device gets that wants to sign in. */
export interface DeviceLoginBegun {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/** A device that waits for somebody to let it in. */
export interface DeviceLoginView {
  readonly name: string;
  readonly address: string;
  readonly startedAt: string;
  readonly expiresAt: string;
}

/** What has become of it. */
export type DeviceLoginState =
  | { readonly state: 'pending' | 'slow-down'; readonly intervalSeconds: number }
  | { readonly state: 'declined' | 'expired' }
  | { readonly state: 'allowed'; readonly document: ApiTokenView; readonly secret: string };

/** Answer to the creation of something secret: the only time that the secret is seen. */
export interface Created<T> {
  readonly document: T;
  readonly secret: string;
}

/** Answer of every write. `versions` names the environments whose payload changed. */
export interface Written<T> {
  readonly document: T;
  readonly versions: Readonly<Record<string, number>>;
  readonly changeId: string;
  /** With `waitForApplied`, per environment key. */
  readonly delivery?: Readonly<Record<string, Delivery>>;
}

export interface WrittenMany extends Omit<Written<unknown>, 'document'> {
  readonly documents: readonly ChangedDocument[];
}

/** Answer of a dry run: instructions and sentences, per document. */
export interface DryRun {
  readonly diff: readonly Pick<ChangedDocument, 'kind' | 'key' | 'environment' | 'diff'>[];
  readonly summary: readonly string[];
}

export interface SessionView {
  readonly member: { readonly id: string; readonly name: string; readonly email: string };
  readonly csrfToken: string;
  /** Actions that the member may do, per project key. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  readonly projects: readonly { readonly key: string; readonly name: string }[];
  readonly environments: readonly (Pick<EnvironmentView, 'key' | 'name' | 'critical' | 'colour' | 'position'> & {
    readonly project: string;
  })[];
  /** The worst that is open in any of the projects, before the first page is drawn; null = none is. */
  readonly incident: SessionIncident | null;
  readonly freeze: null;
  readonly serverTime: string;
}

export type SessionIncident = Pick<IncidentView, 'id' | 'title' | 'severity' | 'environment' | 'detectedAt'> & {
  readonly project: string;
};

/** One entry of a document's history. */
export interface HistoryEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  /** Display name of the actor. */
  readonly by: string;
  readonly origin: string;
  readonly comment: string | null;
  readonly changeId: string;
  readonly revision: number;
  /** One sentence per instruction. */
  readonly summary: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly version: { readonly from: number; readonly to: number } | null;
}

export interface AuditView {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly origin: string;
  readonly action: string;
  readonly project: string | null;
  readonly changeId: string;
  readonly environments: readonly { readonly key: string; readonly from: number; readonly to: number }[];
  readonly content: unknown;
  readonly hash: string;
}

/** `GET /api/v1/audit/verify`: the chain's state. `seq` is its last record, or the first that does not fit. */
export type AuditVerdictView =
  | { readonly state: 'intact'; readonly seq: number; readonly hash: string }
  | { readonly state: 'broken'; readonly seq: number; readonly because: string };

/** One row of an environment's history, with the change that made it; null and empty where its record is gone. */
export interface EnvironmentChangeView {
  readonly version: number;
  readonly at: string;
  readonly changeId: string;
  readonly urgent: boolean;
  readonly items: readonly { readonly op: 'put' | 'del' | 'members'; readonly kind: string; readonly key: string }[];
  readonly actor: string | null;
  readonly by: string | null;
  readonly origin: string | null;
  readonly comment: string | null;
  readonly summary: readonly string[];
}

/** RFC 9457 problem document. */
export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly [extra: string]: unknown;
}

export type { SeenKindView, UnknownKeyView, UsageView } from '../usage/usage-view.ts';
export type { DefinitionChange, DefinitionsView, DefinitionsWritten, LeftAlone } from './definition-types.ts';
export type {
  DependenciesView,
  DependencyView,
  EvaluationView,
  PreviewView,
  SegmentPreviewView,
} from './evaluation-types.ts';
export type * from './lifecycle-types.ts';
export type * from './release-types.ts';
export type { ConnectionView, Delivery, FlagEffect };
