import type { Gate, Verdict } from '../gates/gate.ts';
import type { Severity } from '../incidents/incident.ts';
import type { ReleasePlan, Start } from '../rollouts/plan.ts';
import type { Cause, RolloutState } from '../rollouts/rollout.ts';
import type { DeployStatus } from '../store/deploys.ts';
import type { Versioned } from './api-types.ts';

/** What the API answers about releases: plain JSON; times are RFC 3339 UTC with milliseconds. */

export type ReleasePlanView = Omit<ReleasePlan, 'start'> & {
  readonly start: Exclude<Start, { kind: 'at' }> | { readonly kind: 'at'; readonly at: string };
};

export type VerdictView = Omit<Verdict, 'at' | 'kind'> & {
  readonly kind: Verdict['kind'];
  readonly at: string;
  readonly reason?: string;
};

/** A gate of a rollout with what it says now; `verdict` null before it was asked. */
export interface GateView {
  readonly gate: Gate;
  readonly verdict: VerdictView | null;
  /** What happens by it, and when, where it says nothing good: one sentence; null while it passes. */
  readonly consequence: string | null;
}

export interface RolloutView extends Versioned {
  readonly id: string;
  readonly flag: string;
  readonly environment: string;
  readonly plan: ReleasePlanView;
  readonly state: RolloutState['kind'];
  /** Why it is where it is; null where nothing special is. */
  readonly cause: Cause | null;
  /** Index of the stage in force; null while none is. */
  readonly stage: number | null;
  /** Share of the split that has the released variation now. */
  readonly percent: number;
  readonly progress: {
    readonly since: string;
    readonly bakedMs: number;
    /** Up to when the bake is counted; it goes on from there only while `isBaking`. */
    readonly countedAt: string;
    readonly isBaking: boolean;
    readonly checked: readonly string[];
    readonly approvedBy: string | null;
  } | null;
  /** What comes next, in words ("25 %", "completed"), and the earliest time, where that is known. */
  readonly next: { readonly what: string; readonly at: string | null; readonly waitsFor: string | null } | null;
  readonly gates: readonly GateView[];
  /** The check of the arms' sizes that every rollout has. */
  readonly sampleRatio: VerdictView | null;
  readonly coverage: CoverageView | null;
  readonly startedBy: string;
  readonly comment: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Id of the incident that its roll-back opened. */
  readonly incident: string | null;
  readonly evidence: EvidenceView | null;
  /** One sentence for people: what, why, who gets it now. */
  readonly sentence: string;
}

export interface EvidenceView {
  readonly at: string;
  readonly cause: Cause;
  readonly stage: number;
  readonly percent: number;
  readonly verdicts: readonly VerdictView[];
  readonly versions: readonly { readonly service: string; readonly version: string; readonly instances: number }[];
  /** Guarded executions of the released variation. */
  readonly affected: number | null;
  /** At least so many people; null where no application counts them. */
  readonly people: number | null;
}

/** How much of a service runs what a rollout waits for. */
export interface CoverageView {
  readonly service: string;
  readonly minVersion: string;
  /** 0 to 100, of the connected instances. */
  readonly percent: number;
  readonly instances: number;
  readonly covered: number;
  /** Versions that could not be compared: they do not cover. */
  readonly unknown: readonly string[];
}

export interface RolloutRecordView {
  readonly seq: number;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly stage: number | null;
  readonly percent: number;
  readonly cause: Cause | null;
  readonly actor: string;
  readonly changeId: string | null;
  readonly version: number | null;
}

/** `GET …/rollouts/{id}/gates/{gate}/series`. */
export interface GateSeriesView {
  readonly gate: string;
  readonly points: readonly VerdictView[];
}

/** Answer of a dry run of a start. */
export interface RolloutForecastView {
  readonly warnings: readonly string[];
  /** How long until each stage can show the difference, by the last days' figures; null = no figures. */
  readonly stages: readonly {
    readonly stage: number;
    readonly gate: string;
    /** In the gate's unit: a share, or times the control. */
    readonly detects: number;
    readonly hours: number | null;
  }[];
  readonly sentence: string;
}

export interface PlanView extends Versioned {
  /** `standard`, … of those built in; an id otherwise. */
  readonly id: string;
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly needsSegment: boolean;
  readonly stages: ReleasePlan['stages'];
  readonly gates: readonly Gate[];
  readonly onFailure: ReleasePlan['onFailure'];
  readonly runbook: string;
}

/** How releases of a flag go in one environment where whoever starts one names no other course. */
export interface FlagPlanView extends Versioned {
  readonly environment: string;
  /** Id of the plan that gives what it does not say itself; null where it names none. */
  readonly template: string | null;
  /** With all that goes without saying; null where it cannot be followed. */
  readonly plan: ReleasePlanView | null;
  /** Why it cannot be followed. */
  readonly problem: string | null;
}

/** `GET …/flags/:f/plans`: in the order of the environments, only of those with one. */
export interface FlagPlansView {
  readonly items: readonly FlagPlanView[];
}

export interface DeployView {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly version: string;
  readonly attempt: number;
  readonly status: DeployStatus;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly commit: string | null;
  readonly url: string | null;
  readonly deployedBy: string | null;
  readonly reportedBy: string;
  /** Connected instances that run it now. */
  readonly instances: number;
  /** Rollouts that wait or waited for it, as `{ id, flag }`. */
  readonly rollouts: readonly { readonly id: string; readonly flag: string; readonly state: string }[];
  readonly revision: number;
}

/** `GET …/environments/{e}/versions`. */
export interface LiveVersionView {
  readonly service: string;
  readonly version: string;
  readonly instances: number;
  readonly onLatest: number;
}

export interface IntegrationView extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly kind: 'github' | 'gitlab' | 'argo-cd' | 'flux' | 'generic';
  readonly service: string | null;
  /** Key of the environment that it reports for, where its messages do not say. */
  readonly environment: string | null;
  readonly path: string;
  readonly lastFour: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** Deploys to an environment release flags of a tag by a plan. */
export interface ReleasePolicyView extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly tag: string;
  /** Only deploys of this service; null = of any. */
  readonly service: string | null;
  readonly template: string;
  readonly segment: string | null;
  readonly coverage: number;
  readonly delayMinutes: number;
  readonly isEnabled: boolean;
  readonly createdAt: string;
}

export interface IncidentView extends Versioned {
  /** Such as `INC-31`, counted per project. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly environment: string;
  readonly flags: readonly string[];
  readonly services: readonly string[];
  readonly deploys: readonly string[];
  readonly rollout: string | null;
  readonly startedAt: string;
  readonly detectedAt: string;
  readonly resolvedAt: string | null;
  readonly openedBy: string;
  readonly lead: string | null;
  readonly notes: readonly { readonly id: string; readonly at: string; readonly by: string; readonly text: string }[];
}

/** `GET {E}/can-i-release`. */
export interface CanIReleaseView {
  readonly go: boolean;
  readonly reasons: readonly string[];
  readonly freeze: string | null;
  readonly incidents: readonly Pick<IncidentView, 'id' | 'title' | 'severity'>[];
  readonly rollouts: readonly Pick<RolloutView, 'id' | 'flag' | 'state' | 'percent'>[];
}

/** The events that a channel can be told of; the rows of the picker. */
export const CHANNEL_EVENTS = [
  'flag-killed',
  'flag-restored',
  'rollout-moved',
  'rollout-rolled-back',
  'incident-opened',
  'incident-resolved',
  'deploy-failed',
  'changed',
  'stale-digest',
  'owner-nudged',
  'nudge-escalated',
  'flag-still-asked',
] as const;
export type ChannelEvent = (typeof CHANNEL_EVENTS)[number];

export interface ChannelView extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly kind: 'slack' | 'webhook';
  /** Host and last four characters: addresses of Slack are secrets. */
  readonly address: string;
  readonly events: readonly ChannelEvent[];
  /** Keys of environments; empty = all. */
  readonly environments: readonly string[];
  /** Tags of flags; empty = all. */
  readonly tags: readonly string[];
  readonly isEnabled: boolean;
  readonly createdAt: string;
  /** Messages that wait, and the last failure. */
  readonly waiting: number;
  readonly lastError: string | null;
}

/** One message of the delivery log. */
export interface NoticeView {
  readonly id: string;
  readonly at: string;
  readonly event: string;
  readonly title: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly isRepeated: boolean;
  readonly deliveredAt: string | null;
  readonly nextAt: string | null;
  readonly lastError: string | null;
}
